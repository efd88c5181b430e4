/**
 * Where the headers of Intel updates and AMD patches may start, at any alignment.
 *
 * Hot: once per two words of the input. Twin: `candidatesReference`; test/formats/scan/candidates.test.ts compares the two.
 * An Intel header holds the number 1 twice, five words apart, so that whatever its alignment one of the two starts in a word of even
 * index: looking at every other word is enough. An AMD header holds the byte 0x80 at offset 9.
 */
import { DEFAULT_DATA_SIZE, DEFAULT_TOTAL_SIZE } from '../intel/layout.ts';

const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** Bytes of an Intel header. */
const INTEL_HEADER = 48;
/** Where the loader revision stands in it. */
const LOADER_REVISION = 20;
/** Bytes of the part of an AMD header that is the same for all families. */
const AMD_HEADER = 32;

/** A place where the header of an Intel update is. */
export interface IntelPlace {
  /** Byte offset. */
  readonly offset: number;
  /** Bytes of the data and of the whole update, as the header says. */
  readonly dataSize: number;
  readonly size: number;
  /** Another header starts inside; no published update holds the bytes of a header in its data. */
  readonly contested: boolean;
}

export interface Candidates {
  /** By offset. */
  readonly intel: readonly IntelPlace[];
  /** Contested places beyond those in `intel`: the headers claim the bytes several times over, so that they cannot be updates. */
  readonly crowded: number;
  /** Byte offsets, ascending. */
  readonly amd: readonly number[];
}

/**
 * Bytes that contested places may claim before no more of them are kept: the largest size that a header can state, and a part of the
 * input. Genuine input claims next to nothing: the rest of one update before another that was written over it.
 */
const claims = (length: number): number => 16 * 1024 * 1024 + length / 8;

/** Takes the headers as they are found: nearly in order, never twice. Keeps few of very many that overlap. */
class IntelPlaces {
  readonly #places: IntelPlace[] = [];
  #budget: number;
  #crowded = 0;
  #offset = -1;
  #dataSize = 0;
  #size = 0;

  constructor(length: number) {
    this.#budget = claims(length);
  }

  /** `dataSize` and `totalSize` as stored; a header whose sizes contradict each other is none. */
  add(offset: number, dataSize: number, totalSize: number): void {
    const old = dataSize === 0;
    const data = old ? DEFAULT_DATA_SIZE : dataSize;
    const size = old ? DEFAULT_TOTAL_SIZE : totalSize;
    if (((data | size) & 3) !== 0 || size < data + INTEL_HEADER) return;
    if (old && totalSize !== 0 && totalSize !== DEFAULT_TOTAL_SIZE) return;
    if (this.#budget < 0 && offset >= this.#offset && offset < this.#offset + this.#size) {
      // The way of crafted input: the place before is contested, and no more of those are kept.
      this.#crowded += 1;
      this.#offset = offset;
      this.#dataSize = data;
      this.#size = size;
      return;
    }
    if (offset < this.#offset) {
      // A header is known by its first or its sixth word, so that two of them may come in the wrong order: they overlap.
      this.#keep(offset, data, size, true);
      return;
    }
    if (this.#offset >= 0) {
      this.#keep(this.#offset, this.#dataSize, this.#size, offset < this.#offset + this.#size);
    }
    this.#offset = offset;
    this.#dataSize = data;
    this.#size = size;
  }

