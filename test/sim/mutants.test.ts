/**
 * Each protocol with one step left out or weakened: the checker must find the property that the step is there for, and must not find it
 * broken while the step is there.
 */
import { describe, expect, test } from 'vitest';
import { checkCases } from '../../src/sim/check-cases.ts';
import { PROTOCOLS } from '../../src/sim/protocols/registry.ts';
import { model } from '../../src/sim/protocols/protocol.ts';
import { caseOf, type SubjectText } from '../../src/sim/subject.ts';

interface Mutant {
  readonly what: string;
  readonly of: SubjectText;
  readonly mutation: readonly string[];
  /** What it breaks, among what else it may break. */
  readonly breaks: readonly string[];
  /** Nothing else that held is broken. */
  readonly nothingElse?: true;
}

const SMT = '1x2';
const LIMITS = 'timeout=unlimited';

const MUTANTS: readonly Mutant[] = [
  {
    what: 'the primary skips the entry barrier',
    of: { protocol: 'linux-6.7-nmi', topology: SMT },
    mutation: ['barrier=primary skips'],
    breaks: ['P1'],
  },
  {
    what: 'secondaries skip the entry barrier',
    of: { protocol: 'linux-6.7-nmi', topology: SMT },
    mutation: ['barrier=secondary skips'],
    breaks: ['P6'],
  },
  {
    what: 'secondaries do not wait for their ctrl',
    of: { protocol: 'linux-6.7-nmi', topology: SMT },
    mutation: ['siblingWait=missing'],
    breaks: ['P1', 'P2'],
  },
  {
    what: 'the same on AMD, where siblings load as well',
    of: { protocol: 'linux-6.7-amd', topology: SMT },
    mutation: ['siblingWait=missing'],
    breaks: ['P6'],
  },
  {
    what: 'ctrl of the siblings is set before the load',
    of: { protocol: 'linux-6.7-nmi', topology: SMT },
    mutation: ['siblingRelease=before the load'],
    breaks: ['P1'],
  },
  {
    what: 'the static key alone gates the handler',
    of: { protocol: 'linux-6.7-nmi', topology: SMT, faults: 'nmi=1' },
    mutation: ['gate=key only'],
    breaks: ['P6', 'P7'],
  },
  {
    what: 'nmi_enabled is not cleared',
    of: { protocol: 'linux-6.7-nmi', topology: SMT, faults: 'nmi=1' },
    mutation: ['flag=kept'],
    breaks: ['P6', 'P7'],
  },
  {
    what: 'a CPU that gives up does not take back its arrival',
    of: { protocol: 'linux-6.7-nmi', topology: SMT, faults: LIMITS, choices: ['undo=with the test'] },
    mutation: ['undo=missing'],
    breaks: ['P4'],
  },
  {
    what: 'soft-offline threads are not kicked',
    of: { protocol: 'linux-6.7-nmi', topology: '2x2', offline: '1' },
    mutation: ['kick=missing'],
    breaks: ['P17'],
  },
  {
    what: 'soft-offline threads are never let go: they sit out their whole second',
    of: { protocol: 'linux-6.7-nmi', topology: '2x2', offline: '3', faults: LIMITS },
    mutation: ['offlineRelease=never'],
    breaks: ['P8'],
    nothingElse: true,
  },
  {
    what: 'limits are counted in jiffies, which nobody advances',
    of: { protocol: 'linux-6.7-nmi', topology: SMT, faults: `hang=1,${LIMITS}`, choices: ['undo=with the test'] },
    mutation: ['clock=jiffies'],
    breaks: ['P23', 'P7'],
  },
  {
    what: 'the same before 6.7',
    of: { protocol: 'linux-5.5', topology: '2x1', faults: LIMITS },
    mutation: ['clock=jiffies'],
    breaks: ['P23'],
  },
  {
    what: 'limits of one wait alone are counted in jiffies: ctrl, whose primary may have given up',
    of: { protocol: 'linux-6.7-nmi', topology: SMT, faults: LIMITS },
    mutation: ['clock=jiffies at await ctrl'],
    breaks: ['P23', 'P7'],
  },
  {
    what: 'the same at the entry barrier: CPU 0 does not come when an offline thread does not',
    of: { protocol: 'linux-6.7-nmi', topology: '2x2', offline: '3', faults: LIMITS },
    mutation: ['clock=jiffies at await all'],
    breaks: ['P23', 'P7'],
  },
  {
    what: 'the same for the call-in of siblings of Nov 2022',
    of: { protocol: 'hold-nov-2022', topology: SMT, faults: LIMITS },
    mutation: ['clock=jiffies at await siblings'],
    breaks: ['P23', 'P7'],
  },
  {
    what: 'the same in Xen',
    of: { protocol: 'xen', topology: SMT, faults: LIMITS },
    mutation: ['clock=jiffies'],
    breaks: ['P23'],
  },
  ...['linux-5.5', 'linux-6.7-nmi', 'xen'].map((protocol) => ({
    what: `${protocol}: nothing locks CPU hot-plug out`,
    of: { protocol, topology: '2x1', faults: 'hotplug=1' },
    mutation: ['hotplugLock=missing'],
    breaks: ['P19', 'P6', 'P7'],
  })),
  ...['linux-6.7-nmi', 'xen'].map((protocol) => ({
    what: `${protocol}: the minimum revision is not looked at`,
    of: { protocol, topology: SMT, choices: ['minimum=nobody'] },
    mutation: ['minimumCheck=forgotten'],
    breaks: ['P24'],
  })),
  {
    what: 'siblings leave stop_machine before the exit barrier',
    of: { protocol: 'linux-5.5', topology: SMT },
    mutation: ['exit=siblings leave'],
    breaks: ['P1w'],
  },
  {
    what: 'the lock is gone and the rule of the first thread is not there',
    of: { protocol: 'linux-4.16', topology: SMT },
    mutation: ['loading=all at once'],
    breaks: ['P3'],
  },
  {
    what: 'the NMI callback parks primaries as well',
    of: { protocol: 'xen-no-nmi', topology: '2x2', faults: 'nmi=1' },
    mutation: ['callback=holds everyone'],
    breaks: ['P7'],
  },
  {
    what: 'waits do not accept EXIT, and control fails',
    of: { protocol: 'xen', topology: '2x2', faults: 'reject=1' },
    mutation: ['exitEscape=missing'],
    breaks: ['P7'],
  },
  {
    what: 'control loads after the others',
    of: { protocol: 'xen', topology: '2x2', faults: 'reject=1' },
    mutation: ['controlLoads=last'],
    breaks: ['P4c'],
  },
  {
    what: 'a result is read without waiting for its handler',
    of: { protocol: 'stop-machine-nmi', topology: SMT, faults: 'reject=1' },
    mutation: ['result=read at once', 'gate=key and flag'],
    breaks: ['P9', 'P10'],
  },
  ...[
    ['no test at all', 'none', 'N1'],
    ['the variable test alone', 'variable', 'N5'],
    ['the stack test alone', 'stack', 'N1'],
    ['no window test', 'variable and stack', 'N3'],
  ].map(([what, tests, property]) => ({
    what: `the NMI entry with ${what}`,
    of: { protocol: 'nested-nmi', topology: '1x1', faults: 'nmi=3,breakpoint=2' },
    mutation: [`tests=${tests}`],
    breaks: [property ?? ''],
  })),
];

