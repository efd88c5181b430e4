import { describe, expect, test } from 'vitest';
import { SMM_RENDEZVOUS } from '../../../src/sim/protocols/smm-rendezvous.ts';
import { faults, verdicts } from '../support/verdicts.ts';

const cpus = (cores: number) => ({ topology: { cores, threads: 1 } });

describe('the SMM rendezvous', () => {
  test.each([2, 3])('of %i CPUs that all come: nobody is outside while handlers run, nobody waits for ever', (n) => {
    const found = verdicts(SMM_RENDEZVOUS, cpus(n));
    expect(found.violated).toEqual([]);
    expect(found.unreached).toEqual([]);
  });

  test('a BSP that gives up waiting runs its handlers with a CPU outside', () => {
    const found = verdicts(SMM_RENDEZVOUS, { ...cpus(2), faults: faults({ timeout: null }) });
    expect(found.violated).toEqual(['P22']);
    expect(found.unreached).toEqual([]);
    expect(found.path('P22')).toHaveLength(8);
  });

  test('read in the other order, a CPU can miss both BSP and status, and the BSP waits for it for ever', () => {
    expect(verdicts(SMM_RENDEZVOUS, cpus(2), { status: 'after BSP' }).violated).toEqual(['deadlock']);
  });
});
