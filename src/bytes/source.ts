/**
 * Bytes that are read by position, so that one parser serves a blob in memory and a file too large to hold.
 */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /**
   * The bytes `[offset, offset + length)`, cut at the end of the source.
   * A view that may be overwritten by the next call: copy what must stay.
   */
  view(offset: number, length: number): Uint8Array;
}

/** A source over bytes in memory; its views are never overwritten. */
export const bytesSource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  view: (offset, length) => bytes.subarray(offset, offset + length),
});

/** Bytes that a scan asks for at once. */
const STRIDE = 1 << 16;

/** Offset of the first byte at or after `at` that is not zero; the size when there is none. */
export function skipZeros(source: ByteSource, at: number): number {
  for (let offset = at; offset < source.size; offset += STRIDE) {
    const view = source.view(offset, STRIDE);
    const index = view.findIndex((byte) => byte !== 0);
    if (index >= 0) return offset + index;
  }
  return source.size;
}

/** Sum of the bytes `[start, end)` modulo 2^32. */
export function byteSum(source: ByteSource, start: number, end: number): number {
  let sum = 0;
  for (let offset = start; offset < end; offset += STRIDE) {
    for (const byte of source.view(offset, Math.min(STRIDE, end - offset))) sum = (sum + byte) | 0;
  }
  return sum >>> 0;
}
