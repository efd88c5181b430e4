/** From everything that was read to one vendor file, or to the reasons why there is none. */
import { finding } from '../findings/finding.ts';
import type { EquivalenceEntry } from '../formats/amd/equivalence.ts';
import { writeIntelDat } from '../formats/intel-dat.ts';
import type { IntelUpdate } from '../formats/intel/update.ts';
import type { Origin } from '../inputs/origin.ts';
import { carriersOf, distinctPatches, equivalenceConflicts, withoutCpus } from './amd-containers.ts';
import { withEntries } from './amd-entries.ts';
import type { Collected, Held, Located } from './collect.ts';
import { orderedIntel } from './newest-intel.ts';
import { VENDOR_NAMES } from './vendor-names.ts';
import { nothingFound } from './nothing.ts';
import { patchesOf, type Selection, type Vendor, wantedOf, wantedPlatforms } from './wanted.ts';

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
      readonly chosen: readonly Pick<Held, 'origin' | 'update'>[];
      /** The file in pieces. */
      readonly parts: readonly Uint8Array[];
      /** What is to be said of the inputs. */
      readonly remarks: readonly Located[];
    };

const VENDOR_OF: Readonly<Record<PackFormat, Vendor>> = {
  intel: 'intel',
  'intel-dat': 'intel',
  amd: 'amd',
};

/**
 * Packs what is selected into one vendor's file. Damaged input is refused: to leave it out in silence would leave its CPUs unpatched.
 * So are updates of another vendor, AMD patches whose CPUs nobody names, and a selection of nothing. Nothing is thrown, nothing is written.
 */
export function pack(read: Collected, request: PackRequest): Packed {
  const errors = read.findings.filter((found) => found.finding.severity === 'error');
  if (errors.length > 0) return { kind: 'refused', because: errors };
  const entries = [...read.containers.flatMap(({ table }) => table.entries), ...request.entries];
  const everything = withEntries(read.updates, entries);
  const held = wantedOf(request.selection, everything);
  const because = unfit(held, read, request.format);
  if (because.length > 0) return { kind: 'refused', because };
  switch (request.format) {
    case 'intel':
      return packIntel(held, read, request.selection, (updates) => updates.map(({ bytes }) => bytes));
    case 'intel-dat':
      return packIntel(held, read, request.selection, (updates) => [writeIntelDat(updates)]);
    case 'amd':
      return packAmd(held, everything, read, request.selection);
  }
}

function unfit(held: readonly Held[], read: Collected, format: PackFormat): Located[] {
  const [first] = held;
  const at = (origin: Origin, found: Located['finding']): Located[] => [{ origin, finding: found }];
  if (first === undefined) return nothingFound(read.updates.length, 0, read.findings);
  const foreign = held.filter(({ update }) => update.vendor !== VENDOR_OF[format]);
  const [other] = foreign;
  if (other === undefined) return [];
  const data = { found: foreign.length, vendor: VENDOR_NAMES[other.update.vendor], format };
  return at(other.origin, finding('pack/other-vendor', { offset: other.origin.offset }, data));
}

function packIntel(
  held: readonly Held[],
  read: Collected,
  selection: Selection,
  written: (updates: readonly IntelUpdate[]) => readonly Uint8Array[],
): Packed {
  const origins = new Map(held.map((one) => [one.update, one]));
  const updates = orderedIntel(
    held.flatMap(({ update }) => (update.vendor === 'intel' ? [update] : [])),
    (candidate, update) => wantedPlatforms(selection, update, { ...candidate, revision: update.revision }),
  );
  return {
    kind: 'packed',
    chosen: updates.flatMap((update) => origins.get(update) ?? []),
    parts: written(updates),
    remarks: read.findings,
  };
}

function packAmd(held: readonly Held[], everything: readonly Held[], read: Collected, selection: Selection): Packed {
  const patches = patchesOf(held);
  const because = [...withoutCpus(patches, 'pack/cpus-unknown'), ...equivalenceConflicts(patches)];
  if (because.length > 0) return { kind: 'refused', because };
  const carriers = carriersOf(distinctPatches(patches), {
    held: patchesOf(everything),
    containers: read.containers,
    wanted: (signature, patch) =>
      wantedPlatforms(selection, patch, { signature, platformMask: 0, revision: patch.revision }) !== 0,
  });
  return {
    kind: 'packed',
    chosen: carriers.flatMap((carrier) => carrier.patches),
    parts: carriers.map(({ bytes }) => bytes),
    // A container without patches is welcome here: it knows the CPUs of raw ones.
    remarks: read.findings.filter((found) => found.finding.rule !== 'amd/no-patches'),
  };
}
