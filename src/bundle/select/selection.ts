/** The selection: which updates a command works on. */
import { servedBy } from '../../formats/intel/update.ts';
import { ageOrder } from '../update-order.ts';
import type { CollectedUpdate, Update } from '../collect.ts';
import type { CollectedPatch } from '../amd-containers.ts';
import { grouped } from '../group.ts';
import { newestPatches } from './newest-amd.ts';
import { newestIntel } from './newest-intel.ts';
import { type Candidate, type Filter, selectedPlatforms } from './filter.ts';
import { platformsOfCpu, type CpuSelector } from './cpu.ts';

export type Vendor = Update['vendor'];

/** Conditions on updates. An update must meet all of them; `EVERYTHING` sets none. */
export interface Selection {
  /** In the order given, which counts: made by `parseFilter`. Empty: no condition. */
  readonly filters: readonly Filter[];
  /** Updates for one of these CPUs; empty: for any. */
  readonly cpus: readonly CpuSelector[];
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

/** One candidate for each CPU that the update is for. Only Intel has platforms. */
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

/** Dates are compared digit by digit, as stored: a date that is not on the calendar is compared too. */
const isDated = ({ after, before }: Selection, { date }: Update): boolean =>
  (after === undefined || date.text > after) && (before === undefined || date.text < before);

/** The platforms on which the selection takes the update for the CPU, as bits (see `selectedPlatforms`); 0: none. */
export function matchingPlatforms(selection: Selection, update: Update, candidate: Candidate): number {
  if (selection.vendor !== undefined && update.vendor !== selection.vendor) return 0;
  if (!isDated(selection, update)) return 0;
  const selected = selectedPlatforms(selection.filters, candidate);
  if (selection.cpus.length === 0) return selected;
  return selection.cpus.reduce((bits, cpu) => bits | (selected & platformsOfCpu(cpu, candidate)), 0);
}

/** Whether the selection takes the update for at least one of its CPUs. `latest` is not looked at: it needs all updates. Never throws. */
export function isSelected(selection: Selection, update: Update): boolean {
  const { filters, cpus, vendor } = selection;
  // A patch with unknown CPUs can only be taken by a selection that names no CPU.
  if (filters.length === 0 && cpus.length === 0) {
    return (vendor === undefined || update.vendor === vendor) && isDated(selection, update);
  }
  return candidatesOf(update).some((candidate) => matchingPlatforms(selection, update, candidate) !== 0);
}

/** The selected updates, in their order; `latest` chooses among those that meet the other conditions. Never throws. */
export function selectUpdates<H extends CollectedUpdate>(selection: Selection, collected: readonly H[]): H[] {
  const selected = collected.filter(({ update }) => isSelected(selection, update));
  return selection.latest ? latestOf(selection, selected) : selected;
}

function latestOf<H extends CollectedUpdate>(selection: Selection, selected: readonly H[]): H[] {
  const intel = newestIntel(
    selected.flatMap(({ update }) => (update.vendor === 'intel' ? [update] : [])),
    (candidate, update) => matchingPlatforms(selection, update, { ...candidate, revision: update.revision }),
  );
  const amd = newestPatches(patchesOf(selected)).map(({ update }) => update);
  const newest = new Set<Update>([...intel, ...amd, ...newestVia(selected)]);
  return selected.filter(({ update }) => newest.has(update));
}

/** The newest for each signature; all of them where several are equally new. */
function newestVia(collected: readonly CollectedUpdate[]): Update[] {
  const own = collected.flatMap(({ update }) => (update.vendor === 'via' ? [update] : []));
  return [...grouped(own, ({ signature }) => signature).values()].flatMap((sameSignature) => {
    const best = sameSignature.reduce((newest, one) => (ageOrder(one, newest) > 0 ? one : newest));
    return sameSignature.filter((one) => ageOrder(one, best) === 0);
  });
}

/** The AMD patches of a collection. */
export const patchesOf = (collected: readonly CollectedUpdate[]): CollectedPatch[] =>
  collected.flatMap(({ origin, update, container }) =>
    update.vendor === 'amd' ? [{ origin, update, container }] : [],
  );
