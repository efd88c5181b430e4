import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createVisited, makeBatch, type VisitedSet } from '../../../../src/sim/engine/states/visited.ts';
import { referenceVisited } from '../../../../src/sim/engine/states/visited-reference.ts';
import { compileHash, hashReference } from '../../../../src/sim/engine/states/words.ts';

interface Entry {
  readonly state: readonly number[];
  readonly parent: number;
  readonly move: number;
}

function insert(set: VisitedSet, entries: readonly Entry[]): number[] {
  const batch = makeBatch(set.words, entries.length);
  entries.forEach(({ state, parent, move }, index) => {
    batch.states.set(state, index * set.words);
    batch.parents[index] = parent;
    batch.moves[index] = move;
  });
  const places = new Int32Array(entries.length);
  const done = set.insert(batch, entries.length, places);
  return [...places.subarray(0, done)];
}

const stateOf = (set: VisitedSet, id: number): number[] => [
  ...set.segment(id).subarray(set.offset(id), set.offset(id) + set.words),
];

/** Few distinct values, so that many entries are duplicates, also within one batch. */
const entries = (words: number): fc.Arbitrary<Entry[][]> =>
  fc.array(
    fc.array(
      fc.record({
        state: fc.array(fc.constantFrom(0, 1, -1, 7, 0x7fffffff), { minLength: words, maxLength: words }),
        parent: fc.nat(1000),
        move: fc.nat(0xffff),
      }),
      { maxLength: 80 },
    ),
    { maxLength: 12 },
  );

describe('the visited set', () => {
  test('agrees with its reference on what is new, and on every state, parent and move', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }).chain((words) => fc.tuple(fc.constant(words), entries(words))),
        ([words, batches]) => {
          const fast = createVisited(words);
          const slow = referenceVisited(words);
          for (const batch of batches) expect(insert(fast, batch)).toEqual(insert(slow, batch));
          expect(fast.size()).toBe(slow.size());
          for (let id = 0; id < slow.size(); id++) {
            expect(stateOf(fast, id)).toEqual(stateOf(slow, id));
            expect([fast.parent(id), fast.move(id)]).toEqual([slow.parent(id), slow.move(id)]);
          }
          const asked = Int32Array.from([
            ...batches.flat().flatMap(({ state }) => state),
            ...Array<number>(words).fill(5),
          ]);
          const [found, expected] = [new Int32Array(asked.length / words), new Int32Array(asked.length / words)];
          fast.find(asked, found.length, found);
          slow.find(asked, found.length, expected);
          expect(found).toEqual(expected);
          expect(found.at(-1)).toBe(-1);
        },
      ),
    );
  });

  test('keeps every state while all of its tables grow many times', () => {
    const set = createVisited(2);
    const total = 300_000;
    const batch = makeBatch(2, 64);
    const places = new Int32Array(64);
    for (let round = 0; round < 2; round++) {
      for (let from = 0; from < total; from += 64) {
        const count = Math.min(64, total - from);
        for (let entry = 0; entry < count; entry++) {
          batch.states[entry * 2] = from + entry;
          batch.states[entry * 2 + 1] = ~(from + entry);
          batch.parents[entry] = from + entry - 1;
        }
        expect(set.insert(batch, count, places)).toBe(count);
      }
      expect(set.size()).toBe(total);
    }
    for (let id = 0; id < total; id += 997) {
      expect(stateOf(set, id)).toEqual([id, ~id]);
      expect(set.parent(id)).toBe(id - 1);
    }
  });

  test('holds more states than a Map or a Set can', () => {
    const set = createVisited(1);
    const step = 4096;
    const total = 2 ** 24 + step;
    const batch = makeBatch(1, step);
    const places = new Int32Array(step);
    for (let from = 0; from < total; from += step) {
      for (let entry = 0; entry < step; entry++) batch.states[entry] = from + entry;
      set.insert(batch, step, places);
    }
    expect(set.size()).toBe(total);
    expect(insert(set, [{ state: [total - 1], parent: 0, move: 0 }])).toEqual([-1]);
    expect(stateOf(set, total - 1)).toEqual([total - 1]);
  }, 120_000);

  test('stops in front of the first entry that does not fit, and still finds what it holds', () => {
    const limit = 2_000_000;
    const set = createVisited(1, limit);
    const batch = makeBatch(1, 100);
    const places = new Int32Array(100);
    let next = 0;
    for (;;) {
      for (let entry = 0; entry < 100; entry++) batch.states[entry] = next + entry;
      const done = set.insert(batch, 100, places);
      expect(set.bytes()).toBeLessThanOrEqual(limit);
      next += done;
      if (done < 100) break;
    }
    expect(set.size()).toBe(next);
    expect(next).toBeGreaterThan(32_768);
    expect(insert(set, [{ state: [next - 1], parent: 0, move: 0 }])).toEqual([-1]);
    expect(insert(set, [{ state: [next], parent: 0, move: 0 }])).toEqual([]);
  });

  test('needs at least one word per state', () => {
    expect(() => createVisited(0)).toThrow(RangeError);
  });
});

test('the compiled hashes equal the loop, and differ from each other', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 12 }), (words) => {
      const state = Int32Array.from([99, ...words]);
      for (const name of ['first', 'second'] as const) {
        expect(compileHash(words.length, name)(state, 1)).toBe(hashReference(state, 1, words.length, name));
      }
    }),
  );
  const state = Int32Array.from([1, 2, 3]);
  expect(compileHash(3, 'first')(state, 0)).not.toBe(compileHash(3, 'second')(state, 0));
});
