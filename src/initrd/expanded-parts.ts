import { bytesSource } from '../bytes/source.ts';
import { type Finding, shifted } from '../findings/finding.ts';
import { type CompressedSegment, type CpioImage, cpioWalk, readCpio } from '../formats/cpio/read.ts';
import { type Expanded, expandStream } from '../inputs/expand/decompress-whole.ts';
import { Budget, DEFAULT_LIMITS, LimitReached, type Limits } from '../inputs/limits.ts';
import type { OnExpanded } from '../inputs/progress.ts';

/** What one compressed stream of an initrd holds. */
export interface ExpandedPart {
  /** Where it stands; its end is the end of the initrd when it could not be expanded. */
  readonly segment: CompressedSegment;
  readonly expanded: Expanded;
  /** The expanded bytes taken apart; offsets count from their start. */
  readonly image: CpioImage;
}

/** An initrd with every compressed part expanded, whose end is where the next part starts. */
export interface ExpandedInitrd {
  readonly image: CpioImage;
  readonly parts: readonly ExpandedPart[];
  /** On the expansion; offsets count from the start of the initrd. */
  readonly findings: readonly Finding[];
}

/** The main archive of a distribution's initrd is held in memory as a whole. */
export const MAIN_LIMITS: Limits = { ...DEFAULT_LIMITS, heldBytes: 1024 * 1024 * 1024 };

/** Expands all compressed parts of an initrd, each to its end, and goes on behind it as Linux does. Never throws on bad bytes. */
export async function expandInitrd(
  initrd: Uint8Array,
  { limits = MAIN_LIMITS, onExpanded }: { readonly limits?: Limits; readonly onExpanded?: OnExpanded } = {},
): Promise<ExpandedInitrd> {
  const budget = new Budget(limits);
  const walk = cpioWalk(bytesSource(initrd));
  const parts: ExpandedPart[] = [];
  let step = walk.next();
  while (step.done !== true) {
    const segment = step.value;
    const expanded = await oneStream(initrd, segment, budget, onExpanded);
    const end = expanded.kind === 'bytes' ? segment.start + expanded.end : undefined;
    parts.push({ segment: { ...segment, end: end ?? segment.end }, expanded, image: readCpio(expanded.bytes) });
    step = walk.next(end);
  }
  const findings = parts.flatMap(({ segment, expanded }) =>
    (expanded.kind === 'bytes' ? expanded.findings : [expanded.finding]).map((one) => shifted(one, segment.start)),
  );
  return { image: step.value, parts, findings };
}

async function oneStream(
  initrd: Uint8Array,
  { start, compression }: CompressedSegment,
  budget: Budget,
  onExpanded: OnExpanded | undefined,
): Promise<Expanded> {
  try {
    budget.member();
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    return { kind: 'failure', bytes: new Uint8Array(), damage: null, finding: error.finding };
  }
  return expandStream(compression.name, initrd.subarray(start), budget, onExpanded);
}
