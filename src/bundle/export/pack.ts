/** One vendor file made of everything that was read, or the reasons why there is none. */
import { finding } from '../../findings/finding.ts';
import type { EquivalenceEntry } from '../../formats/amd/equivalence.ts';
import { writeIntelDat } from '../../formats/intel-dat.ts';
import type { IntelUpdate } from '../../formats/intel/update.ts';
import type { Origin } from '../../inputs/origin.ts';
import { containerFiles, distinctPatches, equivalenceConflicts, patchesWithoutCpus } from '../amd-containers.ts';
import { withEntries } from './equivalence-entries.ts';
import { type Collected, type CollectedUpdate, type Located, VENDOR_NAMES } from '../collect.ts';
import { orderedIntel } from '../select/newest-intel.ts';
import { nothingFound } from '../nothing.ts';
import { patchesOf, type Selection, type Vendor, selectUpdates, matchingPlatforms } from '../select/selection.ts';

export type PackFormat = 'intel' | 'intel-dat' | 'amd';

/** What file to pack. */
export interface PackRequest {
  /** `intel`: updates one after the other; `intel-dat`: the same as Intel's text; `amd`: containers. */
  readonly format: PackFormat;
  readonly selection: Selection;
  /** Rows of an equivalence table that say which CPUs raw AMD patches are for; beside those of the containers that were read. */
  readonly entries: readonly EquivalenceEntry[];
}

/** One vendor's file, or `because` of which errors in what was read, or of what else, there is none. */
export type Packed =
  | { readonly kind: 'refused'; readonly because: readonly Located[] }
  | {
      readonly kind: 'packed';
      /** Each update once, in the order of the file. */
      readonly chosen: readonly Pick<CollectedUpdate, 'origin' | 'update'>[];
      /** The file in pieces. */
      readonly parts: readonly Uint8Array[];
      /** Findings on the inputs. */
      readonly remarks: readonly Located[];
    };

const VENDOR_OF: Readonly<Record<PackFormat, Vendor>> = {
  intel: 'intel',
  'intel-dat': 'intel',
  amd: 'amd',
};

/**
 * Packs what is selected into one vendor's file. Damaged input is refused: its CPUs would silently stay unpatched.
 * So are updates of another vendor, AMD patches whose CPUs nobody names, and a selection of nothing. Nothing is thrown, nothing is written.
 */
export function pack(read: Collected, request: PackRequest): Packed {
  const errors = read.findings.filter((found) => found.finding.severity === 'error');
  if (errors.length > 0) return { kind: 'refused', because: errors };
  const entries = [...read.containers.flatMap(({ table }) => table.entries), ...request.entries];
  const everything = withEntries(read.updates, entries);
  const collected = selectUpdates(request.selection, everything);
  const because = unfit(collected, read, request.format);
  if (because.length > 0) return { kind: 'refused', because };
  switch (request.format) {
    case 'intel':
      return packIntel(collected, read, request.selection, (updates) => updates.map(({ bytes }) => bytes));
    case 'intel-dat':
      return packIntel(collected, read, request.selection, (updates) => [writeIntelDat(updates)]);
    case 'amd':
      return packAmd(collected, everything, read, request.selection);
  }
}

function unfit(collected: readonly CollectedUpdate[], read: Collected, format: PackFormat): Located[] {
  const [first] = collected;
  const at = (origin: Origin, found: Located['finding']): Located[] => [{ origin, finding: found }];
  if (first === undefined) return nothingFound(read.updates.length, 0, read.findings);
  const foreign = collected.filter(({ update }) => update.vendor !== VENDOR_OF[format]);
  const [other] = foreign;
  if (other === undefined) return [];
  const data = { found: foreign.length, vendor: VENDOR_NAMES[other.update.vendor], format };
  return at(other.origin, finding('pack/other-vendor', { offset: other.origin.offset }, data));
}

function packIntel(
  collected: readonly CollectedUpdate[],
  read: Collected,
  selection: Selection,
  written: (updates: readonly IntelUpdate[]) => readonly Uint8Array[],
): Packed {
  const origins = new Map(collected.map((one) => [one.update, one]));
  const updates = orderedIntel(
    collected.flatMap(({ update }) => (update.vendor === 'intel' ? [update] : [])),
    (candidate, update) => matchingPlatforms(selection, update, { ...candidate, revision: update.revision }),
  );
  return {
    kind: 'packed',
    chosen: updates.flatMap((update) => origins.get(update) ?? []),
    parts: written(updates),
    remarks: read.findings,
  };
}

function packAmd(
  collected: readonly CollectedUpdate[],
  everything: readonly CollectedUpdate[],
  read: Collected,
  selection: Selection,
): Packed {
  const patches = patchesOf(collected);
  const because = [...patchesWithoutCpus(patches, 'pack/cpus-unknown'), ...equivalenceConflicts(patches)];
  if (because.length > 0) return { kind: 'refused', because };
  const carriers = containerFiles(distinctPatches(patches), {
    collected: patchesOf(everything),
    containers: read.containers,
    servesCpu: (signature, patch) =>
      matchingPlatforms(selection, patch, { signature, platformMask: 0, revision: patch.revision }) !== 0,
  });
  return {
    kind: 'packed',
    chosen: carriers.flatMap((carrier) => carrier.patches),
    parts: carriers.map(({ bytes }) => bytes),
    // A container without patches is welcome here: it knows the CPUs of raw ones.
    remarks: read.findings.filter((found) => found.finding.rule !== 'amd/no-patches'),
  };
}
