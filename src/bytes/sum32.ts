/** Sums of little-endian 32-bit words modulo 2^32: the checksum of Intel and VIA updates and of AMD patches up to family 12h. */

import { sumInPlace } from './summing-memory.ts';

/** Whether the host stores words the way the formats do; only then may a typed array be laid over the bytes. */
const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/**
 * Sum of the words in `[start, end)`; a trailing part of fewer than four bytes is left out.
 * Hot: once per byte of every blob. Twin: `sum32Reference`; test/bytes/sum32.test.ts compares the two.
 */
export function sum32(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const from = bytes.byteOffset + start;
  const to = from + ((end - start) & ~3);
  if ((from & 3) !== 0 || !LITTLE_ENDIAN) return sum32Reference(bytes, start, end);
  // Memory made for it is summed in place, but for what stands before and behind whole blocks of 64 bytes.
  const [first, last] = [(from + 63) & ~63, to & ~63];
  const middle = first < last ? sumInPlace(bytes.buffer, first, last) : undefined;
  if (middle === undefined) return sumWords(bytes.buffer, from, to) >>> 0;
  return (sumWords(bytes.buffer, from, first) + middle + sumWords(bytes.buffer, last, to)) >>> 0;
}

function sumWords(buffer: ArrayBufferLike, from: number, to: number): number {
  const words = new Uint32Array(buffer, from, (to - from) >>> 2);
  const whole = words.length & ~3;
  // Four accumulators break the dependency between additions: 1.7 times as fast as one.
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < whole; i += 4) {
    a = (a + (words[i] as number)) | 0;
    b = (b + (words[i + 1] as number)) | 0;
    c = (c + (words[i + 2] as number)) | 0;
    d = (d + (words[i + 3] as number)) | 0;
  }
  for (let i = whole; i < words.length; i++) a = (a + (words[i] as number)) | 0;
  return (a + b + c + d) | 0;
}

/** The same sum by byte arithmetic, for unaligned bytes and as the reference of the fast path. */
export function sum32Reference(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = 0;
  for (let at = start; at + 4 <= end; at += 4) sum = (sum + view.getUint32(at, true)) | 0;
  return sum >>> 0;
}
