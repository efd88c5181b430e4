/** Plain breadth-first search over the interpreter: slow, obvious, the yardstick of everything faster. */
import { interpreter, type Move } from '../../../src/sim/language/interpret.ts';
import type { Model } from '../../../src/sim/language/model.ts';

export interface Found {
  readonly states: number;
  readonly transitions: number;
  /** Property id -> shortest path to a state that decides it (a violation, or for `sometimes` an example). */
  readonly decided: ReadonlyMap<string, readonly string[]>;
  /** Shortest path to a deadlock. */
  readonly stuck: readonly string[] | undefined;
}

/** `limit` guards the test run, not the verdict: beyond it the search throws. */
export function search(model: Model, limit = 300_000): Found {
  const machine = interpreter(model);
  const first = machine.initial();
  const seen = new Map<string, number>([[first.join(), 0]]);
  const states = [first];
  const parents: number[] = [-1];
  const moves: Move[] = [{ step: -1, cpu: -1 }];
  const decided = new Map<string, readonly string[]>();
  let stuck: readonly string[] | undefined;
  let transitions = 0;
  const path = (index: number): string[] => {
    const steps: string[] = [];
    for (let at = index; at > 0; at = parents[at] ?? 0) {
      const move = moves[at];
      steps.push(`${model.steps[move?.step ?? -1]?.id}@${move?.cpu}`);
    }
    return steps.reverse();
  };
  for (let index = 0; index < states.length; index++) {
    const state = states[index] ?? first;
    const enabled = machine.enabled(state);
    const finished = machine.finished(state);
    for (const { id, polarity, holds } of model.properties) {
      if (decided.has(id) || (polarity === 'eventually' && !finished)) continue;
      if ((machine.evaluate(holds, state) === 1) === (polarity === 'sometimes')) decided.set(id, path(index));
    }
    if (stuck === undefined && finished && machine.stuck(state)) stuck = path(index);
    for (const move of enabled) {
      transitions += 1;
      const next = machine.apply(state, move);
      const key = next.join();
      if (seen.has(key)) continue;
      if (seen.size >= limit) throw new Error(`${model.name} has more than ${limit} states`);
      seen.set(key, states.length);
      states.push(next);
      parents.push(index);
      moves.push(move);
    }
  }
  return { states: states.length, transitions, decided, stuck };
}
