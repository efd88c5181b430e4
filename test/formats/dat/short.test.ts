import { expect, test } from 'vitest';
import { parseIntelDat } from '../../../src/formats/intel-dat.ts';

test('dat/too-short: fewer words than the smallest update has', () => {
  const { bytes, findings } = parseIntelDat(Buffer.from('0x00000001, 0x00000002,\n'));
  expect(bytes).toHaveLength(0);
  expect(findings).toMatchObject([{ rule: 'dat/too-short', expected: '256', found: '2' }]);
});
