/** `initrd splice`: what was or would be changed in an initrd. */
import type { Segment } from '../../formats/cpio/read.ts';
import type { DroppedMember } from '../../initrd/splice/plan.ts';
import type { SplicedImage } from '../../initrd/splice/splice.ts';
import { type UpdateRow, updateRow } from '../update-row.ts';
import { droppedLines, type KeptFile, keptFiles, keptLines } from './vendors.ts';

export interface SegmentExtent {
  readonly kind: Segment['kind'];
  /** Byte offsets; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Name of the compression; null for what is not compressed. */
  readonly compression: string | null;
  readonly memberCount: number;
}

/** `unchanged`: the initrd already is what was asked for. `planned`: --dry-run. */
export type SpliceOutcome = 'written' | 'unchanged' | 'planned';

export interface SpliceReport {
  readonly schema: 'ucodekit/initrd-splice@2';
  readonly path: string;
  readonly outcome: SpliceOutcome;
  /** CPUs under --require that no update is for; nothing is written then. */
  readonly missing: readonly string[];
  /** Whether everything that belongs to the file beside its bytes was kept, or mode and owner only; null when nothing was replaced. */
  readonly attributes: 'all' | 'mode-and-owner' | null;
  /** Bytes before and after. */
  readonly oldSize: number;
  readonly newSize: number;
  readonly before: readonly SegmentExtent[];
  readonly after: readonly SegmentExtent[];
  readonly dropped: readonly DroppedMember[];
  readonly kept: readonly KeptFile[];
  readonly files: readonly { readonly path: string; readonly offset: number; readonly size: number }[];
  readonly updates: readonly UpdateRow[];
}

export const spliceReport = (
  path: string,
  { plan, microcode, chosen, kept }: Extract<SplicedImage, { kind: 'planned' }>,
  done: Pick<SpliceReport, 'outcome' | 'attributes' | 'missing'>,
): SpliceReport => ({
  schema: 'ucodekit/initrd-splice@2',
  path,
  ...done,
  oldSize: plan.before.size,
  newSize: plan.size,
  before: plan.before.segments.map(extent),
  after: plan.after.segments.map(extent),
  dropped: plan.dropped,
  kept: keptFiles(microcode, kept),
  files: (microcode?.vendorFiles ?? []).map(({ path, offset, size }) => ({ path, offset, size })),
  updates: chosen.map(updateRow),
});

const extent = (segment: Segment): SegmentExtent => ({
  kind: segment.kind,
  start: segment.start,
  end: segment.end,
  compression: segment.kind === 'compressed' ? segment.compression.name : null,
  memberCount: segment.kind === 'archive' ? segment.headers.length : 0,
});

const HEADLINES: Readonly<Record<SpliceOutcome, string>> = {
  written: 'wrote',
  unchanged: 'nothing to change in',
  planned: 'would write',
};

export function renderSplice(report: SpliceReport): string {
  const { path, outcome, oldSize, newSize, before, after, dropped, files, attributes } = report;
  if (report.missing.length > 0) return `nothing was written: no update for ${report.missing.join(' and ')}\n`;
  const head = `${HEADLINES[outcome]} ${path}: ${oldSize} bytes before, ${newSize} after\n`;
  const attributesLine =
    attributes === 'mode-and-owner' ? ['  kept mode and owner; extended attributes need GNU cp\n'] : [];
  const lines = [
    ...attributesLine,
    ...droppedLines(dropped),
    ...keptLines(report.kept),
    ...files.map(({ path, offset, size }) => `  ${path}: ${size} bytes at ${offset}\n`),
    `  before: ${before.map(segmentText).join(', ')}\n`,
    `  after: ${after.map(segmentText).join(', ')}\n`,
  ];
  return head + lines.join('');
}

const segmentText = ({ kind, start, end, compression, memberCount }: SegmentExtent): string =>
  `${start}-${end} ${kind === 'archive' ? `archive of ${memberCount}` : (compression ?? kind)}`;
