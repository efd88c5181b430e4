/** The vendor files that an initrd has, as early loaders find them. */
import { type CollectedUpdate, type Located, readBlob } from '../../bundle/collect.ts';
import type { ByteSource } from '../../bytes/source.ts';
import { findCpioData } from '../../formats/cpio/early-lookup.ts';
import { memberOrigin, type Origin } from '../../inputs/origin.ts';
import { EARLY_VENDORS, type EarlyVendor, VENDOR_FILES } from '../../loaders/early-paths.ts';

/** A vendor file that early loaders find in an initrd. */
export interface PresentFile {
  readonly vendor: EarlyVendor;
  /** Of the data, as a member of the initrd. */
  readonly origin: Origin;
  /** Byte offset of its header in the initrd. */
  readonly headerOffset: number;
  /** Bytes. */
  readonly size: number;
  /** The data; null when it is larger than anything that is read. */
  readonly bytes: Uint8Array | null;
  readonly updates: readonly CollectedUpdate[];
  readonly findings: readonly Located[];
}

/** Bytes of the largest vendor file that is taken over; all that vendors have published is a tenth of it. */
const LARGEST = 256 * 1024 * 1024;

/** Empty vendor files are left out: no loader finds an update in them. `origin` is that of the initrd. */
export function presentFiles(origin: Origin, initrd: ByteSource): PresentFile[] {
  return EARLY_VENDORS.flatMap((vendor): PresentFile[] => {
    const path = VENDOR_FILES[vendor];
    const lookup = findCpioData(initrd, path);
    if (!lookup.found || lookup.size === 0) return [];
    const { headerOffset, offset, size } = lookup;
    const inside = memberOrigin(origin, path);
    const place = { vendor, origin: inside, headerOffset, size };
    if (size > LARGEST) return [{ ...place, bytes: null, updates: [], findings: [] }];
    // A copy: what a source gives out lasts until it is asked again.
    const bytes = Uint8Array.from(initrd.view(offset, size));
    const { updates, findings } = readBlob({
      kind: vendor === 'intel' ? 'intel' : 'amd-container',
      origin: inside,
      bytes,
    });
    return [{ ...place, bytes, updates, findings }];
  });
}
