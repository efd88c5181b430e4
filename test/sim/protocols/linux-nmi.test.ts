import { describe, expect, test } from 'vitest';
import { LINUX_NMI } from '../../../src/sim/protocols/linux-nmi.ts';
import { faults, verdicts } from '../support/verdicts.ts';

const smt = { topology: { cores: 1, threads: 2 } };
const flat = { topology: { cores: 2, threads: 1 } };
const timeouts = { faults: faults({ timeout: null }) };

describe('as it is', () => {
  test.each([
    ['undisturbed', {}, {}],
    ['a refused load', { faults: faults({ reject: 1 }) }, {}],
    ["a soft-offline sibling on CPU 0's core", { offline: [1] }, {}],
    ['a sibling that was never started', { dormant: [3] }, {}],
    ['AMD: in stop_machine, every thread writes', { vendor: 'amd' }, { context: 'stop-machine' }],
  ] as const)('%s: every property holds', (_, setting, chosen) => {
    const found = verdicts(LINUX_NMI, setting, chosen);
    expect(found.violated).toEqual([]);
    expect(found.unreached).toEqual([]);
  });

  test('an unrelated NMI that merges with the self-NMI is consumed by the loader', () => {
    for (const topology of [smt, flat]) {
      const found = verdicts(LINUX_NMI, { ...topology, faults: faults({ nmi: 1 }) });
      expect(found.violated).toEqual(['P12']);
    }
  });

  test('CPU 0 lets the offline thread of a slower core go while that core still loads', () => {
    const found = verdicts(LINUX_NMI, { offline: [3] });
    expect(found.violated).toEqual(['P1', 'P17', 'P1w', 'P2']);
    expect(found.path('P17').slice(-3)).toEqual([
      'nmi/control/release offline@0',
      'nmi/primary/await all@2',
      'nmi/offline/await ctrl@3',
    ]);
  });

  test('released by its own core it stays', () => {
    expect(verdicts(LINUX_NMI, { offline: [3] }, { offlineRelease: 'per core' }).violated).toEqual([]);
  });

  test('an offline thread stops waiting after its own second, load or no load', () => {
    const found = verdicts(
      LINUX_NMI,
      { offline: [3], ...timeouts },
      { offlineRelease: 'per core', undo: 'with the test' },
    );
    expect(found.violated).toContain('P17');
  });

  test('between the last look at the counter and taking back the arrival, the count can become complete', () => {
    expect(verdicts(LINUX_NMI, { ...smt, ...timeouts }).violated).toEqual(['P1', 'P18', 'P1w', 'P2']);
    expect(verdicts(LINUX_NMI, { ...timeouts }, { undo: 'with the test' }).violated).toEqual([]);
  });

  test('a sibling that saw the count complete meanwhile panics for want of a primary that has given up', () => {
    const found = verdicts(LINUX_NMI, { ...smt, ...timeouts });
    expect(found.path('P18').slice(-2)).toEqual(['nmi/control/undo@0', 'nmi/secondary/await ctrl#3@1']);
  });

  test('a sibling whose primary hangs panics with reason', () => {
    const setting = { ...smt, faults: faults({ timeout: null, hang: 1 }) };
    expect(verdicts(LINUX_NMI, setting, { undo: 'with the test' }).violated).toEqual([]);
  });

  test('if self-NMIs may come after the stopper has gone on, stop_machine can end before anybody loads', () => {
    expect(verdicts(LINUX_NMI, smt, { selfNmi: 'late' }).violated).toContain('P6');
  });
});

describe('refused before the rendezvous', () => {
  test.each([
    ['a primary thread offline', { offline: [2] }, {}],
    ['an offline sibling that no NMI can reach', { offline: [3] }, { context: 'stop-machine' }],
    ['an update below the minimum revision', { refused: 'ENOENT' }, {}],
  ] as const)('%s', (_, setting, chosen) => {
    const found = verdicts(LINUX_NMI, setting, chosen);
    expect(found.states).toBe(2);
    expect(found.violated).toEqual([]);
  });
});

describe('mutants, each caught', () => {
  test.each([
    ['primary skips the entry barrier', 'P1', smt, { barrier: 'primary skips' }],
    ['secondary skips the entry barrier', 'P6', smt, { barrier: 'secondary skips' }],
    ['secondary does not wait for its ctrl', 'P1', smt, { siblingWait: 'missing' }],
    ['ctrl is set before the load', 'P1', smt, { siblingRelease: 'before the load' }],
    ['key alone as the gate', 'deadlock', { ...smt, faults: faults({ nmi: 1 }) }, { gate: 'key only' }],
    ['nmi_enabled stays set', 'deadlock', { ...smt, faults: faults({ nmi: 1 }) }, { flag: 'kept' }],
    ['no undo after a timeout', 'P4', { ...smt, ...timeouts }, { undo: 'missing' }],
    ['no kick of offline threads', 'P17', { offline: [3] }, { kick: 'missing' }],
    ['no release of offline threads', 'deadlock', { offline: [3] }, { offlineRelease: 'never' }],
  ] as const)('%s: %s', (_, property, setting, chosen) => {
    expect(verdicts(LINUX_NMI, setting, chosen).violated).toContain(property);
  });
});
