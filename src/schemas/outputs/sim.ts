/** Documents of the simulator. Stories and traces are described in its own pages. */
import { count, documentSchema, flag, listOf, members, orNull, text, TREE } from '../schema.ts';
import { TEXTS, WRITTEN } from './common.ts';

const NUMBERS = listOf({ type: 'number' });

export const SIM_CHECK = documentSchema('sim-check', 'Verdicts of the checker', {
  cases: listOf(
    members({
      name: text(),
      protocol: text(),
      cores: count(),
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
    }),
  ),
});

export const SIM_EXPORT = documentSchema('sim-export', 'A protocol for another checker', {
  protocol: text(),
  written: WRITTEN,
  text: orNull(text()),
});

export const SIM_REPLAY = documentSchema('sim-replay', 'A run told again', {
  protocol: text(),
  steps: count(),
  shown: count(),
  story: TREE,
  state: { type: 'object', additionalProperties: NUMBERS },
});
