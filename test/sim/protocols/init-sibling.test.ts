import { describe, expect, test } from 'vitest';
import { INIT_SIBLING } from '../../../src/sim/protocols/init-sibling.ts';
import { verdicts } from '../support/verdicts.ts';

describe('siblings in wait-for-SIPI while their core loads', () => {
  test.each([
    ['no SMI', { smi: 'none' }],
    ['no SMI, a fixed time', { smi: 'none', wait: 'fixed time' }],
    ['an SMI in flight, and the primary sees to it that they have gone', { smi: 'in flight' }],
  ] as const)('%s: quiet, and started again', (_, chosen) => {
    const found = verdicts(INIT_SIBLING, {}, chosen);
    expect(found.violated).toEqual([]);
    expect(found.unreached).toEqual([]);
  });

  test('an SMI in flight and a fixed time: the INIT waits in SMM, the core loads, the SIPIs are lost', () => {
    const found = verdicts(INIT_SIBLING, {}, { smi: 'in flight', wait: 'fixed time' });
    expect(found.violated).toEqual(['P1', 'P21']);
  });

  test('without siblings there is nothing to do but load', () => {
    expect(verdicts(INIT_SIBLING, { topology: { cores: 2, threads: 1 } }).violated).toEqual([]);
  });
});
