import { findCpioData, type LookupEnd, type LookupVariant } from '../formats/cpio/early-lookup.ts';
import { VENDOR_FILES } from './early-paths.ts';
import type { Source, Vendor } from './explanation.ts';
import { type Reason, reason } from './reasons.ts';

const ENDS: Readonly<Record<LookupEnd, string>> = {
  'end-of-data': 'the search comes to the end',
  'hex-digit': 'the search stops at something that is not a cpio header',
  magic: 'the search stops at a header of another kind than newc',
  'beyond-the-end': 'the search stops at a member that leads out of the image',
};

/** The file that the early lookup finds in an image, or why it finds none. */
export function findVendorFile(
  image: Uint8Array,
  vendor: Vendor,
  variant: LookupVariant,
): (Source & { readonly path: string }) | Reason {
  const path = VENDOR_FILES[vendor];
  const found = findCpioData(image, path, variant);
  if (found.found) return { path, offset: found.offset, size: found.size };
  return reason('no-vendor-file', { path, why: `${ENDS[found.reason]}, at ${found.offset}` });
}
