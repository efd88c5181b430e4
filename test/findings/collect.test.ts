import { describe, expect, test } from 'vitest';
import { collectFindings } from '../../src/findings/collect.ts';
import { finding } from '../../src/findings/finding.ts';

const stray = (offset: number) => finding('amd/junk', { offset }, { found: 1 });

describe('findings are kept in bounded memory', () => {
  test('input/more-findings says how many of a rule were left out', () => {
    const collector = collectFindings();
    for (let offset = 0; offset < 20; offset++) collector.add(stray(offset));
    const all = collector.all();
    expect(all).toHaveLength(17);
    expect(all.at(-1)).toMatchObject({
      rule: 'input/more-findings',
      offset: 19,
      message: '4 more findings of amd/junk are left out',
    });
  });

  test('a few findings are kept as they are', () => {
    const collector = collectFindings();
    collector.add(stray(1));
    collector.add(stray(0));
    expect(collector.all().map(({ offset }) => offset)).toEqual([1, 0]);
  });
});
