/** `show`: everything known of each update, in one document that is printed as text or as JSON. */
import { createHash } from 'node:crypto';
import { hex32, hex8 } from '../../bytes/hex.ts';
import { catalogueVerdicts } from '../../bundle/compare/known-updates.ts';
import type { CollectedUpdate, Located, Update } from '../../bundle/collect.ts';
import { type Catalogue, type CatalogueVerdict, isListed, minimumsOf } from '../../cpu/catalogue.ts';
import type { IntelName } from '../../cpu/intel.ts';
import { amdContentId, amdDigestWith } from '../../formats/amd/content-id.ts';
import { formatOrigin } from '../../inputs/origin.ts';
import { type AmdDetails, amdDetails } from './show-amd.ts';
import { type IntelDetails, intelDetails } from './show-intel.ts';
import { type ViaDetails, viaDetails } from './show-via.ts';
import { renderTree, type Tree } from '../tree.ts';
import { type FindingRow, findingRow, type UpdateRow, updateRow } from '../update-row.ts';

/** What is known beside the bytes. */
export interface Knowledge {
  readonly catalogue: Catalogue;
  /** Code names by signature and platforms, for display only. */
  readonly intelNames: readonly IntelName[];
}

export interface ShownUpdate extends UpdateRow {
  /** Of the update's bytes. */
  readonly sha256: string;
  /** The same whether or not an AMD patch carries its minimum base revision; equal to `sha256` for others. */
  readonly contentId: string;
  readonly catalogue: {
    /** Whether the catalogue has these very bytes. */
    readonly listed: boolean;
    /** For each CPU: `newest known`, `superseded by ...` or `unknown to the catalogue`. */
    readonly verdicts: readonly {
      readonly signature: string;
      readonly platformMask: string | null;
      readonly verdict: string;
    }[];
  };
  readonly details: IntelDetails | AmdDetails | ViaDetails;
}

export interface Shown {
  readonly schema: 'ucodekit/show@2';
  readonly updates: readonly ShownUpdate[];
  readonly findings: readonly FindingRow[];
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function show(collected: readonly CollectedUpdate[], findings: readonly Located[], knowledge: Knowledge): Shown {
  return {
    schema: 'ucodekit/show@2',
    updates: collected.map((one) => shownUpdate(one, knowledge)),
    findings: findings.map(findingRow),
  };
}

function shownUpdate(collected: CollectedUpdate, { catalogue, intelNames }: Knowledge): ShownUpdate {
  const { update } = collected;
  const sha256 = sha256Of(update.bytes);
  const contentId = update.vendor === 'amd' ? amdContentId(update) : sha256;
  return {
    ...updateRow(collected),
    sha256,
    contentId,
    catalogue: {
      listed: isListed(catalogue, [sha256, contentId, ...digestsWithMinimum(update, catalogue)]),
      verdicts: verdicts(update, catalogue),
    },
    details: detailsOf(update, intelNames, sha256),
  };
}

function detailsOf(update: Update, names: readonly IntelName[], sha256: string): ShownUpdate['details'] {
  switch (update.vendor) {
    case 'intel':
      return intelDetails(update, names);
    case 'amd':
      return amdDetails(update, sha256);
    case 'via':
      return viaDetails(update);
  }
}

/** The digests that an AMD patch would have with the minimum revisions that the catalogue knows it with. */
const digestsWithMinimum = (update: Update, catalogue: Catalogue): string[] =>
  update.vendor === 'amd'
    ? minimumsOf(catalogue, 'amd', update.revision).map((minimum) => amdDigestWith(minimum, update))
    : [];

const verdicts = (update: Update, catalogue: Catalogue): ShownUpdate['catalogue']['verdicts'] =>
  catalogueVerdicts(catalogue, update).map(({ signature, platformMask, verdict }) => ({
    signature: hex32(signature),
    platformMask: update.vendor === 'intel' ? hex8(platformMask) : null,
    verdict: verdictText(verdict),
  }));

function verdictText(verdict: CatalogueVerdict): string {
  switch (verdict.kind) {
    case 'newest':
      return verdict.fixed === null
        ? 'newest known'
        : `newest known for a BIOS with the EntrySign flaw; ${hex32(verdict.fixed.revision)} of ${verdict.fixed.date} is for a fixed one`;
    case 'superseded':
      return `superseded by ${hex32(verdict.by.revision)} of ${verdict.by.date}`;
    case 'unknown':
      return 'unknown to the catalogue';
  }
}

/** Every update under a heading that says where it is and what it is. */
export const renderShown = ({ updates }: Shown): string =>
  updates.map((update) => `${heading(update)}\n${renderTree(body(update), '  ')}`).join('\n');

const WHAT: Readonly<Record<Update['vendor'], string>> = {
  intel: 'Intel update',
  amd: 'AMD patch',
  via: 'VIA update',
};

const heading = ({ vendor, origin, revision, date }: ShownUpdate): string =>
  `${formatOrigin(origin)}: ${WHAT[vendor]} ${revision} of ${date}`;

function body({ size, dateValid, intact, sha256, contentId, catalogue, details }: ShownUpdate): {
  readonly [key: string]: Tree;
} {
  return {
    size,
    intact,
    ...(dateValid ? {} : { date: 'is not a calendar date' }),
    sha256,
    ...(contentId === sha256 ? {} : { contentId }),
    catalogueListed: catalogue.listed,
    catalogue: catalogue.verdicts.map(({ signature, platformMask, verdict }) =>
      [signature, platformMask, verdict].filter((part) => part !== null).join(' '),
    ),
    ...details,
  };
}
