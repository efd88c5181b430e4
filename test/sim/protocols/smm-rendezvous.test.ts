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

  const late = { ...cpus(2), faults: faults({ timeout: null }) };

  test('a BSP that gives up waiting runs its handlers with a CPU outside', () => {
    const found = verdicts(SMM_RENDEZVOUS, late);
    expect(found.violated).toEqual(['P22', 'deadlock']);
    expect(found.unreached).toEqual([]);
    expect(found.path('P22')).toHaveLength(9);
  });

  test('an AP that gives up is counted between its last look and taking back its arrival: the BSP waits for ever', () => {
    const path = verdicts(SMM_RENDEZVOUS, late).path('deadlock');
    expect(path.slice(-6)).toEqual([
      'smm/every/await BSP#2@1',
      'smm/every/lead@0',
      'smm/every/await arrivals@0',
      'smm/every/lock@0',
      'smm/every/leave@1',
      'smm/every/rsm@1',
    ]);
  });

  test('read in the other order, a CPU can miss both BSP and status, and the BSP waits for it for ever', () => {
    expect(verdicts(SMM_RENDEZVOUS, cpus(2), { status: 'after BSP' }).violated).toEqual(['deadlock']);
  });
});
