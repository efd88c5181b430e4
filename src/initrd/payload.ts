import { hexBytes } from '../bytes/hex.ts';
import { type Finding, finding, shifted } from '../findings/finding.ts';
import { parseIntelFile } from '../formats/intel/update.ts';
import { type EarlyVendor, VENDOR_FILES } from './vendor-file.ts';

/** First word of an AMD container: `DMA\0`, 0x00414d44. */
const AMD_MAGIC = Uint8Array.of(0x44, 0x4d, 0x41, 0x00);

/**
 * What is wrong with a vendor file's payload, so wrong that it must not be written; empty when nothing is.
 * Every part of an Intel payload is a whole number of updates, the first part of an AMD payload starts with a container.
 * Offsets count from the start of the payload.
 */
export function checkPayload(vendor: EarlyVendor, parts: readonly Uint8Array[]): Finding[] {
  switch (vendor) {
    case 'intel':
      return checkIntel(parts);
    case 'amd':
      return checkAmd(parts);
  }
}

/** Linux loads nothing at all from a file that it does not consume exactly, so one bad byte spoils every update. */
function checkIntel(parts: readonly Uint8Array[]): Finding[] {
  const findings: Finding[] = [];
  let at = 0;
  for (const part of parts) {
    const file = parseIntelFile(part);
    const errors = file.findings.filter(({ severity }) => severity === 'error').map((found) => shifted(found, at));
    if (errors.length > 0 || file.end !== part.length) {
      const offset = at + file.end;
      findings.push(finding('initrd/payload-not-exact', { offset }, { path: VENDOR_FILES.intel }), ...errors);
    }
    at += part.length;
  }
  return findings;
}

function checkAmd(parts: readonly Uint8Array[]): Finding[] {
  const first = parts.find((part) => part.length > 0) ?? new Uint8Array();
  if (AMD_MAGIC.every((byte, index) => first[index] === byte)) return [];
  const found = hexBytes(first.subarray(0, AMD_MAGIC.length));
  const expected = hexBytes(AMD_MAGIC);
  return [finding('initrd/payload-magic', { offset: 0 }, { path: VENDOR_FILES.amd, expected, found })];
}
