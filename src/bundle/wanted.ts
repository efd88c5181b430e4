/** Which of the updates read a command is about. */
import { servedBy } from '../formats/intel/update.ts';
import { ageOrder } from './age.ts';
import type { Held, Update } from './collect.ts';
import type { HeldPatch } from './amd-containers.ts';
import { grouped } from './group.ts';
import { newestPatches } from './newest-amd.ts';
import { newestIntel } from './newest-intel.ts';
import { type Candidate, type Filter, selectedPlatforms } from './selection.ts';
import { platformsOfCpu, type WantedCpu } from './wanted-cpu.ts';

export type Vendor = Update['vendor'];

/** Which updates are meant. All conditions hold together; `EVERYTHING` sets none. */
export interface Selection {
  /** In the order given, which counts: made by `parseFilter`. Empty: no condition. */
  readonly filters: readonly Filter[];
  /** Updates for one of these CPUs; empty: for any. */
  readonly cpus: readonly WantedCpu[];
  /** Undefined: every vendor. */
  readonly vendor: Vendor | undefined;
  /** Only updates dated later than this day (`YYYY-MM-DD`). */
  readonly after: string | undefined;
  /** Only updates dated earlier than this day. */
  readonly before: string | undefined;
  /** Only what is the newest for at least one of its CPUs and platforms, among what is selected otherwise. */
  readonly latest: boolean;
}

/** The selection without any condition: every vendor, CPU, date and revision. To set one: `{ ...EVERYTHING, latest: true }`. */
export const EVERYTHING: Selection = {
  filters: [],
  cpus: [],
  vendor: undefined,
  after: undefined,
  before: undefined,
  latest: false,
};

/** What the selection language looks at, one for each CPU that the update serves. Only Intel has platforms. */
export function candidatesOf(update: Update): Candidate[] {
  const { revision } = update;
  switch (update.vendor) {
    case 'intel':
      return servedBy(update).map(({ signature, platformMask }) => ({ signature, platformMask, revision }));
    case 'amd':
      return update.cpuids.map((signature) => ({ signature, platformMask: 0, revision }));
    case 'via':
      return [{ signature: update.signature, platformMask: 0, revision }];
  }
}

/** Dates compare digit by digit, as stored: also those that are on no calendar have a place. */
const isDated = ({ after, before }: Selection, { date }: Update): boolean =>
  (after === undefined || date.text > after) && (before === undefined || date.text < before);

/** The platforms on which the selection wants the update for the CPU, as bits (see `selectedPlatforms`); 0: not wanted. */
export function wantedPlatforms(selection: Selection, update: Update, candidate: Candidate): number {
  if (selection.vendor !== undefined && update.vendor !== selection.vendor) return 0;
  if (!isDated(selection, update)) return 0;
  const selected = selectedPlatforms(selection.filters, candidate);
  if (selection.cpus.length === 0) return selected;
  return selection.cpus.reduce((bits, cpu) => bits | (selected & platformsOfCpu(cpu, candidate)), 0);
}

/** Whether the selection, but for `latest`, which takes all updates to tell, wants the update for at least one of its CPUs. Never throws. */
export function isWanted(selection: Selection, update: Update): boolean {
  const { filters, cpus, vendor } = selection;
  // A patch whose CPUs nobody knows can only be meant by a selection that names none.
  if (filters.length === 0 && cpus.length === 0) {
    return (vendor === undefined || update.vendor === vendor) && isDated(selection, update);
  }
  return candidatesOf(update).some((candidate) => wantedPlatforms(selection, update, candidate) !== 0);
}

/** The wanted ones of what is held, in its order; `latest` chooses among those that the other conditions leave. Never throws. */
export function wantedOf<H extends Held>(selection: Selection, held: readonly H[]): H[] {
  const wanted = held.filter(({ update }) => isWanted(selection, update));
  return selection.latest ? latestOf(selection, wanted) : wanted;
}

function latestOf<H extends Held>(selection: Selection, wanted: readonly H[]): H[] {
  const intel = newestIntel(
    wanted.flatMap(({ update }) => (update.vendor === 'intel' ? [update] : [])),
    (candidate, update) => wantedPlatforms(selection, update, { ...candidate, revision: update.revision }),
  );
  const amd = newestPatches(patchesOf(wanted)).map(({ update }) => update);
  const newest = new Set<Update>([...intel, ...amd, ...newestVia(wanted)]);
  return wanted.filter(({ update }) => newest.has(update));
}

/** The newest for each signature; all of them where several are equally new. */
function newestVia(held: readonly Held[]): Update[] {
  const own = held.flatMap(({ update }) => (update.vendor === 'via' ? [update] : []));
  return [...grouped(own, ({ signature }) => signature).values()].flatMap((rivals) => {
    const best = rivals.reduce((newest, one) => (ageOrder(one, newest) > 0 ? one : newest));
    return rivals.filter((one) => ageOrder(one, best) === 0);
  });
}

/** The AMD patches of what is held. */
export const patchesOf = (held: readonly Held[]): HeldPatch[] =>
  held.flatMap(({ origin, update, container }) => (update.vendor === 'amd' ? [{ origin, update, container }] : []));
