/** A spliced initrd made of an initrd and what was read, or the reasons why there is none. */
import { pieceChunks } from '../../bytes/pieces.ts';
import type { ByteSource } from '../../bytes/source.ts';
import { type CollectedUpdate, type Located, locatedIn } from '../../bundle/collect.ts';
import type { Origin } from '../../inputs/origin.ts';
import { type EarlyImage, earlyImage, type EarlyImageOptions, imageTime } from '../image/build.ts';
import type { ExtraMember } from './extra-members.ts';
import { type EarlyImagePlan, ImageRefused } from '../image/layout.ts';
import { type PresentFile, presentFiles } from '../image/present-files.ts';
import { type DroppedMember, planSplice, type SplicePlan, type SpliceRequest } from './plan.ts';

export interface SpliceOptions extends Omit<EarlyImageOptions, 'present'> {
  /** `put`: the updates that were read; `remove` and `keep`: what to do with the microcode that is there. */
  readonly microcode: 'put' | 'remove' | 'keep';
  readonly extra: readonly ExtraMember[];
  /** All microcode that is there goes, also that of a vendor of whom nothing was chosen. */
  readonly replaceAll: boolean;
}

export type SplicedImage =
  | { readonly kind: 'refused'; readonly because: readonly Located[] }
  | {
      readonly kind: 'planned';
      readonly plan: SplicePlan;
      /** Null when none is put in. */
      readonly microcode: EarlyImagePlan | null;
      readonly chosen: readonly CollectedUpdate[];
      /** Vendor files that were there and stay. */
      readonly kept: readonly PresentFile[];
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
  const present = options.replaceAll || options.microcode !== 'put' ? [] : presentFiles(origin, initrd);
  const image = options.microcode === 'put' ? earlyImage(read.updates, read.findings, { ...options, present }) : null;
  if (image?.kind === 'refused') return image;
  const microcode = image?.plan ?? null;
  const wanted = options.microcode === 'put' ? (microcode ?? 'keep') : options.microcode;
  const mtime = microcode?.mtime ?? imageTime(options.sourceDateEpoch, []);
  try {
    const { chosen = [], kept = [], remarks = [] } = image ?? {};
    const plan = planSplice(initrd, {
      microcode: wanted,
      extra: options.extra,
      mtime,
      ...otherVendors(kept, options.replaceAll),
    });
    return { kind: 'planned', plan, microcode, chosen, kept, remarks };
  } catch (error) {
    if (!(error instanceof ImageRefused)) throw error;
    return { kind: 'refused', because: locatedIn(origin, error.findings) };
  }
}

const otherVendors = (kept: readonly PresentFile[], replaceAll: boolean): Pick<SpliceRequest, 'otherVendors'> =>
  replaceAll ? {} : { otherVendors: { moved: kept.map(({ headerOffset }) => headerOffset) } };

/** An image in front of an initrd, and the members that the initrd loses by it. */
export type ImageOnBase =
  | Extract<EarlyImage, { kind: 'refused' }>
  | (Extract<EarlyImage, { kind: 'planned' }> & { readonly dropped: readonly DroppedMember[] });

/**
 * An image of what was read in front of an existing initrd, in place of microcode that this has: all of it, or that of the same vendors.
 * `origin` is that of the initrd.
 */
export function imageOnBase(
  origin: Origin,
  base: ByteSource,
  read: { readonly updates: readonly CollectedUpdate[]; readonly findings: readonly Located[] },
  options: Omit<EarlyImageOptions, 'present'> & { readonly replaceAll: boolean },
): ImageOnBase {
  const present = options.replaceAll ? [] : presentFiles(origin, base);
  const image = earlyImage(read.updates, read.findings, { ...options, present });
  if (image.kind === 'refused') return image;
  try {
    const { pieces, size, dropped } = planSplice(base, {
      microcode: image.plan,
      extra: [],
      mtime: image.plan.mtime,
      ...otherVendors(image.kept, options.replaceAll),
    });
    return { ...image, size, dropped, chunks: () => pieceChunks(pieces, base) };
  } catch (error) {
    if (!(error instanceof ImageRefused)) throw error;
    return { kind: 'refused', because: locatedIn(origin, error.findings) };
  }
}
