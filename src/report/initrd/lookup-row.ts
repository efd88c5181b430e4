/** What one kind of early loader finds for one vendor. */
import type { CpioImage } from '../../formats/cpio/read.ts';
import { EARLY_LOADERS, type EarlyLookup, supportedReleases } from '../../initrd/inspect/early-loaders.ts';
import { whyNot } from '../../initrd/inspect/lookup-text.ts';
import type { EarlyVendor } from '../../loaders/early-paths.ts';

/** Shell scripts, which read no JSON, match the first five members in this order. */
export interface LookupRow {
  readonly vendor: EarlyVendor;
  /** A kind of loader, by the releases that belong to it. */
  readonly loader: string;
  readonly verdict: EarlyLookup['verdict'];
  /** Byte offset and bytes of the data; null unless found. */
  readonly offset: number | null;
  readonly size: number | null;
  /** Why the loader gets none; null when it does. */
  readonly why: string | null;
  /** Releases of this kind that get security fixes; null when none does. */
  readonly supported: string | null;
}

export function lookupRow(vendor: EarlyVendor, early: EarlyLookup, image: CpioImage): LookupRow {
  const { consumer, verdict, lookup } = early;
  const why = whyNot(early, image);
  const loader = EARLY_LOADERS.find(({ id }) => id === consumer)?.releases ?? consumer;
  const found = verdict === 'found' && lookup !== null && lookup.found ? lookup : undefined;
  return {
    vendor,
    loader,
    verdict,
    offset: found?.offset ?? null,
    size: found?.size ?? null,
    why,
    supported: supportedReleases(consumer),
  };
}
