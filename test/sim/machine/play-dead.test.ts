import { describe, expect, test } from 'vitest';
import { LINUX_NMI } from '../../../src/sim/protocols/linux-nmi.ts';
import { LINUX_STOP_MACHINE } from '../../../src/sim/protocols/linux-stop-machine.ts';
import { faults, verdicts } from '../support/verdicts.ts';

const parked = { offline: [3] };
const stored = { ...parked, faults: faults({ store: 1 }) };

describe('a thread parked in MWAIT beside a core that loads', () => {
  test('executes nothing while it sleeps', () => {
    expect(verdicts(LINUX_STOP_MACHINE, parked).violated).not.toContain('P2');
  });

  test('executes its loop once somebody writes to the line it monitors', () => {
    const found = verdicts(LINUX_STOP_MACHINE, stored);
    expect(found.violated).toContain('P2');
    expect(found.path('P2')).toContain('environment/store@3');
  });

  test('monitors nothing while it is held in its NMI', () => {
    expect(verdicts(LINUX_NMI, stored, { offlineRelease: 'per core' }).violated).toEqual([]);
  });

  test('is not there to be woken when it is parked in HLT', () => {
    const amd = { ...stored, vendor: 'amd' } as const;
    expect(verdicts(LINUX_STOP_MACHINE, amd).states).toBe(
      verdicts(LINUX_STOP_MACHINE, { ...amd, ...parked, faults: faults({}) }).states,
    );
  });
});
