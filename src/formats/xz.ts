/** What the first headers of an .xz file ask of a decoder. Source: "The .xz File Format" 1.2.1, sections 2.1.1 and 3.1. */
import { raw, record, u8 } from '../bytes/layout.ts';

/** The first bytes of the file; a CRC32 of the flags ends it. */
export const STREAM_HEADER = record('xz stream header', 12, {
  magic: raw(0, 6), // fd 37 7a 58 5a 00
  flags: raw(6, 2), // the id of the check in bits 3:0 of the second byte
});

/** The start of the first block's header. */
export const BLOCK_HEADER = record('xz block header', 3, {
  size: u8(0), // (bytes / 4) - 1; 0 is the index of an empty stream
  flags: u8(1), // number of filters - 1 in bits 1:0, sizes present in bits 7:6
  firstFilter: u8(2), // id of the first filter, when no sizes are present; 0x21: LZMA2
});

const SHA256 = 0x0a;
const LZMA2 = 0x21;
const SIZES_PRESENT = 0xc0;

/** The part of the file that small decoders (XZ Embedded without its options) lack; undefined for none. */
export function xzNeeds(bytes: Uint8Array): string | undefined {
  if (((STREAM_HEADER.decode(bytes)?.flags[1] ?? 0) & 0x0f) === SHA256) return 'a sha256 check';
  const block = BLOCK_HEADER.decode(bytes, STREAM_HEADER.size);
  if (block === undefined || block.size === 0) return undefined;
  const alone = (block.flags & 3) === 0 && ((block.flags & SIZES_PRESENT) !== 0 || block.firstFilter === LZMA2);
  return alone ? undefined : 'a filter besides LZMA2';
}
