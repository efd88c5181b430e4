/** Where Linux's decompressors stop although a complete decompressor would go on, and what they say (lib/decompress_*.c). */
import type { Compression } from '../formats/cpio/compression.ts';
import { GZIP_HEADER, UNKNOWN_TO_LINUX } from '../formats/gzip.ts';
import type { StreamDamage } from '../formats/stream-end.ts';
import { xzUnknownToLinux } from '../formats/xz.ts';

export type DecoderError =
  | 'uncompression error'
  | 'read error'
  | 'XZ-compressed data is corrupt'
  | 'Input was encoded with settings that are not supported by this XZ decoder'
  | 'ZSTD-compressed data is truncated'
  | 'Decoding failed';

/** Bytes in which the headers of a stream stand. */
export const STREAM_HEAD = 1024;

/** What Linux makes of a sound stream, as far as its first headers tell. */
export type Taking =
  | { readonly kind: 'takes' }
  | { readonly kind: 'refuses'; readonly error: DecoderError }
  /** It goes astray; where it ends up is chance. */
  | { readonly kind: 'misreads'; readonly why: string };

const TAKES: Taking = { kind: 'takes' };

/** @param head the first `STREAM_HEAD` bytes of the stream */
export function takenByLinux(compression: Compression['name'], head: Uint8Array): Taking {
  switch (compression) {
    case 'gzip':
      return ((GZIP_HEADER.decode(head)?.flags ?? 0) & UNKNOWN_TO_LINUX) === 0
        ? TAKES
        : { kind: 'misreads', why: 'its gzip header has more than a file name, which Linux takes for compressed data' };
    case 'xz':
      return xzUnknownToLinux(head)
        ? {
            kind: 'refuses',
            error: 'Input was encoded with settings that are not supported by this XZ decoder',
          }
        : TAKES;
    case 'zstd':
    case 'lz4':
    case 'lz4-frame':
    case 'lzma':
    case 'bzip2':
    case 'lzo':
      return TAKES;
  }
}

const SAYS: Partial<Record<Compression['name'], Partial<Record<StreamDamage, DecoderError>>>> = {
  gzip: { 'cut-off': 'read error', corrupt: 'uncompression error' },
  xz: { 'cut-off': 'XZ-compressed data is corrupt', corrupt: 'XZ-compressed data is corrupt' },
  zstd: { 'cut-off': 'ZSTD-compressed data is truncated' },
  // A block that is cut off it would read on behind the end of the initrd.
  lz4: { corrupt: 'Decoding failed' },
};

/** What Linux says of a damaged stream; undefined where that cannot be told. */
export const decoderError = (
  compression: Compression['name'],
  damage: StreamDamage | 'other' | null,
): DecoderError | undefined => (damage === null || damage === 'other' ? undefined : SAYS[compression]?.[damage]);
