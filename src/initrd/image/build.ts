/** An early image made of what was read, or the reasons why there is none. */
import type { CollectedUpdate, Located } from '../../bundle/collect.ts';
import type { Selection } from '../../bundle/select/selection.ts';
import { finding } from '../../findings/finding.ts';
import { fileOrigin } from '../../inputs/origin.ts';
import { VENDOR_FILES } from '../../loaders/early-paths.ts';
import { checkPayload } from '../payload-faults.ts';
import { earlyImageChunks, type EarlyImagePlan, type EarlyLayout, ImageRefused, planEarlyImage } from './layout.ts';
import { earlyPayload } from './choose-payload.ts';
import type { PresentFile } from './present-files.ts';

/** What goes into an early image, and how it is laid out. */
export interface EarlyImageOptions {
  readonly layout: EarlyLayout;
  /** Of what it wants, the newest for each CPU and platform goes in. */
  readonly selection: Selection;
  /** Seconds since 1970 for every member, kept within what a newc header holds (2^32 - 1; `iucode-tool` layouts 2^31 - 1); undefined: noon UTC of the newest update's date. */
  readonly sourceDateEpoch: number | undefined;
  /** Vendor files of an initrd: that of a vendor of whom nothing was chosen goes in as it is. */
  readonly present?: readonly PresentFile[];
}

/** A planned image, whose bytes are made as they are asked for, or `because` of which errors in what was read, or of what else, there is none. */
export type EarlyImage =
  | { readonly kind: 'refused'; readonly because: readonly Located[] }
  | {
      readonly kind: 'planned';
      /** Where everything stands in it. */
      readonly plan: EarlyImagePlan;
      /** The updates that go in, in the order they stand in the image. */
      readonly chosen: readonly CollectedUpdate[];
      /** Those of the present vendor files that go in. */
      readonly kept: readonly PresentFile[];
      /** Findings on updates that were left out. */
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
  collected: readonly CollectedUpdate[],
  findings: readonly Located[],
  options: EarlyImageOptions,
): EarlyImage {
  const { chosen, parts, refusals, leftOut } = earlyPayload(collected, findings, options.selection, options.layout);
  if (refusals.length > 0) return { kind: 'refused', because: refusals };
  const kept = (options.present ?? []).filter(({ vendor }) => parts[vendor] === undefined);
  const hindrances = kept.flatMap((file) => hindrancesOf(file, options.layout));
  if (hindrances.length > 0) return { kind: 'refused', because: hindrances };
  const dates = [...chosen, ...kept.flatMap(({ updates }) => updates)].map(({ update }) => update.date.text);
  const mtime = imageTime(options.sourceDateEpoch, dates);
  const keptParts = Object.fromEntries(kept.map(({ vendor, bytes }) => [vendor, bytes === null ? [] : [bytes]]));
  try {
    const plan = planEarlyImage({ ...parts, ...keptParts, mtime, layout: options.layout });
    const chunks = (): Iterable<Uint8Array> => earlyImageChunks(plan);
    return { kind: 'planned', plan, chosen, kept, remarks: leftOut, size: plan.size, chunks };
  } catch (error) {
    if (!(error instanceof ImageRefused)) throw error;
    const because = error.findings.map((finding) => ({ origin: fileOrigin('the image'), finding }));
    return { kind: 'refused', because: [...because, ...leftOut] };
  }
}

/** Why a vendor file that is there cannot go into the image; what it holds is not chosen around. */
function hindrancesOf({ vendor, origin, size, bytes, findings }: PresentFile, layout: EarlyLayout): Located[] {
  const path = VENDOR_FILES[vendor];
  const hindered = (why: string): Located => ({
    origin,
    finding: finding('initrd/kept-vendor', { offset: 0 }, { path, why }),
  });
  if (bytes === null) return [hindered(`it has ${size} bytes`)];
  if (vendor === 'amd' && layout !== 'standard') return [hindered(`the layout ${layout} has no place for it`)];
  const errors = findings.filter(({ finding }) => finding.severity === 'error');
  if (errors.length > 0 || checkPayload(vendor, [bytes]).length > 0) return [hindered('it is damaged'), ...errors];
  return [];
}

/** Largest time that a newc header holds: 2106-02-07. */
const NEWC_LATEST = 0xffff_ffff;

/**
 * The one modification time of an image, in seconds: the given epoch, else noon UTC of the newest update's date (as iucode_tool has it),
 * else 0. Dates are `YYYY-MM-DD`; those that are no calendar dates are passed over.
 */
export function imageTime(sourceDateEpoch: number | undefined, dates: Iterable<string>): number {
  return Math.min(Math.max(sourceDateEpoch ?? newestNoon(dates), 0), NEWC_LATEST);
}

function newestNoon(dates: Iterable<string>): number {
  let newest = 0;
  for (const date of dates) {
    const noon = Date.parse(`${date}T12:00:00Z`) / 1000;
    if (noon > newest) newest = noon;
  }
  return newest;
}
