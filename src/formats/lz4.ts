/**
 * The legacy lz4 format, which is the one that Linux takes for an initrd (lib/decompress_unlz4.c).
 * Source: lz4 project, doc/lz4_Frame_format.md "Legacy frame" and doc/lz4_Block_format.md.
 */
import { u32 } from '../bytes/layout.ts';
import { corrupt, cutOff, endAt, type StreamEnd } from './stream-end.ts';

const MAGIC = 0x184c2102;
/** Bytes that one block expands to at most. */
const BLOCK = 8 * 1024 * 1024;

const word = u32(0);

/**
 * The expanded blocks in turn, each a buffer of its own; returns where the stream ends. It has no mark for that: as for Linux from 5.14 on,
 * it is over at the end of the data, at fewer than 4 bytes and at 4 zeros; any other bytes are the size of one more block, and the magic number
 * starts another stream without ending this one.
 */
export function* lz4LegacyBlocks(bytes: Uint8Array): Generator<Uint8Array, StreamEnd> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // One buffer for all blocks: a block of five bytes may claim the room of a full one.
  const room = new Uint8Array(BLOCK);
  let at = 0;
  while (at + 4 <= bytes.length) {
    const size = word.read(view, at);
    if (size === 0) break;
    at += 4;
    if (size === MAGIC) continue;
    const length = expandBlock(bytes, at, Math.min(at + size, bytes.length), room);
    if (length === undefined) return corrupt(`at ${at} a block of ${size} bytes cannot be expanded`);
    if (at + size > bytes.length || length === 'cut-off') return cutOff(`at ${at} a block of ${size} bytes`);
    yield room.slice(0, length);
    at += size;
  }
  return endAt(at);
}

/** Lengths of 15 and more go on in further bytes, up to the first that is not 255. */
function lengthRest(
  bytes: Uint8Array,
  at: number,
  end: number,
): { length: number; at: number } | 'cut-off' | undefined {
  let length = 0;
  let next = at;
  for (;;) {
    if (next >= end) return 'cut-off';
    const byte = bytes[next++] as number;
    length += byte;
    if (byte !== 255) return { length, at: next };
    if (length > BLOCK) return undefined;
  }
}

/**
 * Sequences of literals and of matches in what was written before; the last one has literals only.
 * Returns how many bytes were written to `out`; undefined for what is no block, `cut-off` when it would go on behind its end.
 */
function expandBlock(bytes: Uint8Array, start: number, end: number, out: Uint8Array): number | 'cut-off' | undefined {
  let at = start;
  let length = 0;
  while (at < end) {
    const token = bytes[at++] as number;
    let literals = token >> 4;
    if (literals === 15) {
      const rest = lengthRest(bytes, at, end);
      if (typeof rest !== 'object') return rest;
      literals += rest.length;
      at = rest.at;
    }
    if (length + literals > BLOCK) return undefined;
    if (at + literals > end) return 'cut-off';
    out.set(bytes.subarray(at, at + literals), length);
    at += literals;
    length += literals;
    if (at === end) return length;
    if (at + 2 > end) return 'cut-off';
    const distance = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    at += 2;
    let match = (token & 15) + 4;
    if (match === 19) {
      const rest = lengthRest(bytes, at, end);
      if (typeof rest !== 'object') return rest;
      match += rest.length;
      at = rest.at;
    }
    if (distance === 0 || distance > length || length + match > BLOCK) return undefined;
    if (distance >= match) out.copyWithin(length, length - distance, length - distance + match);
    else for (let i = 0; i < match; i++) out[length + i] = out[length + i - distance] as number;
    length += match;
  }
  return 'cut-off';
}
