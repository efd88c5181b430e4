/**
 * Hash compaction: a visited set that tells states apart by 64 bits of hash and keeps whole states only while they wait
 * to be expanded. Two states with equal hashes are taken for one, so a search with it may miss states; explore.ts
 * states the expected number. Parents and moves are kept, so a counterexample is found again by replaying its moves.
 */
import { type Batch, createVisited, makeBatch, type VisitedSet } from './visited.ts';
import { compileHash } from './words.ts';

/** States per segment of the queue; a segment is given back once the search has passed it. */
const SEGMENT_BITS = 15;
const SEGMENT = 1 << SEGMENT_BITS;

/** A set like `createVisited` whose states can be read only in the order of their numbers, each segment until the next is begun. */
export function createCompacted(words: number, maxBytes = Number.POSITIVE_INFINITY): VisitedSet {
  const first = compileHash(words, 'first');
  const second = compileHash(words, 'second');
  const queue = new Map<number, Int32Array>();
  const queueBytes = (): number => queue.size * SEGMENT * words * 4;
  const inner = createVisited(2, maxBytes);
  let keys: Batch = makeBatch(2, 256);
  /** Puts both hashes of each state in its place in the batch of keys. */
  const hashAll = (states: Int32Array, count: number): void => {
    if (keys.parents.length < count) keys = makeBatch(2, count * 2);
    for (let entry = 0; entry < count; entry++) {
      keys.states[entry * 2] = first(states, entry * words);
      keys.states[entry * 2 + 1] = second(states, entry * words);
    }
  };
  return {
    words,
    size: () => inner.size(),
    bytes: () => inner.bytes() + queueBytes(),
    segment(id) {
      const which = id >>> SEGMENT_BITS;
      const segment = queue.get(which);
      if (segment === undefined || id >= inner.size()) throw new RangeError(`state ${id} is not kept`);
      queue.delete(which - 1);
      return segment;
    },
    offset: (id) => (id & (SEGMENT - 1)) * words,
    parent: (id) => inner.parent(id),
    move: (id) => inner.move(id),
    trail: () => inner.trail(),
    find(states, count, places) {
      hashAll(states, count);
      inner.find(keys.states, count, places);
    },
    insert(batch, count, places) {
      hashAll(batch.states, count);
      keys.parents.set(batch.parents.subarray(0, count));
      keys.moves.set(batch.moves.subarray(0, count));
      const segmentBytes = SEGMENT * words * 4;
      if (inner.bytes() + queueBytes() + segmentBytes > maxBytes) return 0;
      const done = inner.insert(keys, count, places);
      for (let entry = 0; entry < done; entry++) {
        const id = places[entry] ?? -1;
        if (id < 0) continue;
        let segment = queue.get(id >>> SEGMENT_BITS);
        if (segment === undefined) {
          segment = new Int32Array(SEGMENT * words);
          queue.set(id >>> SEGMENT_BITS, segment);
        }
        segment.set(batch.states.subarray(entry * words, (entry + 1) * words), (id & (SEGMENT - 1)) * words);
      }
      return done;
    },
  };
}
