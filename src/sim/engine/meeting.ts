/** Whether a fault can happen in a model at all: a verdict about a fault that cannot happen says nothing. */
import { budgetField, cpuCount, type Model } from '../language/model.ts';
import { compile } from './compile/compile.ts';
import { explore } from './search/explore.ts';
import { groundModel } from './ground/ground.ts';

/**
 * `possible`: some run may meet it, as far as the values that variables can have tell. `withheld`: the environment would do it, but the condition
 * never holds, such as under a lock that is never given back. `none`: there is no step for it, or nobody ever comes to where one begins.
 */
export type Meeting = 'possible' | 'withheld' | 'none';

/** Larger models are not written out for every CPU just to find this out: there, a step in the description is enough. */
const MOST_CPUS = 32;

/** How a model meets each of its faults: `budgets` names them. */
export function meetings(model: Model, budgets: readonly string[]): ReadonlyMap<string, Meeting> {
  const described = (budget: string) => model.steps.filter((step) => step.budget === budget);
  const ground = cpuCount(model.topology) > MOST_CPUS ? null : groundModel(model);
  const possible = new Set(
    ground === null
      ? model.steps.map(({ budget }) => budget)
      : ground.steps.map(({ step }) => model.steps[step]?.budget ?? null),
  );
  return new Map(
    budgets.map((budget): [string, Meeting] => {
      if (possible.has(budget)) return [budget, 'possible'];
      return [budget, described(budget).some(({ kind }) => kind === 'environment') ? 'withheld' : 'none'];
    }),
  );
}

/** States after which it stays open whether a fault is met. Where one is, that shows early; where none is, the search is that of an undisturbed run. */
const MOST_STATES = 100_000;

/** Whether some run spends a unit of the budget, which must be counted; null when that was not found out. */
export function isMet(model: Model, budget: string): boolean | null {
  const met = {
    id: 'met',
    title: budget,
    polarity: 'sometimes',
    matters: '',
    holds: {
      op: 'lt',
      left: { op: 'read', field: budgetField(budget), at: null },
      right: { op: 'const', value: model.budgets[budget] ?? 0 },
    },
  } as const;
  const compiled = compile({ ...model, properties: [met] }, { symmetry: true, partialOrder: true });
  const { claims } = explore(compiled, { deadlocks: false, limits: { maxStates: MOST_STATES } });
  const verdict = claims[0]?.verdict;
  return verdict === 'holds' ? true : verdict === 'not reached' ? false : null;
}
