/** What `initrd inspect` found: segments, members of archives, what each loader finds, the updates inside. */
import type { Located, Reading } from '../bundle/collect.ts';
import { membersOf, type Segment } from '../formats/cpio/read.ts';
import type { EarlyLookup } from '../initrd/early-consumers.ts';
import { EARLY_CONSUMERS } from '../initrd/early-consumers.ts';
import type { InitrdInspection } from '../initrd/inspect.ts';
import type { EarlyVendor } from '../initrd/vendor-file.ts';
import { renderInspection } from './inspection.ts';
import { type Column, renderTable } from './table.ts';
import { type FindingRow, findingRow, type UpdateRow, updateRow } from './update-row.ts';

export interface MemberRow {
  readonly name: string;
  /** Permissions and type as in `st_mode`, octal. */
  readonly mode: string;
  /** Byte offsets. */
  readonly header: number;
  readonly data: number;
  /** Bytes. */
  readonly size: number;
  /** Data offset modulo 16. */
  readonly misalignment: number;
}

export interface SegmentRow {
  readonly kind: Segment['kind'];
  /** Byte offsets; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Name of the compression or of the old archive format; null for newc and zeros. */
  readonly format: string | null;
  readonly memberCount: number;
  /** Members of an archive; a main archive's are listed only when asked for. */
  readonly members: readonly MemberRow[];
}

export interface LookupRow {
  readonly vendor: EarlyVendor;
  readonly loader: string;
  readonly verdict: EarlyLookup['verdict'];
  /** Byte offset and bytes of the data; null unless found. */
  readonly offset: number | null;
  readonly size: number | null;
}

export interface InitrdReport {
  readonly schema: 'ucodekit/initrd-inspect@1';
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly segments: readonly SegmentRow[];
  readonly lookups: readonly LookupRow[];
  readonly updates: readonly UpdateRow[];
  readonly findings: readonly FindingRow[];
}

/** Members listed of one archive; early archives have a handful. */
const MEMBER_LIMIT = 256;

export function initrdReport(
  path: string,
  bytes: Uint8Array,
  inspection: InitrdInspection,
  readings: readonly Reading[],
  findings: readonly Located[],
): InitrdReport {
  return {
    schema: 'ucodekit/initrd-inspect@1',
    path,
    size: inspection.size,
    segments: inspection.image.segments.map((segment) => segmentRow(bytes, segment)),
    lookups: [
      ...inspection.lookups.intel.map((l) => lookupRow('intel', l)),
      ...inspection.lookups.amd.map((l) => lookupRow('amd', l)),
    ],
    updates: readings.flatMap(({ updates }) => updates.map(updateRow)),
    findings: findings.map(findingRow),
  };
}

function segmentRow(bytes: Uint8Array, segment: Segment): SegmentRow {
  const { kind, start, end } = segment;
  if (kind !== 'archive') return { kind, start, end, format: formatOf(segment), memberCount: 0, members: [] };
  const listed = { ...segment, headers: segment.headers.slice(0, MEMBER_LIMIT) };
  const members = [...membersOf(bytes, listed)].map((member): MemberRow => ({
    name: member.name,
    mode: member.header.mode.toString(8).padStart(6, '0'),
    header: member.headerOffset,
    data: member.dataOffset,
    size: member.dataSize,
    misalignment: member.dataOffset % 16,
  }));
  return { kind, start, end, format: null, memberCount: segment.headers.length, members };
}

function formatOf(segment: Segment): string | null {
  switch (segment.kind) {
    case 'compressed':
      return segment.compression.name;
    case 'unknown':
      return segment.what;
    case 'archive':
    case 'zeros':
      return null;
  }
}

function lookupRow(vendor: EarlyVendor, { consumer, verdict, lookup }: EarlyLookup): LookupRow {
  const loader = EARLY_CONSUMERS.find(({ id }) => id === consumer)?.releases ?? consumer;
  const found = verdict === 'found' && lookup !== null && lookup.found ? lookup : undefined;
  return { vendor, loader, verdict, offset: found?.offset ?? null, size: found?.size ?? null };
}

const MEMBER_COLUMNS: readonly Column<MemberRow>[] = [
  { title: '  MODE', value: ({ mode }) => `  ${mode}` },
  { title: 'OFFSET', value: ({ data }) => String(data), align: 'right' },
  { title: 'MOD 16', value: ({ misalignment }) => String(misalignment), align: 'right' },
  { title: 'SIZE', value: ({ size }) => String(size), align: 'right' },
  { title: 'NAME', value: ({ name }) => JSON.stringify(name).slice(1, -1) },
];

const LOOKUP_COLUMNS: readonly Column<LookupRow>[] = [
  { title: 'VENDOR', value: ({ vendor }) => vendor },
  { title: 'LOADER', value: ({ loader }) => loader },
  { title: 'FINDS', value: ({ verdict, offset, size }) => (offset === null ? verdict : `${size} bytes at ${offset}`) },
];

export function renderInitrd(report: InitrdReport, verbose: boolean): string {
  const text = [`${report.path}: ${report.size} bytes\n`];
  for (const segment of report.segments) text.push(segmentText(segment));
  text.push('\n', renderTable(LOOKUP_COLUMNS, report.lookups, 'table'));
  if (verbose) text.push('\n', renderInspection(report, 'table'));
  else text.push(`\n${report.updates.length} updates inside; -v lists them\n`);
  return text.join('');
}

function segmentText({ kind, start, end, format, memberCount, members }: SegmentRow): string {
  const what =
    kind === 'archive'
      ? `newc archive, ${memberCount} members`
      : [kind, format].filter((part) => part !== null).join(', ');
  const head = `${start}-${end}: ${what}\n`;
  if (members.length === 0) return head;
  const left = memberCount - members.length;
  return head + renderTable(MEMBER_COLUMNS, members, 'table') + (left > 0 ? `  ... and ${left} more\n` : '');
}
