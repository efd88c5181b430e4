/** The frame around compressed data of gzip. Source: RFC 1952, section 2.3. */
import { raw, record, u8, u32 } from '../bytes/layout.ts';

/** The fixed part; what the flags announce follows it. */
export const GZIP_HEADER = record('gzip header', 10, {
  magic: raw(0, 2), // 1f 8b
  method: u8(2), // 8: deflate
  flags: u8(3), // parts that follow: 02 a sum of the header, 04 extra fields, 08 a file name, 10 a comment
  mtime: u32(4), // of the file, seconds since 1970
  extraFlags: u8(8), // 2: the slowest way of compressing, 4: the fastest
  system: u8(9), // where the file came from; 3: Unix
});

/** What ends a stream, behind the deflate data. */
export const GZIP_TRAILER = record('gzip trailer', 8, {
  crc: u32(0), // of the expanded bytes
  size: u32(4), // of the expanded bytes, modulo 2^32
});

const DEFLATE = 8;
const [HEADER_SUM, EXTRA, NAME, COMMENT] = [0x02, 0x04, 0x08, 0x10];

/** Flags of header parts that Linux's gunzip() does not pass over: it knows a name only (lib/decompress_inflate.c). */
export const UNKNOWN_TO_LINUX = HEADER_SUM | EXTRA | COMMENT;

/** Bytes of the header with all its parts; undefined when it is damaged or cut off. */
export function gzipHeaderSize(bytes: Uint8Array): number | undefined {
  const header = GZIP_HEADER.decode(bytes);
  if (header?.magic[0] !== 0x1f || header.magic[1] !== 0x8b || header.method !== DEFLATE) return undefined;
  let at = GZIP_HEADER.size;
  if ((header.flags & EXTRA) !== 0) at += 2 + ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
  for (const text of [NAME, COMMENT]) {
    if ((header.flags & text) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    at = end + 1;
  }
  if ((header.flags & HEADER_SUM) !== 0) at += 2;
  return at <= bytes.length ? at : undefined;
}
