/** Documents of the simulator. Stories and traces are described in its own pages. */
import {
  amongOthers,
  choice,
  count,
  documentSchema,
  flag,
  type JsonSchema,
  listOf,
  members,
  orNull,
  text,
  TREE,
} from '../schema.ts';
import { TEXTS, WRITTEN } from './common.ts';
import { EVIDENCE } from './evidence.ts';

const NUMBER: JsonSchema = { type: 'number' };
const NUMBERS = listOf(NUMBER);

export const SIM_CHECK = documentSchema(
  'sim-check',
  'Verdicts of the checker',
  {
    cases: listOf(
      members({
        name: text(),
        protocol: text(),
        packages: count(),
        cores: count('of the whole machine'),
        threads: count(),
        ending: text(),
        complete: flag('every reachable state was seen, or every verdict was certain before'),
        properties: listOf(
          members({
            id: text(),
            title: text(),
            polarity: text(),
            verdict: text(),
            matters: text(),
            counterexample: orNull(TREE),
            shortest: orNull(flag()),
          }),
        ),
        states: count(),
        transitions: count(),
        depth: count(),
        bytes: count(),
        milliseconds: orNull({ type: 'number', minimum: 0 }),
        symmetry: flag(),
        partialOrder: flag(),
        interchangeableCores: listOf(NUMBERS),
        expectedOmissions: { type: 'number', minimum: 0 },
        expected: orNull(TEXTS),
        asExpected: orNull(flag()),
        remarks: listOf(text('what has to be known beside the verdicts')),
        evidence: EVIDENCE,
      }),
    ),
  },
  2,
);

export const SIM_EXPORT = documentSchema(
  'sim-export',
  'A protocol for another checker',
  {
    protocol: text(),
    evidence: EVIDENCE,
    written: WRITTEN,
    text: orNull(text()),
  },
  2,
);

export const SIM_REPLAY = documentSchema(
  'sim-replay',
  'The steps of a run',
  {
    protocol: text(),
    steps: count(),
    shown: count(),
    evidence: EVIDENCE,
    story: TREE,
    state: { type: 'object', additionalProperties: NUMBERS },
  },
  2,
);

const SPREAD = members({ min: orNull(NUMBER), median: orNull(NUMBER), max: orNull(NUMBER) });
const TALLY: JsonSchema = { type: 'object', additionalProperties: count() };

export const SIM_RUN = documentSchema(
  'sim-run',
  'Timed runs',
  {
    cases: listOf(
      amongOthers({
        name: text(),
        protocol: text(),
        packages: count(),
        cores: count('of the whole machine'),
        threads: count(),
        seed: count(),
        runs: count(),
        longestBlackoutUs: SPREAD,
        answers: TALLY,
        panics: count(),
        violations: TALLY,
        differences: orNull(TEXTS),
        evidence: EVIDENCE,
      }),
    ),
  },
  2,
);

export const SIM_LIST = documentSchema('sim-list', 'Protocols and properties that there are', {
  protocols: listOf(amongOthers({ id: text(), title: text() })),
  properties: listOf(amongOthers({ id: text(), title: text() })),
});

const MOVE = members({
  when: orNull(text()),
  does: TEXTS,
  goto: orNull(text()),
  budget: orNull(text()),
  takes: orNull(text()),
  note: orNull(text()),
});

export const SIM_SHOW = documentSchema('sim-show', 'A protocol, step by step', {
  id: text(),
  title: text(),
  source: text(),
  packages: count(),
  cores: count('of the whole machine'),
  threads: count(),
  choices: listOf(members({ name: text(), about: text(), values: TEXTS, chosen: text() })),
  programs: listOf(
    members({
      context: text(),
      who: text(),
      cpus: listOf(count()),
      source: orNull(text('what its steps follow')),
      lines: listOf(members({ label: text(), kind: choice(['line', 'spin', 'rest']), moves: listOf(MOVE) })),
    }),
  ),
  environment: listOf(members({ name: text(), who: text(), move: MOVE })),
  properties: listOf(amongOthers({ id: text(), title: text() })),
});
