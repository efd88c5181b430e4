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
      'nmi/primary/await all@2',
      'nmi/primary/apply@2',
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
    expect(verdicts(LINUX_NMI, { ...smt, ...timeouts }).violated).toEqual(['P1', 'P18', 'P1w', 'P2', 'P4']);
    expect(verdicts(LINUX_NMI, { ...timeouts }, { undo: 'with the test' }).violated).toEqual([]);
  });

  test.each([
    ['1x2', smt, 12],
    ['2x2', {}, 20],
  ] as const)(
    'a CPU that saw the count complete loads after another has taken back its arrival, %s',
    (_, size, steps) => {
      const path = verdicts(LINUX_NMI, { ...size, ...timeouts }).path('P4');
      expect(path).toHaveLength(steps);
      expect(path.at(-2)).toMatch(/\/undo@/);
      expect(path.at(-1)).toMatch(/\/apply@/);
    },
  );

  test('a sibling that saw the count complete meanwhile panics for want of a primary that has given up', () => {
    const found = verdicts(LINUX_NMI, { ...smt, ...timeouts });
    expect(found.path('P18').slice(-2)).toEqual(['nmi/control/undo@0', 'nmi/secondary/await ctrl#3@1']);
  });

  test('a sibling whose primary hangs panics with reason', () => {
    const setting = { ...smt, faults: faults({ timeout: null, hang: 1 }) };
    expect(verdicts(LINUX_NMI, setting, { undo: 'with the test' }).violated).toEqual([]);
  });

  test('if self-NMIs may come after the stopper has gone on, stop_machine can end before anybody loads', () => {
    const found = verdicts(LINUX_NMI, smt, { selfNmi: 'late' });
    expect(found.violated).toEqual(['P11', 'P6', 'deadlock']);
    // Success is reported when every stopper has returned, and not before.
    const ended = found.path('P6').indexOf('task/control/await completion@0');
    expect(found.path('P6').slice(0, ended)).toContain('task/secondary/await stoppers@1');
  });
});

describe('stop_machine_nmi(), version 2, as the loader', () => {
  const facility = { facility: 'stop_machine_nmi' } as const;

  test('waits for its handlers, so a late self-NMI does no harm', () => {
    for (const setting of [{}, { faults: faults({ reject: 1 }) }]) {
      const found = verdicts(LINUX_NMI, setting, facility);
      expect(found.violated).toEqual([]);
      expect(found.unreached).toEqual([]);
    }
  });

  test('the flag alone gates offline threads: they are held, and released as before', () => {
    expect(verdicts(LINUX_NMI, { offline: [1] }, facility).violated).toEqual([]);
    expect(verdicts(LINUX_NMI, { offline: [3] }, facility).violated).toEqual(['P1', 'P17', 'P1w', 'P2']);
    expect(verdicts(LINUX_NMI, { offline: [3] }, { ...facility, offlineRelease: 'per core' }).violated).toEqual([]);
  });

  test('with the mask filled beforehand, an unrelated NMI draws a CPU into the rendezvous out of anything', () => {
    const nmi = { ...smt, faults: faults({ nmi: 1 }) };
    const found = verdicts(LINUX_NMI, nmi, facility);
    expect(found.violated).toEqual(['P11', 'P12', 'P6', 'deadlock']);
    expect(found.path('deadlock')).not.toContain('task/control/self nmi@0');
    expect(verdicts(LINUX_NMI, nmi, { ...facility, mask: 'as each sends its NMI' }).violated).toEqual(['P12']);
  });

  test('who gives up the entry barrier still takes back its arrival too late', () => {
    expect(verdicts(LINUX_NMI, { ...smt, ...timeouts }, facility).violated).toEqual(['P1', 'P18', 'P1w', 'P2', 'P4']);
    expect(verdicts(LINUX_NMI, { ...smt, ...timeouts }, { ...facility, undo: 'with the test' }).violated).toEqual([]);
  });
});

describe('what is asked of AMD as well', () => {
  const amd = { vendor: 'amd' } as const;
  const chosen = { context: 'stop-machine', asked: 'P1 to P3' } as const;

  test('two threads load one after the other, outside NMIs', () => {
    expect(verdicts(LINUX_NMI, { ...smt, ...amd }, chosen).violated).toEqual(['P1']);
  });

  test('the siblings of a core of three load at the same time', () => {
    const three = { topology: { cores: 1, threads: 3 }, ...amd };
    expect(verdicts(LINUX_NMI, three, chosen).violated).toEqual(['P1', 'P1w', 'P2', 'P3']);
    expect(verdicts(LINUX_NMI, three, { context: 'stop-machine' }).violated).toEqual([]);
  });
});

describe('AMD with a soft-offline sibling', () => {
  const parked = { vendor: 'amd', offline: [3] } as const;
  const context = { context: 'stop-machine' } as const;

  test('CPU 0 waits for a thread whose handler looks at a key that is off: nobody loads', () => {
    const found = verdicts(LINUX_NMI, { ...parked, ...timeouts }, context);
    expect(found.violated).toEqual(['P11']);
    expect(found.unreached).toEqual(['S1']);
    expect(verdicts(LINUX_NMI, parked, context).violated).toContain('deadlock');
  });

  test('with the flag alone as the gate it answers', () => {
    const flag = { ...context, offlineGate: 'flag' } as const;
    const found = verdicts(LINUX_NMI, parked, flag);
    expect(found.violated).toEqual([]);
    expect(found.unreached).toEqual([]);
    expect(verdicts(LINUX_NMI, { ...parked, ...timeouts }, { ...flag, undo: 'with the test' }).violated).toEqual([]);
  });
});

test('one wait alone whose limit is counted in jiffies: a sibling waits for ever for a primary that has given up', () => {
  const found = verdicts(LINUX_NMI, { ...smt, ...timeouts }, { clock: 'jiffies at await ctrl' });
  expect(found.violated).toContain('P23');
  expect(found.violated).toContain('deadlock');
  expect(found.path('deadlock')).toContain('nmi/control/undo@0');
  expect(verdicts(LINUX_NMI, { ...smt, ...timeouts }).violated).not.toContain('deadlock');
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
