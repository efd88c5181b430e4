/** Plays a case in time. */
import { resultOf, type RunResult } from '../timed/result.ts';
import { prepare, runOnce, type Prepared, type Run } from '../timed/run.ts';
import { timedModel } from './fits.ts';
import { entryOf } from './parse.ts';
import type { Case } from './scenario.ts';

/** Properties are looked at after every step of machines up to so many CPUs. */
const WATCH_UP_TO = 64;

export interface Played {
  readonly run: Run;
  readonly result: RunResult;
}

/** The model as a clock drives it, for many runs. */
export const prepareCase = (one: Case): Prepared => prepare(timedModel(entryOf(one), one));

export function play(one: Case, seed = one.seed, prepared: Prepared = prepareCase(one)): Played {
  const { topology, vendor } = one.setting;
  const watch = topology.cores * topology.threads <= WATCH_UP_TO;
  const run = runOnce(prepared, { seed, events: one.events, load: { vendor, ...one.load }, watch });
  return { run, result: resultOf(run, entryOf(one).protocol) };
}
