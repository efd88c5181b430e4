import { describe, expect, test } from 'vitest';
import { estimate } from '../../../../src/sim/engine/search/estimate.ts';

/** Sizes of the levels of stop-machine-nmi on 3x2 with one NMI, without reductions. */
const ONE_BELL = [
  1, 12, 63, 224, 624, 1470, 3066, 5826, 10287, 17086, 26907, 40398, 58082, 80262, 106926, 137667, 171588, 207297,
  242992, 276606, 306002, 329183, 344502, 350812, 347656, 335322, 314778, 287547, 255522, 220761, 185288, 150954,
  119253, 91228, 67467, 48128, 33024, 21723, 13648, 8147, 4587, 2412, 1165, 504, 188, 57, 12, 1,
];

/** Those of xen on the same machine: a small bell, then a large one. */
const TWO_BELLS = [
  1, 7, 17, 57, 172, 416, 836, 1411, 2031, 2516, 2716, 2551, 2081, 1476, 896, 461, 201, 77, 38, 23, 25, 43, 61, 82, 98,
  111, 153, 282, 602, 1271, 2420, 4072, 6111, 8291, 10262, 11660, 12228, 11871, 10672, 8879, 6818, 4800, 3072, 1767,
  895, 387, 137, 36, 5,
];

const sum = (levels: readonly number[]): number => levels.reduce((total, size) => total + size, 0);
const after = (levels: readonly number[], share: number): number | null => {
  const enough = levels.findIndex((_, level) => sum(levels.slice(0, level + 1)) >= share * sum(levels));
  return estimate(levels.slice(0, enough + 1));
};

describe('how many states there will be', () => {
  test.each([
    [0.2, 0.6, 1.1],
    [0.4, 0.85, 1.1],
    [0.6, 0.95, 1.05],
    [0.9, 0.98, 1.02],
  ])('at %d of the way the guess is between %d and %d of the truth', (share, least, most) => {
    const guess = (after(ONE_BELL, share) ?? 0) / sum(ONE_BELL);
    expect(guess).toBeGreaterThan(least);
    expect(guess).toBeLessThan(most);
  });

  test('never less than there are already', () => {
    const guesses = TWO_BELLS.flatMap((_, level) => {
      const levels = TWO_BELLS.slice(0, level + 1);
      const guess = estimate(levels);
      return guess === null ? [] : [guess / sum(levels)];
    });
    expect(guesses.length).toBeGreaterThan(10);
    expect(Math.min(...guesses)).toBeGreaterThanOrEqual(1);
  });

  test('nothing while there are few levels, while growth grows, and where the line slips', () => {
    expect(estimate(ONE_BELL.slice(0, 12))).toBeNull();
    expect(estimate(Array.from({ length: 20 }, (_, level) => 2 ** (level * level)))).toBeNull();
    // The second bell begins: the line would lead to four hundred thousand times the truth.
    expect(estimate(TWO_BELLS.slice(0, 35))).toBeNull();
  });
});
