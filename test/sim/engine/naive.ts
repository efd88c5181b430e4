/** Breadth-first search as anybody would write it, on the interpreter: what explore.ts is compared with. */
import { interpreter } from '../../../src/sim/language/interpret.ts';
import type { Model } from '../../../src/sim/language/model.ts';
import type { State } from '../../../src/sim/language/slots.ts';

export interface NaiveResult {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** By property id: depth of the nearest state that violates it, or witnesses it (`sometimes`); null when there is none. */
  readonly decidedAt: ReadonlyMap<string, number | null>;
  /** Depth of the nearest deadlock. */
  readonly stuckAt: number | null;
}

/** Null when the model has more than `limit` states. */
export function naiveSearch(model: Model, limit: number): NaiveResult | null {
  const meaning = interpreter(model);
  const first = meaning.initial();
  const depths = new Map([[first.join(), 0]]);
  const queue: { readonly state: State; readonly depth: number }[] = [{ state: first, depth: 0 }];
  const decidedAt = new Map<string, number | null>(model.properties.map(({ id }) => [id, null]));
  let transitions = 0;
  let stuckAt: number | null = null;
  let deepest = 0;
  for (const { state, depth } of queue) {
    if (queue.length > limit) return null;
    deepest = depth;
    const finished = meaning.finished(state);
    if (meaning.stuck(state)) stuckAt ??= depth;
    for (const { id, polarity, holds } of model.properties) {
      const truth = meaning.evaluate(holds, state) === 1;
      const decides = polarity === 'sometimes' ? truth : polarity === 'always' ? !truth : finished && !truth;
      if (decides) decidedAt.set(id, decidedAt.get(id) ?? depth);
    }
    for (const move of meaning.enabled(state)) {
      transitions++;
      const after = meaning.apply(state, move);
      const key = after.join();
      if (depths.has(key)) continue;
      depths.set(key, depth + 1);
      queue.push({ state: after, depth: depth + 1 });
    }
  }
  return { states: queue.length, transitions, depth: deepest, decidedAt, stuckAt };
}
