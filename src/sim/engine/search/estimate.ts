/**
 * How many states a breadth-first search will find, from the sizes of its levels so far. Levels of these models swell and shrink like
 * a bell: the logarithm of their growth falls about linearly. A line through the growth of the last levels, followed to where
 * levels are empty, gives the rest. Some models have a second bell that nothing announces, so it is a guess and called one.
 */

/** Levels that the line is drawn through, and the fewest that say anything. */
const LOOKED_AT = 12;
/** Levels followed at most. */
const MOST_LEVELS = 10_000;
/** What is expected beyond so many times of what has been found is no more than a slip of the line. */
const FARTHEST = 10;

/** The expected total, or null when the levels so far say nothing yet: too few, or their growth does not fall. */
export function estimate(levels: readonly number[]): number | null {
  const last = levels.slice(-LOOKED_AT - 1);
  if (last.length <= LOOKED_AT) return null;
  const growth = last.slice(1).map((size, index) => Math.log(size / (last[index] ?? 1)));
  const middle = (LOOKED_AT - 1) / 2;
  const mean = growth.reduce((sum, value) => sum + value, 0) / LOOKED_AT;
  const lean = growth.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0);
  const slope = lean / growth.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  if (!(slope < 0)) return null;
  const found = levels.reduce((sum, size) => sum + size, 0);
  let total = found;
  let size = last.at(-1) ?? 0;
  for (let ahead = 1; ahead <= MOST_LEVELS && size >= 1; ahead++) {
    size *= Math.exp(mean + slope * (middle + ahead));
    total += size;
  }
  return total > FARTHEST * found ? null : total;
}
