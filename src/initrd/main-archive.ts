import { type Finding, shifted } from '../findings/finding.ts';
import { type CompressedSegment, type CpioImage, readCpio } from '../formats/cpio/read.ts';
import { expandWhole } from '../inputs/expanded.ts';
import { DEFAULT_LIMITS, type Limits } from '../inputs/limits.ts';
import type { OnExpanded } from '../inputs/progress.ts';

/** What the compressed part of an initrd holds. */
export interface MainArchive {
  readonly segment: CompressedSegment;
  /** The expanded bytes; empty when they could not be expanded. */
  readonly bytes: Uint8Array;
  /** The expanded bytes taken apart; offsets count from their start. */
  readonly image: CpioImage;
  /** On the expansion; offsets count from the start of the initrd. */
  readonly findings: readonly Finding[];
}

/** The main archive of a distribution's initrd is held in memory as a whole. */
export const MAIN_LIMITS: Limits = { ...DEFAULT_LIMITS, heldBytes: 1024 * 1024 * 1024 };

/** Expands and reads the compressed part of an initrd; undefined when it has none. */
export async function mainArchive(
  initrd: Uint8Array,
  image: CpioImage,
  { limits = MAIN_LIMITS, onExpanded }: { readonly limits?: Limits; readonly onExpanded?: OnExpanded } = {},
): Promise<MainArchive | undefined> {
  const segment = image.segments.find((one): one is CompressedSegment => one.kind === 'compressed');
  if (segment === undefined) return undefined;
  const packed = initrd.subarray(segment.start, segment.end);
  const expanded = await expandWhole(segment.compression.name, packed, limits, onExpanded);
  const bytes = expanded.kind === 'bytes' ? expanded.bytes : new Uint8Array();
  const found = expanded.kind === 'bytes' ? expanded.findings : [expanded.finding];
  const findings = found.map((one) => shifted(one, segment.start));
  return { segment, bytes, image: readCpio(bytes), findings };
}
