/** The schema of saved runs, which `sim check --trace` writes and `sim replay` reads. */
import { EVIDENCE, SEARCH } from './outputs/evidence.ts';
import { documentSchema, orNull, text, TREE } from './schema.ts';

export const SIM_TRACE = documentSchema(
  'sim-trace',
  'One run of the simulator',
  {
    token: text('the same run in one word, for `sim replay`'),
    property: orNull(text('that it is a counterexample of')),
    evidence: EVIDENCE,
    search: orNull(SEARCH),
    story: TREE,
  },
  2,
);
