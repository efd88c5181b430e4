/** The schema of saved runs, which `sim check --trace` and `sim run` write and `sim replay` reads. */
import { documentSchema, orNull, text, TREE } from './schema.ts';

export const SIM_TRACE = documentSchema('sim-trace', 'One run of the simulator', {
  token: text('the same run in one word, for `sim replay`'),
  property: orNull(text('that it is a counterexample of')),
  story: TREE,
});
