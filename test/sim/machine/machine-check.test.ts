import { describe, expect, test } from 'vitest';
import { LINUX_STOP_MACHINE } from '../../../src/sim/protocols/linux-stop-machine.ts';
import { faults, verdicts } from '../support/verdicts.ts';

const core = { topology: { cores: 1, threads: 2 } };
const held = { siblings: 'in their NMI' } as const;

describe('a machine check', () => {
  test('runs its handler on a sibling that waits inside an NMI handler', () => {
    const found = verdicts(LINUX_STOP_MACHINE, { ...core, faults: faults({ mce: 1 }) }, held);
    expect(found.violated).toEqual(['P1', 'P1w', 'P2']);
    expect(found.path('P2').at(-1)).toBe('machine check/every/idle@1');
  });

  test('leaves the wait open to NMIs: its IRET ends their blocking', () => {
    const found = verdicts(LINUX_STOP_MACHINE, { ...core, faults: faults({ mce: 1, nmi: 1 }) }, held);
    expect(found.violated).toContain('P1');
  });

  test('during another one is a shutdown, although nobody set MCIP beforehand', () => {
    const one = verdicts(LINUX_STOP_MACHINE, { ...core, faults: faults({ mce: 1 }) }, held);
    const two = verdicts(LINUX_STOP_MACHINE, { ...core, faults: faults({ mce: 2 }) }, held);
    expect(two.states).toBeGreaterThan(one.states);
    expect(two.violated).toEqual(['P1', 'P1w', 'P2']);
  });

  test('with MCIP set for the duration never runs a handler while a core loads', () => {
    for (const mce of [1, 2]) {
      const found = verdicts(
        LINUX_STOP_MACHINE,
        { ...core, faults: faults({ mce, nmi: 1 }) },
        { ...held, machineCheck: 'shutdown' },
      );
      expect(found.violated).toEqual([]);
      expect(found.unreached).toEqual([]);
    }
  });
});
