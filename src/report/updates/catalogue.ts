/** `catalogue` search, info and build. */
import { hex32, hex8 } from '../../bytes/hex.ts';
import type { Located } from '../../bundle/collect.ts';
import type { CpuSelector } from '../../bundle/select/cpu.ts';
import {
  byAge,
  type Catalogue,
  type CatalogueEntry,
  type CatalogueVendor,
  type CatalogueVerdict,
  catalogueVerdict,
} from '../../cpu/catalogue.ts';
import { sameSignature } from '../../cpu/cpu-text.ts';
import { amdCodeName } from '../../cpu/amd-names.ts';
import { namesOf } from '../../cpu/intel.ts';
import type { Knowledge } from './show.ts';
import { type Column, renderTable, type Width } from '../table.ts';
import { type FindingRow, findingRow } from '../update-row.ts';

const VENDORS: readonly CatalogueVendor[] = ['intel', 'amd', 'via'];

export interface CatalogueRow {
  readonly vendor: CatalogueVendor;
  readonly signature: string;
  /** Null for AMD and VIA. */
  readonly platformMask: string | null;
  readonly revision: string;
  readonly date: string;
  /** Bytes; null when only a digest or a name is known. */
  readonly size: number | null;
  readonly minimumRevision: string | null;
  readonly sha256: string | null;
  /** Whether the catalogue has nothing newer for any of these platforms; of AMD's on this side of EntrySign. */
  readonly newest: boolean;
  /** The newest for a BIOS with the EntrySign flaw, where a newer one is for a fixed BIOS. */
  readonly flawedBiosOnly: boolean;
}

export interface CatalogueSearch {
  readonly schema: 'ucodekit/catalogue-search@2';
  readonly signature: string;
  /** Null when updates for every platform are meant. */
  readonly platformMask: string | null;
  /** Code names, for display only. */
  readonly names: readonly string[];
  /** Newest first. */
  readonly updates: readonly CatalogueRow[];
}

/** A CPU of a platform is Intel's: the others have none. */
const serves = ({ vendor, signature, platformMask }: CatalogueEntry, cpu: CpuSelector): boolean => {
  if (!sameSignature({ anyType: false, ...cpu }, signature)) return false;
  if (cpu.platformMask === undefined) return true;
  return vendor === 'intel' && (platformMask === 0 || (platformMask & cpu.platformMask) !== 0);
};

const rowOf = (entry: CatalogueEntry, verdict: CatalogueVerdict): CatalogueRow => ({
  vendor: entry.vendor,
  signature: hex32(entry.signature),
  platformMask: entry.vendor === 'intel' ? hex8(entry.platformMask) : null,
  revision: hex32(entry.revision),
  date: entry.date,
  size: entry.size,
  minimumRevision: entry.minimumRevision === null ? null : hex32(entry.minimumRevision),
  sha256: entry.sha256,
  newest: verdict.kind === 'newest',
  flawedBiosOnly: verdict.kind === 'newest' && verdict.fixed !== null,
});

/** Everything known for a CPU. */
export function searchCatalogue({ catalogue, intelNames }: Knowledge, cpu: CpuSelector): CatalogueSearch {
  const served = catalogue.entries.filter((entry) => serves(entry, cpu));
  // More than one vendor has used the signatures of families 06h and 0Fh.
  const found = VENDORS.flatMap((vendor) =>
    served
      .filter((entry) => entry.vendor === vendor)
      .sort((a, b) => byAge(b, a) || ((a.sha256 ?? '') < (b.sha256 ?? '') ? -1 : 1)),
  );
  const amd = found.some(({ vendor }) => vendor === 'amd') ? amdCodeName(cpu.signature) : null;
  const names = [...namesOf(intelNames, cpu.signature, cpu.platformMask ?? 0xff), ...(amd === null ? [] : [amd])];
  return {
    schema: 'ucodekit/catalogue-search@2',
    signature: hex32(cpu.signature),
    platformMask: cpu.platformMask === undefined ? null : hex8(cpu.platformMask),
    names,
    updates: found.map((entry) => rowOf(entry, catalogueVerdict(catalogue, entry))),
  };
}

