/**
 * The legacy lz4 format, which is the one that Linux takes for an initrd (lib/decompress_unlz4.c).
 * Source: lz4 project, doc/lz4_Frame_format.md "Legacy frame" and doc/lz4_Block_format.md.
 */
import { u32 } from '../bytes/layout.ts';

const MAGIC = 0x184c2102;
/** Bytes that one block expands to at most. */
const BLOCK = 8 * 1024 * 1024;
/** Bytes that a block of incompressible data can take. */
const BOUND = BLOCK + Math.floor(BLOCK / 255) + 16;

const word = u32(0);

/** What is wrong with the data, in words. */
export type Lz4Damage = string;

/** The expanded blocks in turn, each a buffer of its own; returns what is wrong where the data cannot be read further. */
export function* lz4LegacyBlocks(bytes: Uint8Array): Generator<Uint8Array, Lz4Damage | undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // One buffer for all blocks: a block of five bytes may claim the room of a full one.
  const room = new Uint8Array(BLOCK);
  let at = 0;
  while (at < bytes.length) {
    // Zeros fill the file up, as in a combined initrd.
    if (bytes.subarray(at).every((byte) => byte === 0)) return undefined;
    if (at + 4 > bytes.length) return 'a block size is cut off';
    const size = word.read(view, at);
    at += 4;
    if (size === MAGIC) continue;
    if (size === 0 || size > BOUND) return `a block of ${size} bytes`;
    if (at + size > bytes.length) return 'a block is cut off';
    const length = expandBlock(bytes, at, at + size, room);
    if (length === undefined) return 'a block cannot be expanded';
    yield room.slice(0, length);
    at += size;
  }
  return undefined;
}

/** Lengths of 15 and more go on in further bytes, up to the first that is not 255. */
function lengthRest(bytes: Uint8Array, at: number, end: number): { length: number; at: number } | undefined {
  let length = 0;
  let next = at;
  for (;;) {
    if (next >= end) return undefined;
    const byte = bytes[next++] as number;
    length += byte;
    if (byte !== 255) return { length, at: next };
    if (length > BLOCK) return undefined;
  }
}

/**
 * Sequences of literals and of matches in what was written before; the last one has literals only.
 * Returns how many bytes were written to `out`.
 */
function expandBlock(bytes: Uint8Array, start: number, end: number, out: Uint8Array): number | undefined {
  let at = start;
  let length = 0;
  while (at < end) {
    const token = bytes[at++] as number;
    let literals = token >> 4;
    if (literals === 15) {
      const rest = lengthRest(bytes, at, end);
      if (rest === undefined) return undefined;
      literals += rest.length;
      at = rest.at;
    }
    if (at + literals > end || length + literals > BLOCK) return undefined;
    out.set(bytes.subarray(at, at + literals), length);
    at += literals;
    length += literals;
    if (at === end) return length;
    if (at + 2 > end) return undefined;
    const distance = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    at += 2;
    let match = (token & 15) + 4;
    if (match === 19) {
      const rest = lengthRest(bytes, at, end);
      if (rest === undefined) return undefined;
      match += rest.length;
      at = rest.at;
    }
    if (distance === 0 || distance > length || length + match > BLOCK) return undefined;
    if (distance >= match) out.copyWithin(length, length - distance, length - distance + match);
    else for (let i = 0; i < match; i++) out[length + i] = out[length + i - distance] as number;
    length += match;
  }
  return undefined;
}
