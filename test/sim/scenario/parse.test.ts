import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LARGEST_SCENARIO, parseScenario } from '../../../src/sim/scenario/parse.ts';

const GOOD = {
  schema: 'ucodekit/scenario@1',
  id: 'X-1',
  title: 'a test',
  teaches: 'nothing',
  source: 'made up',
  protocol: 'xen',
  machine: { cores: 2, threads: 2 },
  cases: [{ name: 'one', events: [{ what: 'nmi', cpu: 1, at: { us: 5 } }], check: { violated: [] } }],
};

const withCase = (changes: object) => ({ ...GOOD, cases: [{ name: 'one', ...changes }] });
const problemsOf = (document: unknown) => parseScenario(JSON.stringify(document)).problems;

describe('a good scenario', () => {
  test('is read with what it leaves out filled in', () => {
    const { scenario } = parseScenario(JSON.stringify(GOOD));
    expect(scenario?.cases[0]).toMatchObject({
      protocol: 'xen',
      seed: 1,
      setting: { topology: { cores: 2, threads: 2 }, vendor: 'intel', offline: [], refused: null },
      check: { violated: [] },
      run: null,
    });
  });

  test('a case can be on another machine and use another protocol', () => {
    const { scenario } = parseScenario(
      JSON.stringify(withCase({ protocol: 'linux-6.7-amd', machine: { offline: [3] } })),
    );
    expect(scenario?.cases[0]?.setting).toMatchObject({
      topology: { cores: 2, threads: 2 },
      vendor: 'amd',
      offline: [3],
    });
  });
});

describe('a bad scenario is refused with path and reason', () => {
  const REFUSED: readonly (readonly [string, unknown, string, RegExp])[] = [
    ['no object', [], '', /must be an object/],
    ['another schema', { ...GOOD, schema: 'x' }, 'schema', /must be ucodekit\/scenario@1/],
    ['a member nobody knows', { ...GOOD, cpu: 1 }, 'cpu', /is not known here/],
    ['no cases', { ...GOOD, cases: [] }, 'cases', /must not be empty/],
    [
      'an unknown protocol',
      withCase({ protocol: 'linux-9.9' }),
      'cases[0].protocol',
      /no protocol is called "linux-9.9"; there are: linux-4.15/,
    ],
    [
      'an unknown choice',
      withCase({ choices: { speed: 'high' } }),
      'cases[0].choices.speed',
      /is not known here; known: mode/,
    ],
    [
      'an unknown value of a choice',
      withCase({ choices: { mode: 'smi' } }),
      'cases[0].choices.mode',
      /must be one of: nmi, no-nmi/,
    ],
    [
      'CPU 99 of 4',
      withCase({ events: [{ what: 'nmi', cpu: 99, at: { us: 1 } }] }),
      'cases[0].events[0].cpu',
      /CPU 99 of 4/,
    ],
    [
      'a negative time',
      withCase({ events: [{ what: 'nmi', cpu: 0, at: { us: -1 } }] }),
      'cases[0].events[0].at.us',
      /0 or more/,
    ],
    [
      'a label that does not exist',
      withCase({ events: [{ what: 'nmi', cpu: 0, at: { label: 'lunch' } }] }),
      'cases[0].events[0].at.label',
      /no CPU has a label called lunch/,
    ],
    [
      'a moment that is two',
      withCase({ events: [{ what: 'nmi', cpu: 0, at: { us: 1, label: 'load' } }] }),
      'cases[0].events[0].at',
      /either us or label/,
    ],
    [
      'an unknown event',
      withCase({ events: [{ what: 'flood', cpu: 0 }] }),
      'cases[0].events[0].what',
      /must be one of: nmi, mce, store, stall, breakpoint/,
    ],
    [
      'an unknown property',
      withCase({ check: { violated: ['P99'] } }),
      'cases[0].check.violated',
      /no property is called P99/,
    ],
    ['a budget beyond reason', withCase({ faults: { nmi: 1e9 } }), 'cases[0].faults.nmi', /from 0 to 100/],
    [
      'a machine beyond reason',
      withCase({ machine: { cores: 4096, threads: 8 } }),
      'cases[0].machine',
      /32768 CPUs, more than 4096/,
    ],
    ['packages beyond reason', withCase({ machine: { packages: 65 } }), 'cases[0].machine.packages', /from 1 to 64/],
    [
      'a machine with nobody online',
      withCase({ machine: { cores: 1, threads: 1, offline: [0] } }),
      'cases[0].machine',
      /no CPU is online/,
    ],
    [
      'a CPU that is offline and was never started',
      withCase({ machine: { offline: [3], dormant: [3] } }),
      'cases[0].machine',
      /CPU 3 is both/,
    ],
  ];

  test.each(REFUSED)('%s', (_, document, path, reason) => {
    const problem = problemsOf(document).find((one) => one.path === path);
    expect(problem?.reason).toMatch(reason);
  });

  test('text that is no JSON', () => {
    expect(parseScenario('{').problems[0]).toMatchObject({
      path: '',
      reason: expect.stringMatching(/^is not JSON/) as string,
    });
  });

  test('ten megabytes are not even parsed', () => {
    expect(parseScenario(' '.repeat(10_000_000)).problems).toEqual([
      { path: '', reason: `is longer than ${LARGEST_SCENARIO} characters` },
    ]);
  });

  test('a document full of mistakes is not answered at length', () => {
    const events = Array.from({ length: 900 }, () => ({ what: 'flood' }));
    expect(problemsOf(withCase({ events })).length).toBeLessThanOrEqual(20);
  });
});

test('any JSON is read or refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const { scenario, problems } = parseScenario(text);
      expect(scenario === undefined).toBe(problems.length > 0);
    }),
  );
});

test('any change of one member is read or refused, never thrown at', () => {
  const members = Object.keys(GOOD);
  const caseMembers = [
    'name',
    'protocol',
    'choices',
    'machine',
    'faults',
    'refused',
    'events',
    'load',
    'seed',
    'check',
    'run',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...members), fc.constantFrom(...caseMembers), fc.jsonValue(), (outer, inner, value) => {
      for (const document of [{ ...GOOD, [outer]: value }, withCase({ [inner]: value })]) {
        const { scenario, problems } = parseScenario(JSON.stringify(document));
        expect(scenario === undefined).toBe(problems.length > 0);
      }
    }),
  );
});

test('cores are those of each package, and what a case leaves out is as in the file', () => {
  const { scenario } = parseScenario(
    JSON.stringify({
      ...GOOD,
      machine: { packages: 2, cores: 3, threads: 2 },
      cases: [
        { name: 'as given' },
        { name: 'larger', machine: { cores: 4 } },
        { name: 'one', machine: { packages: 1 } },
      ],
    }),
  );
  expect(scenario?.cases.map(({ setting }) => setting.topology)).toEqual([
    { packages: 2, cores: 6, threads: 2 },
    { packages: 2, cores: 8, threads: 2 },
    { cores: 3, threads: 2 },
  ]);
});
