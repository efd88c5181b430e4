import { describe, expect, test } from 'vitest';
import { XEN } from '../../../src/sim/protocols/xen.ts';
import { faults, verdicts } from '../support/verdicts.ts';

const small = { topology: { cores: 1, threads: 2 } };

describe('as it is', () => {
  test.each([
    ['undisturbed', {}, {}],
    ['one unrelated NMI anywhere', { ...small, faults: faults({ nmi: 1 }) }, {}],
    ['no-nmi, one unrelated NMI anywhere', { ...small, faults: faults({ nmi: 1 }) }, { mode: 'no-nmi' }],
    ['two cores without siblings, one NMI', { topology: { cores: 2, threads: 1 }, faults: faults({ nmi: 1 }) }, {}],
    ['a refused load', { faults: faults({ reject: 1 }) }, {}],
    ['waits that may give up', { faults: faults({ timeout: null }) }, {}],
    ['AMD: every thread loads', { vendor: 'amd' }, {}],
    ['a sibling that was never started', { dormant: [3] }, {}],
  ] as const)('%s: every property holds', (_, setting, chosen) => {
    const found = verdicts(XEN, setting, chosen);
    expect(found.violated).toEqual([]);
    expect(found.unreached).toEqual([]);
  });

  test('a parked sibling is not held: it is outside cpu_online_map', () => {
    expect(verdicts(XEN, { offline: [3] }).violated).toEqual(['P1', 'P17', 'P1w']);
  });

  test('an NMI on a parked sibling meets trap_nop: nothing but an IRET, and the loop once more', () => {
    const found = verdicts(XEN, { offline: [3], faults: faults({ nmi: 1 }) });
    expect(found.violated).toEqual(['P1', 'P17', 'P1w', 'P2']);
  });

  test('a primary that an unrelated NMI drew into its load forgets the error of that load', () => {
    const found = verdicts(XEN, { topology: { cores: 2, threads: 1 }, faults: faults({ nmi: 1, reject: 1 }) });
    expect(found.violated).toEqual(['P10', 'P10s', 'P5']);
    expect(found.path('P10').filter((step) => step.endsWith('@1'))).toEqual([
      'environment/nmi@1',
      'nmi/primary/idle@1',
      'nmi/primary/callback@1',
      'nmi/primary/call in@1',
      'nmi/primary/await enter@1',
      'nmi/primary/apply@1',
      'nmi/primary/load#2@1',
      'nmi/primary/ordinary handler@1',
      'nmi/primary/iret@1',
      'task/primary/await call-in#2@1',
    ]);
  });
});

describe('a callback that holds the wrong CPUs', () => {
  test('holding everyone: an NMI on the control CPU makes it wait for its own EXIT', () => {
    const found = verdicts(
      XEN,
      { ...small, faults: faults({ nmi: 1 }) },
      { mode: 'no-nmi', callback: 'holds everyone' },
    );
    expect(found.violated).toContain('deadlock');
    expect(found.path('deadlock')).toContain('nmi/control/callback@0');
  });

  test('holding everyone without any NMI is fine, so testing does not find it', () => {
    expect(verdicts(XEN, small, { mode: 'no-nmi', callback: 'holds everyone' }).violated).toEqual([]);
  });

  test('waiting for whole cores deadlocks without any fault', () => {
    const found = verdicts(XEN, {}, { mode: 'no-nmi', callback: 'waits for whole cores' });
    expect(found.violated).toContain('deadlock');
  });
});

describe('before its fixes', () => {
  const refused = { faults: faults({ reject: 1 }) };

  test('a405bf42ed: waiters that return -EBUSY hide the error of the control CPU', () => {
    expect(verdicts(XEN, refused, { abortedWaiters: 'fail' }).violated).toEqual(['P10s']);
  });

  test('e0bb712a28: with -EEXIST on control the others still load', () => {
    const before = verdicts(XEN, refused, { abortOn: 'EIO', refusal: 'EEXIST' });
    expect(before.violated).toEqual([]);
    expect(before.states).not.toBe(verdicts(XEN, refused, { refusal: 'EEXIST' }).states);
  });

  test('2020: an early way out leaves callback and patch behind', () => {
    expect(verdicts(XEN, refused, { cleanup: 'on success' }).violated).toEqual(['P11']);
  });
});

