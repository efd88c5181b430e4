import { describe, expect, test } from 'vitest';
import { LINUX_STOP_MACHINE } from '../../../src/sim/protocols/linux-stop-machine.ts';
import { faults, verdicts } from '../support/verdicts.ts';

const smt = { topology: { cores: 1, threads: 2 } };
const nmi = { ...smt, faults: faults({ nmi: 1 }) };
const timeouts = { ...smt, faults: faults({ timeout: null }) };

describe.each(['parallel', 'serial'] as const)('loading %s', (loading) => {
  test('undisturbed: siblings wait in the stopper, where an NMI could find them, and nothing else is wrong', () => {
    const found = verdicts(LINUX_STOP_MACHINE, {}, { loading });
    expect(found.violated).toEqual(['P1']);
    expect(found.unreached).toEqual([]);
  });

  test('an NMI on a sibling runs its handler on a core that loads', () => {
    expect(verdicts(LINUX_STOP_MACHINE, nmi, { loading }).violated).toEqual(['P1', 'P1w', 'P2']);
  });

  test('who gives up does not take back its arrival: a late comer loads alone', () => {
    const found = verdicts(LINUX_STOP_MACHINE, timeouts, { loading });
    expect(found.violated).toEqual(['P1', 'P18', 'P4']);
    expect(
      found
        .path('P4')
        .slice(0, 3)
        .some((step) => step.includes('await all#2')),
    ).toBe(true);
  });

  test('a refused load is reported', () => {
    expect(verdicts(LINUX_STOP_MACHINE, { faults: faults({ reject: 1 }) }, { loading }).violated).toEqual(['P1']);
  });
});

test('an offline sibling stays in its play-dead loop', () => {
  expect(verdicts(LINUX_STOP_MACHINE, { offline: [3] }).violated).toEqual(['P1', 'P17', 'P1w']);
});

test('an offline primary is refused', () => {
  expect(verdicts(LINUX_STOP_MACHINE, { offline: [2] })).toMatchObject({ states: 2, violated: [] });
});

describe('holding siblings from NMI handlers (2022)', () => {
  test.each(['held lazily as posted', 'held lazily'] as const)(
    '%s: the NMI entry itself runs in the window',
    (siblings) => {
      expect(verdicts(LINUX_STOP_MACHINE, nmi, { siblings }).violated).toEqual(['P1', 'P1w', 'P2']);
    },
  );

  test('siblings in their own NMI: nothing is violated while nobody gives up', () => {
    expect(verdicts(LINUX_STOP_MACHINE, {}, { siblings: 'in their NMI' }).violated).toEqual([]);
    expect(verdicts(LINUX_STOP_MACHINE, nmi, { siblings: 'in their NMI' }).violated).toEqual([]);
  });

  test('siblings in their own NMI: the primary loads although it gave up waiting for them', () => {
    expect(verdicts(LINUX_STOP_MACHINE, timeouts, { siblings: 'in their NMI' }).violated).toEqual([
      'P1',
      'P18',
      'P1w',
      'P2',
      'P4',
    ]);
  });
});

describe('panics', () => {
  test('a late comer waits at the exit for CPUs that have long returned, and panics', () => {
    const found = verdicts(LINUX_STOP_MACHINE, timeouts);
    expect(found.path('P18').at(-1)).toBe('task/secondary/await out#2@1');
  });

  test('with a stuck load and nobody late, the panic has its reason', () => {
    const setting = { ...smt, faults: faults({ timeout: 1, hang: 1 }) };
    expect(verdicts(LINUX_STOP_MACHINE, setting).violated).not.toContain('P18');
  });
});

describe('mutants', () => {
  test('every thread loads, no lock: two loaders on a core', () => {
    expect(verdicts(LINUX_STOP_MACHINE, smt, { loading: 'all at once' }).violated).toContain('P3');
  });

  test('siblings leave before the exit barrier: they execute anything while the core loads', () => {
    expect(verdicts(LINUX_STOP_MACHINE, smt, { exit: 'siblings leave' }).violated).toEqual(['P1', 'P1w', 'P2']);
  });
});
