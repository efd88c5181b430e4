/** Plays a case in time. */
import { model } from '../protocols/protocol.ts';
import { resultOf, type RunResult } from '../timed/result.ts';
import { prepare, runOnce, type Prepared, type Run } from '../timed/run.ts';
import { entryOf } from './parse.ts';
import type { Case } from './scenario.ts';

/** Properties are looked at after every step of machines up to so many CPUs. */
const WATCH_UP_TO = 64;

export interface Played {
  readonly run: Run;
  readonly result: RunResult;
}

/** The model as a clock drives it: timeouts are up to the clock, what fails is up to the script. */
export function prepareCase(one: Case): Prepared {
  const entry = entryOf(one);
  const times = (what: string): number => one.events.filter((event) => event.what === what).length;
  const faults = {
    nmi: times('nmi'),
    timeout: null,
    reject: times('reject'),
    hang: times('hang'),
    breakpoint: times('breakpoint'),
    mce: times('mce'),
    store: times('store'),
    hotplug: 0,
  };
  return prepare(model(entry.protocol, { ...one.setting, faults }, { ...entry.chosen, ...one.choices }));
}

export function play(one: Case, seed = one.seed, prepared: Prepared = prepareCase(one)): Played {
  const { topology, vendor } = one.setting;
  const watch = topology.cores * topology.threads <= WATCH_UP_TO;
  const run = runOnce(prepared, { seed, events: one.events, load: { vendor, ...one.load }, watch });
  return { run, result: resultOf(run, entryOf(one).protocol) };
}
