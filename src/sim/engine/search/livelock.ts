/**
 * Livelocks: states from which the program can go on for ever but never to an end, whatever it does, as long as the
 * environment does nothing. No fairness can get it out, so each one found is real. (A cycle that some run could leave is not one.)
 */
import type { CompiledModel } from '../states/model.ts';
import { makeBatch, type VisitedSet } from '../states/visited.ts';

/**
 * Number of the first state from which no end can be reached, or null. `visited` must hold every reachable state of `model`, found without
 * partial-order reduction: that keeps ends, not the ways to them.
 */
export function findLivelock(model: CompiledModel, visited: VisitedSet): number | null {
  const states = visited.size();
  const ends = new Uint8Array(states);
  const batch = makeBatch(model.words, model.maxSuccessors);
  const places = new Int32Array(model.maxSuccessors);

  /** Whether the state is an end, or a program step leads to one that reaches an end. */
  const reaches = (id: number): boolean => {
    const count = model.successors(visited.segment(id), visited.offset(id), batch, 0);
    const environment = batch.moves.subarray(0, count).findIndex((move) => move >= model.programMoves);
    const own = environment < 0 ? count : environment;
    visited.find(batch.states, own, places);
    return own === 0 || places.subarray(0, own).some((place) => ends[place] === 1);
  };

  // Most steps lead to states with higher numbers, so going down settles nearly all of them in one pass.
  for (let settled = -1; settled !== 0;) {
    settled = 0;
    for (let id = states - 1; id >= 0; id--) {
      if (ends[id] === 1 || !reaches(id)) continue;
      ends[id] = 1;
      settled++;
    }
  }
  const first = ends.indexOf(0);
  return first < 0 ? null : first;
}