function violated(of: SubjectText): readonly string[] {
  const [checked] = checkCases([caseOf(of)], null, {});
  return (checked?.report.properties ?? []).flatMap(({ id, verdict }) => (verdict === 'violated' ? [id] : []));
}

describe('a mutant is caught by the property that it breaks', () => {
  test.each(MUTANTS.map((mutant) => [mutant.what, mutant] as const))(
    '%s',
    (_, { of, mutation, breaks, nothingElse }) => {
      const names = new Set(mutation.map((choice) => choice.split('=')[0]));
      const kept = (of.choices ?? []).filter((choice) => !names.has(choice.split('=')[0]));
      const sound = violated(of);
      const broken = violated({ ...of, choices: [...kept, ...mutation] }).filter((id) => !sound.includes(id));
      expect(broken).toEqual(expect.arrayContaining([...breaks]));
      expect(nothingElse ? broken : breaks).toEqual(breaks);
    },
  );
});

test.each([
  ['1x2', 9],
  ['2x2', 15],
] as const)('the shortest way into the deadlock of a callback that parks primaries, %s', (topology, steps) => {
  const of = { protocol: 'xen-no-nmi', topology, faults: 'nmi=1', choices: ['callback=holds everyone'] };
  const [checked] = checkCases([caseOf(of)], ['P7'], {});
  const [deadlock] = checked?.report.properties ?? [];
  expect(deadlock?.counterexample).toHaveLength(steps);
});

test('every option that a protocol calls a mutant is tried', () => {
  const marked = PROTOCOLS.flatMap(({ protocol }) =>
    Object.entries(protocol.choices).flatMap(([name, { about }]) => (about.includes('mutant') ? [name] : [])),
  );
  const tried = new Set(MUTANTS.flatMap(({ mutation }) => mutation.map((choice) => choice.split('=')[0])));
  // Does no harm, see the tests of stop_machine_nmi(): a stopper does not run before the handler on its CPU has returned.
  tried.add('clear');
  const untried = [...new Set(marked)].filter((name) => !tried.has(name));
  expect(untried, 'add a row to MUTANTS for each of these choices').toEqual([]);
});

test('the minimum revision is held against CPU 0 alone: where revisions were mixed, others load below it', () => {
  for (const protocol of ['linux-6.7-nmi', 'xen']) {
    const of = { protocol, topology: '2x1' };
    expect(violated({ ...of, choices: ['minimum=CPU 0 only'] })).toEqual(['P24']);
    expect(violated({ ...of, choices: ['minimum=CPU 0 only', 'minimumCheck=overridden'] })).toEqual([]);
  }
});

test('every published property is stated by some protocol', () => {
  const faults = { nmi: 1, timeout: 1, reject: 1, hang: 0, breakpoint: 1, mce: 0, store: 0, hotplug: 1 };
  const stated = new Set(
    PROTOCOLS.flatMap(({ protocol, chosen, setting }) =>
      model(protocol, { ...setting, faults, offline: [3] }, chosen).properties.map(({ id }) => id),
    ),
  );
  // The absence of deadlocks is looked for in every model.
  stated.add('P7');
  // The NMI entry states P13 to P16 under the names of its own invariants.
  const byAnotherName = new Set(['P13', 'P14', 'P15', 'P16']);
  const published = [
    ...Array.from({ length: 24 }, (_, i) => `P${i + 1}`),
    ...Array.from({ length: 7 }, (_, i) => `N${i + 1}`),
    'P1w',
  ];
  expect(published.filter((id) => !stated.has(id) && !byAnotherName.has(id))).toEqual([]);
});