describe('mutants', () => {
  test('waits without the EXIT escape hang when control gives up, and only then', () => {
    expect(verdicts(XEN, { faults: faults({ reject: 1 }) }, { exitEscape: 'missing' }).violated).toContain('deadlock');
    expect(verdicts(XEN, {}, { exitEscape: 'missing' }).violated).toEqual([]);
  });
});

test('a breakpoint in the wait loop lets an NMI run on a core that loads', () => {
  expect(verdicts(XEN, { ...small, faults: faults({ nmi: 1, breakpoint: 1 }) }).violated).toEqual(['P1', 'P1w', 'P2']);
});

describe('do_nmi() on a parked CPU, as under FRED', () => {
  const parked = { offline: [3], faults: faults({ nmi: 1 }) };
  const chosen = { parkedNmi: 'do_nmi' } as const;

  test('its bit completes the call-in before an online CPU has come, and control loads', () => {
    const path = verdicts(XEN, parked, chosen).path('P1');
    expect(path).toHaveLength(11);
    expect(path).toContain('nmi/offline/call in@3');
    expect(path.filter((step) => step.endsWith('@1'))).toEqual([]);
    expect(path.slice(-2)).toEqual(['task/control/await call-in@0', 'task/control/apply@0']);
  });

  test('a primary that has not come by then waits for a CALLIN that is over, and control for the primary', () => {
    const found = verdicts(XEN, parked, chosen);
    expect(found.violated).toContain('deadlock');
    expect(found.path('deadlock').at(-1)).toBe('task/control/enter@0');
  });

  test('without an NMI nothing is different', () => {
    expect(verdicts(XEN, { offline: [3] }, chosen).violated).toEqual(['P1', 'P17', 'P1w']);
  });

  test('on AMD the parked CPU is a primary: it loads, and is counted as a core', () => {
    const found = verdicts(XEN, { ...parked, vendor: 'amd' }, chosen);
    expect(found.violated).toEqual(['P11', 'P5', 'P6', 'deadlock']);
    expect(found.path('P5')).toContain('nmi/offline/load@3');
    expect(verdicts(XEN, { ...parked, vendor: 'amd' }).violated).toEqual([]);
  });
});

describe('two loads in a row', () => {
  const twice = { loads: 'two' } as const;
  const flat = { topology: { cores: 2, threads: 1 } };

  test('undisturbed, and with a refused load, both are told apart', () => {
    for (const setting of [flat, { ...flat, faults: faults({ reject: 1 }) }, { faults: faults({ reject: 1 }) }]) {
      const found = verdicts(XEN, setting, twice);
      expect(found.violated).toEqual([]);
      expect(found.unreached).toEqual([]);
    }
  });

  test('a second load that is given up reports the error of the first: nobody clears loading_err', () => {
    const setting = { ...flat, faults: faults({ reject: 1, timeout: 1 }) };
    const found = verdicts(XEN, setting, twice);
    expect(found.violated).toEqual(['P10s']);
    const path = found.path('P10s');
    const again = path.indexOf('task/control/await others@0');
    expect(path.slice(0, again)).toContain('nmi/primary/load#2@1');
    expect(path.slice(again)).toContain('task/control/await call-in#2@0');
    expect(verdicts(XEN, setting).violated).toEqual([]);
  });

  test('a callback that a failed load has left behind is put back by the next one', () => {
    const setting = { ...flat, faults: faults({ reject: 1 }) };
    expect(verdicts(XEN, setting, { ...twice, cleanup: 'on success' }).violated).toEqual(['P11']);
  });
});