  #keep(offset: number, dataSize: number, size: number, contested: boolean): void {
    if (contested) {
      this.#budget -= size;
      if (this.#budget < 0) {
        this.#crowded += 1;
        return;
      }
    }
    this.#places.push({ offset, dataSize, size, contested });
  }

  end(): { readonly intel: readonly IntelPlace[]; readonly crowded: number } {
    if (this.#offset >= 0) this.#keep(this.#offset, this.#dataSize, this.#size, false);
    this.#offset = -1;
    return { intel: this.#places.sort((a, b) => a.offset - b.offset), crowded: this.#crowded };
  }
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
  const intel = new IntelPlaces(bytes.length);
  const amd: number[] = [];
  const last = words.length - 1;
  const lastHeader = words.length - INTEL_HEADER / 4;
  for (let i = 0; i <= last; i += 2) {
    const word = words[i] as number;
    const next = i < last ? (words[i + 1] as number) : 0;
    // The four ways in which the bytes 01 00 00 00 can start in a word; all have a last byte of 0 or 1.
    if ((word - 1) >>> 0 < 0x01ff_ffff) {
      if (word === 1) {
        // The month first, before any call: filler of this very word has none.
        if (i <= lastHeader && (((words[i + 2] as number) >>> 24) - 1) >>> 0 < 0x12) addAligned(words, i, intel);
        const before = i - LOADER_WORD;
        if (before >= 0 && before <= lastHeader && (((words[before + 2] as number) >>> 24) - 1) >>> 0 < 0x12) {
          addAligned(words, before, intel);
        }
      } else {
        const shift = word >>> 24 === 1 ? 3 : word >>> 16 === 1 ? 2 : word >>> 8 === 1 ? 1 : 0;
        if (shift !== 0 && next << (32 - 8 * shift) === 0) addUnaligned(bytes, 4 * i + shift, intel);
      }
    }
    // Whether one of the bytes is 0x80: the well-known test for a zero byte, which may also name a byte behind one.
    const a = word ^ 0x8080_8080;
    const b = next ^ 0x8080_8080;
    const inWord = (a - 0x0101_0101) & ~a & 0x8080_8080;
    const inNext = (b - 0x0101_0101) & ~b & 0x8080_8080;
    if ((inWord | inNext) !== 0) {
      if (inWord !== 0) addAmd(bytes, inWord, 4 * i, amd);
      if (inNext !== 0) addAmd(bytes, inNext, 4 * i + 4, amd);
    }
  }
  // The bytes behind the last whole word cannot hold byte 9 of a header of 32.
  return { ...intel.end(), amd };
}

/** Where the loader revision stands, in words. */
const LOADER_WORD = LOADER_REVISION / 4;

/** The same test as `mayBeIntel` for a header whose words are words of the input. */
function addAligned(words: Uint32Array, at: number, intel: IntelPlaces): void {
  const date = words[at + 2] as number;
  const dataSize = words[at + 7] as number;
  const totalSize = words[at + 8] as number;
  const uppers = (words[at + 3] as number) | dataSize | totalSize | (words[at + 9] as number);
  if (
    words[at] === 1 &&
    words[at + LOADER_WORD] === 1 &&
    (words[at + 6] as number) <= 0xff &&
    uppers >>> 24 === 0 &&
    isDate(date)
  ) {
    intel.add(4 * at, dataSize, totalSize);
  }
}

/** Whether a word is a date in BCD, MMDDYYYY, of the years 1900 to 2099; days go up to 31 in every month. */
function isDate(date: number): boolean {
  // Digits of more than 9 have bit 3 and bit 2 or bit 1.
  if (((date >>> 3) & ((date >>> 2) | (date >>> 1)) & 0x1111_1111) !== 0) return false;
  const century = (date >>> 8) & 0xff;
  const day = (date >>> 16) & 0xff;
  const month = date >>> 24;
  return isCentury(century) && day >= 1 && day <= 0x31 && month >= 1 && month <= 0x12;
}

/** A 1 starts at `at`: the header version of one header or the loader revision of another. */
function addUnaligned(bytes: Uint8Array, at: number, intel: IntelPlaces): void {
  const before = at - LOADER_REVISION;
  if (before >= 0 && before + INTEL_HEADER <= bytes.length && mayBeIntel(bytes, before)) addPlace(bytes, before, intel);
  if (at + INTEL_HEADER <= bytes.length && mayBeIntel(bytes, at)) addPlace(bytes, at, intel);
}

const addPlace = (bytes: Uint8Array, at: number, intel: IntelPlaces): void =>
  intel.add(at, dwordAt(bytes, at + 28), dwordAt(bytes, at + 32));

const dwordAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)) >>>
  0;

const isCentury = (byte: number): boolean => byte === 0x20 || byte === 0x19;

/** `marks` has the top bit of each byte that is 0x80 of the word at byte `at`. */
function addAmd(bytes: Uint8Array, marks: number, at: number, amd: number[]): void {
  for (let left = marks; left !== 0; left &= left - 1) {
    const start = at + ((31 - Math.clz32(left & -left)) >>> 3) - 9;
    // The century first: nearly every 0x80 ends here.
    if (start < 0 || !isCentury(bytes[start + 1] as number)) continue;
    if (start + AMD_HEADER <= bytes.length && mayBeAmd(bytes, start)) amd.push(start);
  }
}

const isZero3 = (bytes: Uint8Array, at: number): boolean =>
  ((bytes[at] as number) | (bytes[at + 1] as number) | (bytes[at + 2] as number)) === 0;

/**
 * What all published updates have in common and random bytes have not: both versions, a date, and the empty upper bytes of signature,
 * platform mask and sizes. The header lies inside the bytes.
 */
const mayBeIntel = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 1 &&
  bytes[at + LOADER_REVISION] === 1 &&
  isZero3(bytes, at + 1) &&
  isZero3(bytes, at + 21) &&
  isZero3(bytes, at + 25) &&
  ((bytes[at + 15] as number) | (bytes[at + 31] as number)) === 0 &&
  ((bytes[at + 35] as number) | (bytes[at + 39] as number)) === 0 &&
  isDate(dwordAt(bytes, at + 8));

/** A date and a format id; `looksLikeAmdPatch` has the rest. One published patch is dated month 13. The header lies inside the bytes. */
const mayBeAmd = (bytes: Uint8Array, at: number): boolean =>
  bytes[at + 9] === 0x80 &&
  (bytes[at + 8] as number) <= 0x16 &&
  // Month 13 is put down as month 12 to be read.
  isDate(dwordAt(bytes, at) - (bytes[at + 3] === 0x13 ? 0x0100_0000 : 0)) &&
  (bytes[at + 29] === 0 || bytes[at + 29] === 0xaa) &&
  bytes[at + 30] === bytes[at + 29] &&
  bytes[at + 31] === bytes[at + 29];

/** The same by looking at every byte, as the reference of the fast way. */
export function candidatesReference(bytes: Uint8Array): Candidates {
  const intel = new IntelPlaces(bytes.length);
  const amd: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    if (at + INTEL_HEADER <= bytes.length && mayBeIntel(bytes, at)) addPlace(bytes, at, intel);
    if (at + AMD_HEADER <= bytes.length && mayBeAmd(bytes, at)) amd.push(at);
  }
  return { ...intel.end(), amd };
}
