import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../../../../src/sim/engine/compile/compile.ts';
import { explore, type SearchResult } from '../../../../src/sim/engine/search/explore.ts';
import { naiveSearch } from '../naive.ts';
import { deadlockModel, lockModel, raceModel, randomModel } from '../toys.ts';

/** Steps from the initial state to a state, along the parents. */
function depthOf({ trail }: SearchResult, state: number | null): number | null {
  if (state === null) return null;
  let depth = 0;
  for (let id = state; trail.parent(id) >= 0; id = trail.parent(id)) depth++;
  return depth;
}

const verdict = (result: SearchResult, id: string): string | undefined =>
  result.claims.find((claim) => claim.id === id)?.verdict;

describe('the search', () => {
  test('finds the closed-form number of states of the lock', () => {
    for (const [n, k] of [
      [2, 3],
      [3, 2],
      [4, 2],
    ] as const) {
      const result = explore(compile(lockModel(n, k)));
      // Nobody has the lock, and each has done 0..k rounds and stands outside or at the lock; or one of n has it, at one of two lines.
      const free = (2 * k + 1) ** n;
      const held = n * 2 * k * (2 * k + 1) ** (n - 1);
      expect(result.states).toBe(free + held);
      expect(result.ending).toBe('complete');
      expect(verdict(result, 'exclusion')).toBe('holds');
      expect(verdict(result, 'all added')).toBe('holds');
      expect(result.deadlock.verdict).toBe('holds');
    }
  });

  test('finds a lost update, by the shortest way', () => {
    const result = explore(compile(raceModel(2, 1)));
    expect(verdict(result, 'all added')).toBe('violated');
    expect(depthOf(result, result.claims.find(({ id }) => id === 'all added')?.state ?? null)).toBe(4);
    expect(verdict(result, 'bounded')).toBe('holds');
  });

  test('finds the deadlock of two locks taken in opposite orders', () => {
    const result = explore(compile(deadlockModel()));
    expect(result.deadlock.verdict).toBe('violated');
    expect(depthOf(result, result.deadlock.state)).toBe(2);
  });

  test('agrees with a naive search on random models: counts, verdicts, shortest depths', () => {
    fc.assert(
      fc.property(randomModel, (model) => {
        const expected = naiveSearch(model, 3000);
        fc.pre(expected !== null);
        const result = explore(compile(model), { exhaustive: true });
        expect([result.states, result.transitions, result.depth]).toEqual([
          expected.states,
          expected.transitions,
          expected.depth,
        ]);
        expect(depthOf(result, result.deadlock.state)).toBe(expected.stuckAt);
        for (const claim of result.claims) {
          const decided = expected.decidedAt.get(claim.id) ?? null;
          expect(depthOf(result, claim.state)).toBe(decided);
          const sometimes = claim.polarity === 'sometimes';
          expect(claim.verdict).toBe(
            decided === null ? (sometimes ? 'not reached' : 'holds') : sometimes ? 'holds' : 'violated',
          );
        }
      }),
      { numRuns: 150 },
    );
  });

  test('gives the same numbers and the same counterexample every time', () => {
    const twice = [explore(compile(raceModel(3, 2))), explore(compile(raceModel(3, 2)))].map(
      ({ states, transitions, claims }) => ({ states, transitions, claims }),
    );
    expect(twice[0]).toEqual(twice[1]);
  });
});

describe('a search that was stopped', () => {
  const model = compile(lockModel(4, 3));
  const everything = explore(model);

  test('by the number of states never says that anything holds', () => {
    for (const maxStates of [1, 10, 500, everything.states - 1]) {
      const result = explore(model, { limits: { maxStates } });
      expect(result.ending).toBe('states');
      expect([verdict(result, 'exclusion'), verdict(result, 'all added'), result.deadlock.verdict]).toEqual([
        'unfinished',
        'unfinished',
        'unfinished',
      ]);
    }
    expect(explore(model, { limits: { maxStates: everything.states } }).ending).toBe('complete');
  });

  test('by memory stays within it and says so', () => {
    const maxBytes = 700_000;
    const result = explore(compile(lockModel(6, 4)), { limits: { maxBytes } });
    expect(result.ending).toBe('memory');
    expect(result.bytes).toBeLessThanOrEqual(maxBytes);
    expect(verdict(result, 'exclusion')).toBe('unfinished');
  });

  test('by the clock it was given says so', () => {
    let now = 0;
    const result = explore(model, { limits: { maxMilliseconds: 10 }, now: () => (now += 11) });
    expect(result.ending).toBe('time');
    expect(verdict(result, 'exclusion')).toBe('unfinished');
  });

  test('by any of these, keeping hashes only, says that nothing holds either', () => {
    let now = 0;
    for (const [ending, options] of [
      ['states', { limits: { maxStates: 500 } }],
      ['memory', { limits: { maxBytes: 1_500_000 } }],
      ['time', { limits: { maxMilliseconds: 10 }, now: () => (now += 11) }],
    ] as const) {
      const result = explore(compile(lockModel(6, 4)), { approximate: true, ...options });
      expect(result.ending).toBe(ending);
      expect([verdict(result, 'exclusion'), result.deadlock.verdict]).toEqual(['unfinished', 'unfinished']);
      expect(result.bytes).toBeLessThanOrEqual(1_500_000);
    }
  });

  test('at the first violation still reports it', () => {
    const result = explore(compile(deadlockModel()), { stopAtViolation: true });
    expect([result.ending, result.deadlock.verdict]).toEqual(['violation', 'violated']);
    const race = explore(compile(raceModel(2, 2)), { stopAtViolation: true });
    expect([race.ending, verdict(race, 'all added'), verdict(race, 'bounded')]).toEqual([
      'violation',
      'violated',
      'unfinished',
    ]);
  });
});

test('hash compaction finds as many states in less memory and states the expected omissions', () => {
  const model = compile(lockModel(5, 4));
  const exact = explore(model);
  const approximate = explore(model, { approximate: true });
  expect([approximate.states, approximate.transitions]).toEqual([exact.states, exact.transitions]);
  expect(exact.expectedOmissions).toBe(0);
  expect(approximate.expectedOmissions).toBeCloseTo(exact.states ** 2 / 2 ** 65, 30);
});
