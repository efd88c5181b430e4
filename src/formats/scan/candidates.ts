/**
 * Where the headers of Intel updates and AMD patches may start, at any alignment.
 *
 * Hot: once per two words of the input. Twin: `candidatesReference`; test/formats/scan/candidates.test.ts compares the two.
 * An Intel header holds the number 1 twice, five words apart, so that whatever its alignment one of the two starts in a word of even
 * index: looking at every other word is enough. An AMD header holds the byte 0x80 at offset 9.
 */
const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** Bytes of an Intel header. */
const INTEL_HEADER = 48;
/** Where the loader revision stands in it. */
const LOADER_REVISION = 20;
/** Bytes of the part of an AMD header that is the same for all families. */
const AMD_HEADER = 32;

export interface Candidates {
  /** Byte offsets, ascending, each once. */
  readonly intel: Uint32Array;
  readonly amd: Uint32Array;
}

/** A growing list of offsets. */
class Offsets {
  #list = new Uint32Array(1024);
  #count = 0;

  add(offset: number): void {
    if (this.#count === this.#list.length) {
      const larger = new Uint32Array(this.#list.length * 2);
      larger.set(this.#list);
      this.#list = larger;
    }
    this.#list[this.#count++] = offset;
  }

  /** Both anchors of one header may be found, and the second one after the first one of the next header. */
  distinct(): Uint32Array {
    const list = this.#list.subarray(0, this.#count);
    if (!isAscending(list)) list.sort();
    let kept = 0;
    for (let i = 0; i < list.length; i++) {
      if (i === 0 || list[i] !== list[kept - 1]) list[kept++] = list[i] as number;
    }
    return list.subarray(0, kept);
  }
}

function isAscending(list: Uint32Array): boolean {
  for (let i = 1; i < list.length; i++) if ((list[i - 1] as number) > (list[i] as number)) return false;
  return true;
}

/** The bytes as words: as they are where possible. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const count = bytes.length >>> 2;
  if (LITTLE_ENDIAN && (bytes.byteOffset & 3) === 0) return new Uint32Array(bytes.buffer, bytes.byteOffset, count);
  if (LITTLE_ENDIAN) return new Uint32Array(bytes.slice(0, count * 4).buffer);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Uint32Array.from({ length: count }, (_, i) => view.getUint32(i * 4, true));
}

/** Every offset at which a header may start that lies wholly inside the bytes. */
export function findCandidates(bytes: Uint8Array): Candidates {
  const words = wordsOf(bytes);
  const intel = new Offsets();
  const amd = new Offsets();
  const lastIntel = bytes.length - INTEL_HEADER;
  const lastAmd = bytes.length - AMD_HEADER;
  for (let i = 0; i < words.length; i += 2) {
    const word = words[i] as number;
    const next = i + 1 < words.length ? (words[i + 1] as number) : 0;
    // The four ways in which the bytes 01 00 00 00 can start in a word; all have a last byte of 0 or 1.
    if ((word - 1) >>> 0 < 0x01ff_ffff) {
      let at = -1;
      if (word === 1) at = 4 * i;
      else if (word >>> 24 === 1) {
        if ((next & 0xff_ffff) === 0) at = 4 * i + 3;
      } else if (word >>> 16 === 1) {
        if ((next & 0xffff) === 0) at = 4 * i + 2;
      } else if (word >>> 8 === 1) {
        if ((next & 0xff) === 0) at = 4 * i + 1;
      }
      if (at >= 0) {
        if (at <= lastIntel && mayBeIntel(bytes, at)) intel.add(at);
        if (at >= LOADER_REVISION && at - LOADER_REVISION <= lastIntel && mayBeIntel(bytes, at - LOADER_REVISION)) {
          intel.add(at - LOADER_REVISION);
        }
      }
    }
    // Whether one of the eight bytes is 0x80: the well-known test for a zero byte.
    const a = word ^ 0x8080_8080;
    const b = next ^ 0x8080_8080;
    if (((((a - 0x0101_0101) & ~a) | ((b - 0x0101_0101) & ~b)) & 0x8080_8080) !== 0) {
      const end = Math.min(4 * i - 1, lastAmd + 1);
      for (let at = Math.max(4 * i - 9, 0); at < end; at++) if (mayBeAmd(bytes, at)) amd.add(at);
    }
  }
  // The bytes behind the last whole word cannot hold byte 9 of a header of 32.
  return { intel: intel.distinct(), amd: amd.distinct() };
}

/** What a byte may stand for, one bit each; a table, because the test runs for every place that has a 1. */
const MONTH = 1;
const DAY = 2;
const YEAR = 4;
const CENTURY = 8;

const MEANINGS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const value = (byte >> 4) * 10 + (byte & 15);
  if ((byte & 15) > 9 || byte > 0x99) return 0;
  const month = value >= 1 && value <= 12 ? MONTH : 0;
  const day = value >= 1 && value <= 31 ? DAY : 0;
  return YEAR | month | day | (value === 19 || value === 20 ? CENTURY : 0);
});

const means = (byte: number | undefined, meaning: number): boolean =>
  ((MEANINGS[byte as number] as number) & meaning) !== 0;

const isZero3 = (bytes: Uint8Array, at: number): boolean =>
  ((bytes[at] as number) | (bytes[at + 1] as number) | (bytes[at + 2] as number)) === 0;

/**
 * What all published updates have in common and random bytes have not: both versions, a date, and the empty upper bytes of signature,
 * platform mask and sizes. The most selective test of all kinds of filler comes first. The header lies inside the bytes.
 */
const mayBeIntel = (bytes: Uint8Array, at: number): boolean =>
  means(bytes[at + 11], MONTH) &&
  bytes[at] === 1 &&
  bytes[at + LOADER_REVISION] === 1 &&
  isZero3(bytes, at + 1) &&
  isZero3(bytes, at + 21) &&
  isZero3(bytes, at + 25) &&
  ((bytes[at + 15] as number) | (bytes[at + 31] as number)) === 0 &&
  ((bytes[at + 35] as number) | (bytes[at + 39] as number)) === 0 &&
  means(bytes[at + 8], YEAR) &&
  means(bytes[at + 9], CENTURY) &&
  means(bytes[at + 10], DAY);

/** A date and a format id; `looksLikeAmdPatch` has the rest. One published patch is dated month 13. The header lies inside the bytes. */
const mayBeAmd = (bytes: Uint8Array, at: number): boolean =>
  bytes[at + 9] === 0x80 &&
  means(bytes[at + 1], CENTURY) &&
  (bytes[at + 8] as number) <= 0x16 &&
  means(bytes[at], YEAR) &&
  means(bytes[at + 2], DAY) &&
  (means(bytes[at + 3], MONTH) || bytes[at + 3] === 0x13) &&
  (bytes[at + 29] === 0 || bytes[at + 29] === 0xaa) &&
  bytes[at + 30] === bytes[at + 29] &&
  bytes[at + 31] === bytes[at + 29];

/** The same by looking at every byte, as the reference of the fast way. */
export function candidatesReference(bytes: Uint8Array): Candidates {
  const intel: number[] = [];
  const amd: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    if (at + INTEL_HEADER <= bytes.length && mayBeIntel(bytes, at)) intel.push(at);
    if (at + AMD_HEADER <= bytes.length && mayBeAmd(bytes, at)) amd.push(at);
  }
  return { intel: Uint32Array.from(intel), amd: Uint32Array.from(amd) };
}
