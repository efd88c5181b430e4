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
  const hash = compileHash(words, 'second');
  const first = compileHash(words, 'first');
  const queue = new Map<number, Int32Array>();
  const queueBytes = (): number => queue.size * SEGMENT * words * 4;
  // The 64 bits: the second hash is the stored word, mixed with the first one so that equal words mean equal pairs only
  // by chance; the index of the inner set adds its own hash of those two words.
  const inner = createVisited(2, maxBytes);
  let keys: Batch = makeBatch(2, 256);
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
    insert(batch, count, places) {
      if (keys.parents.length < count) keys = makeBatch(2, count * 2);
      for (let entry = 0; entry < count; entry++) {
        keys.states[entry * 2] = first(batch.states, entry * words);
        keys.states[entry * 2 + 1] = hash(batch.states, entry * words);
      }
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
