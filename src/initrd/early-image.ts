/** From what was read to an early image, or to the reasons why there is none. */
import type { Held, Located } from '../bundle/collect.ts';
import type { Selection } from '../bundle/wanted.ts';
import { fileOrigin } from '../inputs/origin.ts';
import { earlyImageChunks } from './build.ts';
import { earlyPayload } from './early-payload.ts';
import { imageTime } from './image-time.ts';
import { type EarlyImagePlan, type EarlyLayout, ImageRefused, planEarlyImage } from './plan.ts';

/** What goes into an early image, and how it is laid out. */
export interface EarlyImageOptions {
  readonly layout: EarlyLayout;
  /** Of what it wants, the newest for each CPU and platform goes in. */
  readonly selection: Selection;
  /** Seconds since 1970 for every member, kept within what a newc header holds (2^32 - 1; `iucode-tool` layouts 2^31 - 1); undefined: noon UTC of the newest update's date. */
  readonly sourceDateEpoch: number | undefined;
}

/** A planned image, whose bytes are made as they are asked for, or `because` of which errors in what was read, or of what else, there is none. */
export type EarlyImage =
  | { readonly kind: 'refused'; readonly because: readonly Located[] }
  | {
      readonly kind: 'planned';
      /** Where everything stands in it. */
      readonly plan: EarlyImagePlan;
      /** The updates that go in, in the order they stand in the image. */
      readonly chosen: readonly Held[];
      /** What is to be said of updates that were left out. */
      readonly remarks: readonly Located[];
      /** Bytes of what is written. */
      readonly size: number;
      /** The image in pieces; payloads are views of the inputs. */
      readonly chunks: () => Iterable<Uint8Array>;
    };

/**
 * Plans an early image: a newc archive with one file for each vendor, Intel's data at a multiple of 16 bytes, the whole a multiple of 512 bytes long. Damaged
 * updates make it `refused`; nothing is thrown, nothing is written. Source of the layout: Linux Documentation/arch/x86/microcode.rst.
 * @param findings what was found in the inputs: an error among them refuses the image
 */
export function earlyImage(
  held: readonly Held[],
  findings: readonly Located[],
  options: EarlyImageOptions,
): EarlyImage {
  const { chosen, parts, refusals, leftOut } = earlyPayload(held, findings, options.selection, options.layout);
  if (refusals.length > 0) return { kind: 'refused', because: refusals };
  const mtime = imageTime(
    options.sourceDateEpoch,
    chosen.map(({ update }) => update.date.text),
  );
  try {
    const plan = planEarlyImage({ ...parts, mtime, layout: options.layout });
    return { kind: 'planned', plan, chosen, remarks: leftOut, size: plan.size, chunks: () => earlyImageChunks(plan) };
  } catch (error) {
    if (!(error instanceof ImageRefused)) throw error;
    const because = error.findings.map((finding) => ({ origin: fileOrigin('the image'), finding }));
    return { kind: 'refused', because: [...because, ...leftOut] };
  }
}
