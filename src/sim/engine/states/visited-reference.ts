/** The visited set as anybody would write it: the slow twin that the tests compare visited.ts with. */
import type { VisitedSet } from './visited.ts';

export function referenceVisited(words: number): VisitedSet {
  const known = new Set<string>();
  const states: Int32Array[] = [];
  const parents: number[] = [];
  const moves: number[] = [];
  return {
    words,
    size: () => states.length,
    bytes: () => 0,
    segment(id) {
      const state = states[id];
      if (state === undefined) throw new RangeError(`no state ${id}`);
      return state;
    },
    offset: () => 0,
    parent: (id) => parents[id] ?? -1,
    move: (id) => moves[id] ?? 0,
    trail: () => ({ parents: [Int32Array.from(parents)], moves: [Uint16Array.from(moves)] }),
    find(batch, count, places) {
      for (let entry = 0; entry < count; entry++) {
        const key = batch.slice(entry * words, (entry + 1) * words).join();
        places[entry] = states.findIndex((state) => state.join() === key);
      }
    },
    insert(batch, count, places) {
      for (let entry = 0; entry < count; entry++) {
        const state = batch.states.slice(entry * words, (entry + 1) * words);
        const key = state.join();
        places[entry] = known.has(key) ? -1 : states.length;
        if (known.has(key)) continue;
        known.add(key);
        states.push(state);
        parents.push(batch.parents[entry] ?? -1);
        moves.push(batch.moves[entry] ?? 0);
      }
      return count;
    },
  };
}
