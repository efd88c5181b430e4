/** `initrd inspect`: segments, members of archives, what each loader finds, the updates inside. */
import type { Located, Reading } from '../../bundle/collect.ts';
import { type CpioImage, membersOf, type Segment } from '../../formats/cpio/read.ts';
import type { EarlyLookup } from '../../initrd/inspect/early-loaders.ts';
import { EARLY_LOADERS } from '../../initrd/inspect/early-loaders.ts';
import { alignmentOf, type InitrdInspection } from '../../initrd/inspect/inspect.ts';
import { whyNot } from '../../initrd/inspect/lookup-text.ts';
import type { ExpandedPart } from '../../initrd/expanded-parts.ts';
import type { Unpacking } from '../../initrd/unpack.ts';
import type { EarlyVendor } from '../../loaders/early-paths.ts';
import type { VendorMember } from '../../initrd/inspect/vendor-members.ts';
import type { EfiInitrd } from '../../loaders/efi/image.ts';
import { type EfiRow, efiLines, efiRow } from '../efi-row.ts';
import { renderInspection } from '../updates/inspect-table.ts';
import { type Column, renderTable, type Width } from '../table.ts';
import { type FindingRow, findingRow, type UpdateRow, updateRow } from '../update-row.ts';

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
  /** The largest power of two, up to 4096, that `start` is a multiple of. */
  readonly alignment: number;
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
  /** Why the loader gets none; null when it does. */
  readonly why: string | null;
}

/** What a compressed part holds; offsets of its segments count from the start of the expanded bytes. */
export interface PartRow {
  /** Byte offsets in the initrd; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Bytes when expanded, or that came out before it could be expanded no further. */
  readonly size: number;
  /** False when it could be expanded in part or not at all. */
  readonly whole: boolean;
  readonly segments: readonly SegmentRow[];
}

export interface InitrdReport {
  readonly schema: 'ucodekit/initrd-inspect@2';
  readonly path: string;
  /** The image whose sections are the initrd; offsets below count from the start of the initrd. Null for a file that is an initrd. */
  readonly efi: EfiRow | null;
  /** Bytes. */
  readonly size: number;
  readonly segments: readonly SegmentRow[];
  /** The compressed parts, in order; null when they were not asked for. */
  readonly expanded: readonly PartRow[] | null;
  /** Whether Linux can unpack it, and if not, its error and where. */
  readonly unpacking: Unpacking;
  readonly lookups: readonly LookupRow[];
  /** Members that are, or look meant to be, a vendor's microcode file. */
  readonly vendorMembers: readonly VendorMember[];
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
  parts?: readonly ExpandedPart[],
  efi: EfiInitrd | null = null,
): InitrdReport {
  return {
    schema: 'ucodekit/initrd-inspect@2',
    path,
    efi: efi === null ? null : efiRow(efi),
    size: inspection.size,
    segments: inspection.image.segments.map((segment) => segmentRow(bytes, segment)),
    expanded: parts?.map(partRow) ?? null,
    unpacking: inspection.unpacking,
    lookups: (['intel', 'amd'] as const).flatMap((vendor) =>
      inspection.lookups[vendor]
        // Xen does not read what systemd-stub makes.
        .filter(({ consumer }) => efi === null || consumer === 'linux')
        .map((early) => lookupRow(vendor, early, inspection.image)),
    ),
    vendorMembers: inspection.vendorMembers,
    updates: readings.flatMap(({ updates }) => updates.map(updateRow)),
    findings: findings.map(findingRow),
  };
}

const partRow = ({ segment, expanded: { kind, bytes }, image }: ExpandedPart): PartRow => ({
  start: segment.start,
  end: segment.end,
  size: bytes.length,
  whole: kind === 'bytes',
  segments: image.segments.map((one) => segmentRow(bytes, one)),
});

function segmentRow(bytes: Uint8Array, segment: Segment): SegmentRow {
  const { kind, start, end } = segment;
  const alignment = alignmentOf(start);
  if (kind !== 'archive')
    return { kind, alignment, start, end, format: formatOf(segment), memberCount: 0, members: [] };
  const listed = { ...segment, headers: segment.headers.slice(0, MEMBER_LIMIT) };
  const members = [...membersOf(bytes, listed)].map((member): MemberRow => ({
    name: member.name,
    mode: member.header.mode.toString(8).padStart(6, '0'),
    header: member.headerOffset,
    data: member.dataOffset,
    size: member.dataSize,
    misalignment: member.dataOffset % 16,
  }));
  return { kind, alignment, start, end, format: null, memberCount: segment.headers.length, members };
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

function lookupRow(vendor: EarlyVendor, early: EarlyLookup, image: CpioImage): LookupRow {
  const { consumer, verdict, lookup } = early;
  const why = whyNot(early, image);
  const loader = EARLY_LOADERS.find(({ id }) => id === consumer)?.releases ?? consumer;
  const found = verdict === 'found' && lookup !== null && lookup.found ? lookup : undefined;
  return { vendor, loader, verdict, offset: found?.offset ?? null, size: found?.size ?? null, why };
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
  {
    title: 'FINDS',
    value: ({ verdict, offset, size, why }) =>
      offset === null ? `${verdict}: ${why ?? ''}` : `${size} bytes at ${offset}`,
  },
];

export function renderInitrd(report: InitrdReport, verbose: boolean, width?: Width): string {
  const text =
    report.efi === null
      ? [`${report.path}: ${report.size} bytes\n`]
      : [`${report.path}: ${efiLines(report.efi)}\ninitrd: ${report.size} bytes\n`];
  for (const segment of report.segments) text.push(segmentText(segment, width));
  for (const { start, size, whole, segments } of report.expanded ?? []) {
    const how = whole ? 'expanded' : 'expanded in part';
    text.push(`${start}, ${how}: ${size} bytes\n`, ...segments.map((segment) => segmentText(segment, width)));
  }
  text.push('\n', unpackingText(report.unpacking, report.expanded !== null));
  text.push('\n', renderTable(LOOKUP_COLUMNS, report.lookups, 'table', width));
  if (verbose) text.push('\n', renderInspection(report, 'table', width));
  else text.push(`\n${report.updates.length} updates inside; -v lists them\n`);
  return text.join('');
}

function unpackingText(unpacking: Unpacking, deep: boolean): string {
  switch (unpacking.verdict) {
    case 'complete':
      return 'Linux unpacks it\n';
    case 'stops':
      return `Linux stops unpacking at ${unpacking.offset}: ${unpacking.error}\n`;
    case 'unknown': {
      const why = deep ? unpacking.why : 'it is compressed; --deep expands it';
      return `Linux unpacks what stands before ${unpacking.offset}; of the rest nothing is known: ${why}\n`;
    }
  }
}

function segmentText({ kind, start, end, format, memberCount, members }: SegmentRow, width: Width): string {
  const what =
    kind === 'archive'
      ? `newc archive, ${memberCount} members`
      : [kind, format].filter((part) => part !== null).join(', ');
  const head = `${start}-${end}: ${what}\n`;
  if (members.length === 0) return head;
  const left = memberCount - members.length;
  return head + renderTable(MEMBER_COLUMNS, members, 'table', width) + (left > 0 ? `  ... and ${left} more\n` : '');
}
