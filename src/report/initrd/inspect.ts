/** The document of `initrd inspect`: for each initrd the verdict, segments, members of archives, what each loader finds, the updates inside. */
import type { Located, Reading } from '../../bundle/collect.ts';
import type { FailureDetails } from '../../findings/failure.ts';
import { membersOf, type Segment } from '../../formats/cpio/read.ts';
import { isEarlyArchive } from '../../initrd/inspect/early-archive.ts';
import { alignmentOf, type InitrdInspection } from '../../initrd/inspect/inspect.ts';
import type { ExpandedPart } from '../../initrd/expanded-parts.ts';
import type { Unpacking } from '../../initrd/unpack.ts';
import type { VendorMember } from '../../initrd/inspect/vendor-members.ts';
import type { EfiInitrd } from '../../loaders/efi/image.ts';
import { type EfiRow, efiRow } from '../efi-row.ts';
import { type FindingRow, findingRow, type UpdateRow, updateRow } from '../update-row.ts';
import { type InitrdVerdict, initrdVerdict } from './inspect-verdict.ts';
import { type LookupRow, lookupRow } from './lookup-row.ts';

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
  /** It is an archive of nothing but files for early loaders. */
  readonly early: boolean;
  readonly memberCount: number;
  /** The first 256 members of an archive. */
  readonly members: readonly MemberRow[];
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

export interface InitrdRow {
  readonly path: string;
  readonly verdict: InitrdVerdict;
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

export interface InitrdReport {
  readonly schema: 'ucodekit/initrd-inspect@3';
  readonly initrds: readonly InitrdRow[];
  /** What was given and could not be looked at. */
  readonly failures: readonly FailureDetails[];
}

export const initrdReport = (
  initrds: readonly InitrdRow[],
  failures: readonly FailureDetails[] = [],
): InitrdReport => ({ schema: 'ucodekit/initrd-inspect@3', initrds, failures });

/** Members listed of one archive; early archives have a handful. */
const MEMBER_LIMIT = 256;

export function initrdRow(
  path: string,
  bytes: Uint8Array,
  inspection: InitrdInspection,
  readings: readonly Reading[],
  findings: readonly Located[],
  parts?: readonly ExpandedPart[],
  efi: EfiInitrd | null = null,
): InitrdRow {
  const lookups = (['intel', 'amd'] as const).flatMap((vendor) =>
    inspection.lookups[vendor]
      // Xen does not read what systemd-stub makes.
      .filter(({ consumer }) => efi === null || consumer === 'linux')
      .map((early) => lookupRow(vendor, early, inspection.image)),
  );
  const updates = readings.flatMap((reading) => reading.updates.map(updateRow));
  const rows = findings.map(findingRow);
  return {
    path,
    verdict: initrdVerdict(
      { lookups, unpacking: inspection.unpacking, isExpanded: parts !== undefined, updates },
      rows,
    ),
    efi: efi === null ? null : efiRow(efi),
    size: inspection.size,
    segments: inspection.image.segments.map((segment) => segmentRow(bytes, segment)),
    expanded: parts?.map(partRow) ?? null,
    unpacking: inspection.unpacking,
    lookups,
    vendorMembers: inspection.vendorMembers,
    updates,
    findings: rows,
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
    return { kind, alignment, start, end, format: formatOf(segment), early: false, memberCount: 0, members: [] };
  const listed = { ...segment, headers: segment.headers.slice(0, MEMBER_LIMIT) };
  const members = [...membersOf(bytes, listed)].map((member): MemberRow => ({
    name: member.name,
    mode: member.header.mode.toString(8).padStart(6, '0'),
    header: member.headerOffset,
    data: member.dataOffset,
    size: member.dataSize,
    misalignment: member.dataOffset % 16,
  }));
  const early = isEarlyArchive(bytes, segment);
  return { kind, alignment, start, end, format: null, early, memberCount: segment.headers.length, members };
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
