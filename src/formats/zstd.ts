/** The frame of zstd, followed from header to header without expanding it. Source: RFC 8878, section 3.1. */
import { corrupt, cutOff, endAt, type StreamEnd } from './stream-end.ts';

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
/** Bytes of the dictionary id by bits 1:0 of the descriptor, and of the content size by bits 7:6. */
const DICTIONARY_BYTES = [0, 1, 2, 4];
const CONTENT_BYTES = [0, 2, 4, 8];
const SINGLE_SEGMENT = 0x20;
const CHECKSUM = 0x04;
/** Block types in bits 2:1 of a block header: one byte repeated, and the one that is reserved. */
const REPEATED = 1;
const RESERVED = 3;

/** Where the frame ends that `bytes` start with. */
export function zstdFrameEnd(bytes: Uint8Array): StreamEnd {
  const descriptor = bytes[MAGIC.length];
  if (descriptor === undefined) return cutOff('its header');
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) return corrupt('its magic number is wrong');
  const single = (descriptor & SINGLE_SEGMENT) !== 0;
  const contentBytes = CONTENT_BYTES[descriptor >> 6] ?? 0;
  let at = MAGIC.length + 1 + (single ? 0 : 1);
  at += (DICTIONARY_BYTES[descriptor & 3] ?? 0) + (contentBytes === 0 && single ? 1 : contentBytes);
  for (let last = false; !last;) {
    if (at + 3 > bytes.length) return cutOff('a block header');
    const header = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
    const type = (header >> 1) & 3;
    if (type === RESERVED) return corrupt('a block of a reserved type');
    last = (header & 1) !== 0;
    at += 3 + (type === REPEATED ? 1 : header >> 3);
    if (at > bytes.length) return cutOff('a block');
  }
  if ((descriptor & CHECKSUM) !== 0) at += 4;
  return at <= bytes.length ? endAt(at) : cutOff('its checksum');
}
