/** Updates that were read as entries of a catalogue. */
import { sha256 } from '../../bytes/digest.ts';
import { cpuidOfRevisionId } from '../../cpu/amd.ts';
import type { CatalogueEntry } from '../../cpu/catalogue.ts';
import { amdContentId, amdDigestWith } from '../../formats/amd/content-id.ts';
import type { AmdPatch } from '../../formats/amd/patch.ts';
import { type IntelUpdate, servedBy } from '../../formats/intel/update.ts';
import { type CollectedUpdate, isUndamaged } from '../collect.ts';
import { collectedBytes } from './update-file-name.ts';
import { grouped } from '../group.ts';

/**
 * The entries that are already known, and one for each CPU of an Intel update and for each AMD patch of `collected`. Damaged updates are
 * left out. An entry whose bytes were looked at takes the place of one that is known by name only.
 */
export function catalogueOf(collected: readonly CollectedUpdate[], known: readonly CatalogueEntry[]): CatalogueEntry[] {
  const undamaged = collected.map(({ update }) => update).filter(isUndamaged);
  const intel = undamaged.flatMap((update) => (update.vendor === 'intel' ? intelEntriesOf(update) : []));
  const patches = undamaged.flatMap((update) => (update.vendor === 'amd' ? [update] : []));
  const intelKnown = new Set(known.map(keyOf));
  return [
    ...withoutSeen(patches, known),
    ...intel.filter((entry) => !intelKnown.has(keyOf(entry))),
    ...onePerContent(patches, known),
  ];
}

const keyOf = ({ vendor, signature, platformMask, revision, sha256 }: CatalogueEntry): string =>
  [vendor, signature, platformMask, revision, sha256].join('/');

const intelEntriesOf = (update: IntelUpdate): CatalogueEntry[] =>
  servedBy(update).map(({ signature, platformMask }) => ({
    vendor: 'intel',
    signature,
    platformMask,
    revision: update.revision,
    date: update.date.text,
    size: update.size,
    minimumRevision: update.header.minimumRevision === 0 ? null : update.header.minimumRevision,
    sha256: sha256(update.bytes),
    releases: null,
    evidence: null,
  }));

const amdEntryOf = (patch: AmdPatch): CatalogueEntry => ({
  vendor: 'amd',
  // Before Zen no more than a label for the equivalence id, as the collections have it.
  signature: cpuidOfRevisionId(patch.header.processorRevId),
  platformMask: 0,
  revision: patch.revision,
  date: patch.date.text,
  size: collectedBytes(patch).length,
  minimumRevision: patch.minimumBaseRevision,
  sha256: sha256(collectedBytes(patch)),
  releases: null,
  evidence: 'measured',
});

/** Whether the entry is of this patch, with its minimum revision or without one. */
const isOf = (entry: CatalogueEntry, patch: AmdPatch): boolean =>
  entry.vendor === 'amd' &&
  entry.revision === patch.revision &&
  entry.sha256 !== null &&
  [
    amdDigestWith(patch.header.checksumOrMinRevision, patch),
    amdContentId(patch),
    amdDigestWith(entry.minimumRevision ?? 0, patch),
    sha256(patch.bytes),
  ].includes(entry.sha256);

/** The known entries but those by name only of which the bytes are there now. */
function withoutSeen(patches: readonly AmdPatch[], known: readonly CatalogueEntry[]): CatalogueEntry[] {
  const byRevision = grouped(patches, ({ revision }) => revision);
  return known.filter(
    (entry) =>
      entry.vendor !== 'amd' ||
      entry.evidence === 'measured' ||
      !(byRevision.get(entry.revision) ?? []).some((patch) => isOf(entry, patch)),
  );
}

/** One entry for each content that is not measured yet; of two that differ in the minimum revision alone the one that names it. */
function onePerContent(patches: readonly AmdPatch[], known: readonly CatalogueEntry[]): CatalogueEntry[] {
  const measured = grouped(
    known.filter(({ vendor, evidence }) => vendor === 'amd' && evidence === 'measured'),
    ({ revision }) => revision,
  );
  const fresh = patches.filter((patch) => !(measured.get(patch.revision) ?? []).some((entry) => isOf(entry, patch)));
  return [...grouped(fresh, amdContentId).values()].flatMap((alike) => {
    const chosen = alike.find(({ minimumBaseRevision }) => minimumBaseRevision !== null) ?? alike[0];
    return chosen === undefined ? [] : [amdEntryOf(chosen)];
  });
}
