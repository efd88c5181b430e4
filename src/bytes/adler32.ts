/** Bytes after which the sums must be reduced before they outgrow 32 bits (RFC 1950, section 8.2 and its sample code). */
const STRIDE = 5552;
const BASE = 65_521;

/** The checksum of RFC 1950, by which collections of AMD patches name their files. */
export function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (let at = 0; at < bytes.length; at += STRIDE) {
    for (const byte of bytes.subarray(at, at + STRIDE)) {
      low += byte;
      high += low;
    }
    low %= BASE;
    high %= BASE;
  }
  return ((high << 16) | low) >>> 0;
}
