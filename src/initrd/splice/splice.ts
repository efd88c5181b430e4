/** A spliced initrd made of an initrd and what was read, or the reasons why there is none. */
import { pieceChunks } from '../../bytes/pieces.ts';
import type { ByteSource } from '../../bytes/source.ts';
import { type CollectedUpdate, type Located, locatedIn } from '../../bundle/collect.ts';
import type { Origin } from '../../inputs/origin.ts';
import { type EarlyImage, earlyImage, type EarlyImageOptions, imageTime } from '../image/build.ts';
import type { ExtraMember } from './extra-members.ts';
import { type EarlyImagePlan, ImageRefused } from '../image/layout.ts';
import { planSplice, type SplicePlan } from './plan.ts';

export interface SpliceOptions extends EarlyImageOptions {
  /** `put`: the updates that were read; `remove` and `keep`: what to do with the microcode that is there. */
  readonly microcode: 'put' | 'remove' | 'keep';
  readonly extra: readonly ExtraMember[];
}

export type SplicedImage =
  | { readonly kind: 'refused'; readonly because: readonly Located[] }
  | {
      readonly kind: 'planned';
      readonly plan: SplicePlan;
      /** Null when none is put in. */
      readonly microcode: EarlyImagePlan | null;
      readonly chosen: readonly CollectedUpdate[];
      /** Findings on updates that were left out. */
      readonly remarks: readonly Located[];
    };

/** `origin` is that of the initrd; offsets of findings on it count from there. */
export function splicedImage(
  origin: Origin,
  initrd: ByteSource,
  read: { readonly updates: readonly CollectedUpdate[]; readonly findings: readonly Located[] },
  options: SpliceOptions,
): SplicedImage {
  const image = options.microcode === 'put' ? earlyImage(read.updates, read.findings, options) : null;
  if (image?.kind === 'refused') return image;
  const microcode = image?.plan ?? null;
  const wanted = options.microcode === 'put' ? (microcode ?? 'keep') : options.microcode;
  const mtime = microcode?.mtime ?? imageTime(options.sourceDateEpoch, []);
  try {
    const plan = planSplice(initrd, { microcode: wanted, extra: options.extra, mtime });
    return { kind: 'planned', plan, microcode, chosen: image?.chosen ?? [], remarks: image?.remarks ?? [] };
  } catch (error) {
    if (!(error instanceof ImageRefused)) throw error;
    return { kind: 'refused', because: locatedIn(origin, error.findings) };
  }
}

/** The image in front of an existing initrd, in place of what microcode that has; `origin` is that of the initrd. */
export function imageOnBase(origin: Origin, base: ByteSource, image: EarlyImage): EarlyImage {
  if (image.kind === 'refused') return image;
  try {
    const { pieces, size } = planSplice(base, { microcode: image.plan, extra: [], mtime: image.plan.mtime });
    return { ...image, size, chunks: () => pieceChunks(pieces, base) };
  } catch (error) {
    if (!(error instanceof ImageRefused)) throw error;
    return { kind: 'refused', because: locatedIn(origin, error.findings) };
  }
}