function newestText({ newest, flawedBiosOnly }: CatalogueRow): string {
  if (flawedBiosOnly) return 'BIOS flawed';
  return newest ? 'yes' : '';
}

const SEARCH_COLUMNS: readonly Column<CatalogueRow>[] = [
  { title: 'VENDOR', value: ({ vendor }) => vendor },
  { title: 'MASK', value: ({ platformMask }) => platformMask ?? '-' },
  { title: 'REVISION', value: ({ revision }) => revision },
  { title: 'DATE', value: ({ date }) => date },
  { title: 'SIZE', value: ({ size }) => String(size ?? '-'), align: 'right' },
  { title: 'MINIMUM', value: ({ minimumRevision }) => minimumRevision ?? '-' },
  { title: 'NEWEST', value: newestText },
  { title: 'SHA-256', value: ({ sha256 }) => sha256 ?? '-' },
];

export function renderSearch({ signature, names, updates }: CatalogueSearch, width?: Width): string {
  if (updates.length === 0) return `${signature} is unknown to the catalogue\n`;
  const name = names.length === 0 ? '' : ` (${names.join(', ')})`;
  return `${signature}${name}\n${renderTable(SEARCH_COLUMNS, updates, 'table', width)}`;
}

export interface VendorSummary {
  readonly vendor: CatalogueVendor;
  /** Rows: an Intel update has one for each of its CPUs. */
  readonly entries: number;
  /** Distinct contents, of those whose digest is known. */
  readonly contents: number;
  readonly signatures: number;
  /** Dates of the oldest and the newest update, as stored. */
  readonly oldest: string | null;
  readonly newest: string | null;
}

export interface CatalogueInfo {
  readonly schema: 'ucodekit/catalogue-info@1';
  readonly vendors: readonly VendorSummary[];
}

export function catalogueInfo({ entries }: Catalogue): CatalogueInfo {
  const vendors = VENDORS.map((vendor): VendorSummary => {
    const own = entries.filter((entry) => entry.vendor === vendor);
    const dates = own.map(({ date }) => date).sort();
    return {
      vendor,
      entries: own.length,
      contents: new Set(own.flatMap(({ sha256 }) => sha256 ?? [])).size,
      signatures: new Set(own.map(({ signature }) => signature)).size,
      oldest: dates[0] ?? null,
      newest: dates.at(-1) ?? null,
    };
  });
  return { schema: 'ucodekit/catalogue-info@1', vendors };
}

const INFO_COLUMNS: readonly Column<VendorSummary>[] = [
  { title: 'VENDOR', value: ({ vendor }) => vendor },
  { title: 'ENTRIES', value: ({ entries }) => String(entries), align: 'right' },
  { title: 'CONTENTS', value: ({ contents }) => String(contents), align: 'right' },
  { title: 'SIGNATURES', value: ({ signatures }) => String(signatures), align: 'right' },
  { title: 'OLDEST', value: ({ oldest }) => oldest ?? '-' },
  { title: 'NEWEST', value: ({ newest }) => newest ?? '-' },
];

export const renderInfo = ({ vendors }: CatalogueInfo, width?: Width): string =>
  renderTable(INFO_COLUMNS, vendors, 'table', width);

export interface CatalogueBuild {
  readonly schema: 'ucodekit/catalogue-build@1';
  /** The folder that the tables were written into. */
  readonly written: string;
  readonly vendors: readonly VendorSummary[];
  readonly findings: readonly FindingRow[];
}

export const catalogueBuild = (
  catalogue: Catalogue,
  written: string,
  findings: readonly Located[],
): CatalogueBuild => ({
  schema: 'ucodekit/catalogue-build@1',
  written,
  // The table of VIA is not made anew.
  vendors: catalogueInfo(catalogue).vendors.filter(({ vendor }) => vendor !== 'via'),
  findings: findings.map(findingRow),
});

export const renderCatalogueBuild = ({ written, vendors }: CatalogueBuild, width?: Width): string =>
  `wrote intel.tsv and amd.tsv into ${written}\n${renderTable(INFO_COLUMNS, vendors, 'table', width)}`;
