/**
 * An .xz stream: what its first headers ask of a decoder, and where it ends, followed from header to header without expanding it.
 * Source: "The .xz File Format" 1.2.1, sections 2, 3 and 4; LZMA2 chunks as XZ Embedded reads them (xz_dec_lzma2.c).
 */
import { raw, record, u8 } from '../bytes/layout.ts';
import { corrupt, cutOff, endAt, type StreamEnd } from './stream-end.ts';

/** The first bytes of the file; a CRC32 of the flags ends it. */
export const STREAM_HEADER = record('xz stream header', 12, {
  magic: raw(0, 6), // fd 37 7a 58 5a 00
  flags: raw(6, 2), // the id of the check in bits 3:0 of the second byte
});

/** The start of a block's header. */
export const BLOCK_HEADER = record('xz block header', 3, {
  size: u8(0), // (bytes / 4) - 1; 0 is the index of the stream
  flags: u8(1), // number of filters - 1 in bits 1:0, sizes present in bits 7:6
  firstFilter: u8(2), // id of the first filter, when no sizes are present; 0x21: LZMA2
});

const FOOTER_BYTES = 12;
const FOOTER_MAGIC = [0x59, 0x5a];
const CRC_BYTES = 4;

/** Ids of checks; their sizes, in bytes, go by the id. */
const NO_CHECK = 0;
const CRC32 = 1;
const SHA256 = 0x0a;
const CHECK_BYTES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/** Ids of filters. */
const LZMA2 = 0x21;
const X86 = 0x04;

const COMPRESSED_SIZE = 0x40;
const EXPANDED_SIZE = 0x80;

const checkOf = (bytes: Uint8Array): number => (STREAM_HEADER.decode(bytes)?.flags[1] ?? 0) & 0x0f;

/** The filters of the first block; undefined when the stream has none or is cut off. */
function filtersOf(bytes: Uint8Array): number[] | undefined {
  const block = BLOCK_HEADER.decode(bytes, STREAM_HEADER.size);
  if (block === undefined || block.size === 0) return undefined;
  const reader = new Numbers(bytes, STREAM_HEADER.size + 2);
  if ((block.flags & COMPRESSED_SIZE) !== 0) reader.next();
  if ((block.flags & EXPANDED_SIZE) !== 0) reader.next();
  return Array.from({ length: (block.flags & 3) + 1 }, () => {
    const id = reader.next();
    const propertyBytes = reader.next();
    reader.at += propertyBytes;
    return id;
  });
}

/** The part of the file that small decoders (XZ Embedded without its options) lack; undefined for none. */
export function xzNeeds(bytes: Uint8Array): string | undefined {
  if (checkOf(bytes) === SHA256) return 'a sha256 check';
  const filters = filtersOf(bytes);
  return filters === undefined || filters.every((id) => id === LZMA2) ? undefined : 'a filter besides LZMA2';
}

/**
 * Whether Linux for x86 lacks what the stream needs: its decoder knows no checks but none and CRC32, no filters but LZMA2 and the one for
 * x86 code (lib/xz/xz_dec_stream.c dec_stream_header, without XZ_DEC_ANY_CHECK; xz_dec_bcj.c).
 */
export function xzUnknownToLinux(bytes: Uint8Array): boolean {
  const check = checkOf(bytes);
  return (check !== NO_CHECK && check !== CRC32) || (filtersOf(bytes) ?? []).some((id) => id !== LZMA2 && id !== X86);
}

/** Multibyte integers: seven bits a byte, the lowest first. */
class Numbers {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  next(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 63; scale *= 128) {
      const byte = this.#bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    return value;
  }
}

const padded = (size: number): number => Math.ceil(size / 4) * 4;

/** Where the stream ends that `bytes` start with: behind its footer. */
export function xzStreamEnd(bytes: Uint8Array): StreamEnd {
  const checkBytes = CHECK_BYTES[checkOf(bytes)] ?? 0;
  let at = STREAM_HEADER.size;
  while (at < bytes.length && bytes[at] !== 0) {
    const data = at + ((bytes[at] as number) + 1) * 4;
    const end = lzma2End(bytes, data);
    if (typeof end !== 'number') return end;
    at = data + padded(end - data) + checkBytes;
  }
  const index = new Numbers(bytes, at + 1);
  const records = index.next();
  // A record takes two bytes and more: a claim of more than there is room for is not followed.
  if (records * 2 > bytes.length) return at < bytes.length ? corrupt('its index is damaged') : cutOff('its index');
  for (let left = records * 2; left > 0; left--) index.next();
  const footer = at + padded(index.at - at) + CRC_BYTES;
  const end = footer + FOOTER_BYTES;
  if (end > bytes.length) return cutOff('its end');
  return FOOTER_MAGIC.every((byte, place) => bytes[end - FOOTER_MAGIC.length + place] === byte)
    ? endAt(end)
    : corrupt('its footer is damaged');
}

/** Behind the LZMA2 chunks that start at `at`. */
function lzma2End(bytes: Uint8Array, at: number): number | StreamEnd {
  const size = (offset: number): number => (((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0)) + 1;
  for (let next = at; next < bytes.length;) {
    const control = bytes[next] as number;
    if (control === 0) return next + 1;
    if (control < 0x80) {
      // A chunk that is stored: 1 resets the dictionary, 2 does not.
      if (control > 2) return corrupt('a chunk of an unknown type');
      next += 3 + size(next + 1);
    } else {
      // From 0xc0 on a byte of properties follows the sizes.
      next += (control >= 0xc0 ? 6 : 5) + size(next + 3);
    }
  }
  return cutOff('a block');
}
