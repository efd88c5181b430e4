/** The load itself: a window that opens when the WRMSR starts and closes when it retires, refused or not. */
import { each, flag, oneOf, perCpu, set } from '../language/effects.ts';
import { at, coreOf, me } from '../language/expressions.ts';
import type { Effect } from '../language/model.ts';
import type { Move } from '../language/program.ts';
import type { Faults } from './faults.ts';

/**
 * `intel`: the engine is the core's, all its threads then show the new revision.
 * `amd`: every thread writes the loader MSR for itself.
 */
export type Vendor = 'intel' | 'amd';

/** This CPU's load WRMSR is in flight. */
export const loading = perCpu('loading', flag);
/** What MSR 0x8B shows. */
export const revision = perCpu('revision', oneOf('old', 'new'));

export const LOAD_FIELDS = [loading, revision];

export const startLoad: Effect = set(loading, true);

const succeed = (vendor: Vendor): readonly Effect[] => [
  set(loading, false),
  vendor === 'intel' ? each(coreOf(me), (thread) => [set(at(revision, thread), 'new')]) : set(revision, 'new'),
];

export interface Outcome {
  readonly loaded: { readonly do: readonly Effect[]; readonly goto: string };
  readonly refused: { readonly do: readonly Effect[]; readonly goto: string };
}

/** The alternatives at the label where the WRMSR is in flight. A WRMSR that hangs goes on to `hung`, which must be a rest. */
export function retire(vendor: Vendor, faults: Faults, { loaded, refused }: Outcome): readonly Move[] {
  const cost = 'load';
  return [
    { do: [...succeed(vendor), ...loaded.do], goto: loaded.goto, cost },
    ...(faults.reject === 0
      ? []
      : [{ budget: 'reject', do: [set(loading, false), ...refused.do], goto: refused.goto, cost, note: 'refused' }]),
    ...(faults.hang === 0 ? [] : [{ budget: 'hang', goto: 'hung', note: 'never retires' }]),
  ];
}
