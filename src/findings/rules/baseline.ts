import { defineRules } from '../rule.ts';

const BASELINE = 'comparison with the collection given with --baseline';

/** What must not happen from one release of a collection to the next. */
export const BASELINE_RULES = defineRules({
  'baseline/lost': {
    severity: 'error',
    title: 'CPU has no update any more',
    says: '{cpu} had revision {expected} and has nothing now',
    advice: 'Bring the update back, or list the CPU in the policy under baseline.allow.',
    consumers: {},
    source: BASELINE,
  },
  'baseline/lowered': {
    severity: 'error',
    title: 'revision went back',
    says: '{cpu} had revision {expected} and has {found} now',
    advice: 'Bring the newer update back, or list the CPU in the policy under baseline.allow.',
    consumers: {},
    source: BASELINE,
  },
  'baseline/date': {
    severity: 'warning',
    title: 'date went back',
    says: '{cpu} had an update of {expected} and has one of {found} now',
    advice:
      'Check that the newer revision is the right one; vendors sometimes release an older branch under a higher revision.',
    consumers: {},
    source: `${BASELINE}; date and revision disagree for ten CPUs in public databases`,
  },
  'baseline/rewritten': {
    severity: 'error',
    title: 'revision kept, content changed',
    says: '{cpu} has revision {found} as before, with other bytes',
    advice: 'Compare both with a known good source: a vendor gives new content a new revision.',
    consumers: {},
    source: BASELINE,
  },
  'baseline/name-lost': {
    severity: 'note',
    title: 'CPU lost the file of its name',
    says: '{cpu} is still served, but no longer by a file called {expected}',
    advice: 'Keep a copy under the old name if the CPU is to be updated at run time.',
    consumers: { 'linux-late': 'finds no update for the CPU any more' },
    source: `${BASELINE}; Intel dropped five names in 20250211`,
  },
});
