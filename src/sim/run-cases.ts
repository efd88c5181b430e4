/** Plays cases in time, once or with many seeds. */
import { prepareCase, play, type Played } from './scenario/play.ts';
import type { Case } from './scenario/scenario.ts';
import { differences } from './timed/result.ts';

export interface RanCase {
  readonly case: Case;
  readonly seeds: readonly number[];
  /** The run of the first seed. */
  readonly first: Played;
  /** Of the run of the first seed; null when nothing is expected. */
  readonly differences: readonly string[] | null;
  /** Longest blackout of any CPU in each run, microseconds, sorted; infinite where a CPU never comes back. */
  readonly blackoutsUs: readonly number[];
  /** How often each answer was given, most often first. */
  readonly answers: readonly (readonly [string, number])[];
  readonly panics: number;
  /** Runs in which each property was violated. */
  readonly violations: readonly (readonly [string, number])[];
}

export interface HowOften {
  /** null: the case's own. */
  readonly seed: number | null;
  readonly runs: number;
  /** Called after each run but the first with how many are done. */
  readonly progress?: (done: number) => void;
}

function tally(words: readonly string[]): (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

export function runCase(one: Case, { seed, runs, progress }: HowOften): RanCase {
  const prepared = prepareCase(one);
  const begin = seed ?? one.seed;
  const seeds = Array.from({ length: runs }, (_, i) => (begin + i) >>> 0);
  const first = play(one, begin, prepared);
  const results = seeds.map((each, done) => {
    if (done === 0) return first.result;
    progress?.(done);
    return play(one, each, prepared).result;
  });
  return {
    case: one,
    seeds,
    first,
    differences: one.run === null ? null : differences(one, first.result),
    blackoutsUs: results
      .map(({ cpus }) => Math.max(...cpus.map(({ blackoutUs }) => blackoutUs ?? Infinity)))
      .sort((a, b) => a - b),
    answers: tally(results.map(({ answer }) => answer ?? 'none')),
    panics: results.filter(({ panicked }) => panicked).length,
    violations: tally(results.flatMap(({ violated }) => violated.map(({ property }) => property))),
  };
}
