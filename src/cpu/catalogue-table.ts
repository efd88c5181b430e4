/** The catalogue's tables as text, the way they are shipped. */
import type { CatalogueEntry } from './catalogue.ts';

const hex = (value: number, digits: number): string => `0x${(value >>> 0).toString(16).padStart(digits, '0')}`;

const hexOr = (value: number | null): string => (value === null ? '' : hex(value, 8));

const INTEL_COLUMNS: readonly (readonly [name: string, cell: (entry: CatalogueEntry) => string])[] = [
  ['signature', ({ signature }) => hex(signature, 8)],
  ['platform_mask', ({ platformMask }) => hex(platformMask, 2)],
  ['revision', ({ revision }) => hex(revision, 8)],
  ['date', ({ date }) => date],
  ['size', ({ size }) => String(size ?? '')],
  ['min_revision', ({ minimumRevision }) => hexOr(minimumRevision)],
  ['sha256', ({ sha256 }) => sha256 ?? ''],
  ['first_intel_release', ({ releases }) => releases?.[0] ?? ''],
  ['last_intel_release', ({ releases }) => releases?.[1] ?? ''],
];

const AMD_COLUMNS: typeof INTEL_COLUMNS = [
  ['patch_id', ({ revision }) => hex(revision, 8)],
  ['cpuid', ({ signature }) => hex(signature, 8)],
  ['date', ({ date }) => date],
  ['size', ({ size }) => String(size ?? '')],
  ['min_base_revision', ({ minimumRevision }) => hexOr(minimumRevision)],
  ['sha256', ({ sha256 }) => sha256 ?? ''],
  ['evidence', ({ evidence }) => evidence ?? ''],
];

/** Rows are ordered by their text, so that the order of the entries does not matter; equal rows are written once. */
function table(columns: typeof INTEL_COLUMNS, entries: readonly CatalogueEntry[]): string {
  const rows = new Set(entries.map((entry) => columns.map(([, cell]) => cell(entry)).join('\t')));
  return `${[columns.map(([name]) => name).join('\t'), ...[...rows].sort()].join('\n')}\n`;
}

/** `intel.tsv` */
export const intelTable = (entries: readonly CatalogueEntry[]): string =>
  table(
    INTEL_COLUMNS,
    entries.filter(({ vendor }) => vendor === 'intel'),
  );

/** `amd.tsv` */
export const amdTable = (entries: readonly CatalogueEntry[]): string =>
  table(
    AMD_COLUMNS,
    entries.filter(({ vendor }) => vendor === 'amd'),
  );
