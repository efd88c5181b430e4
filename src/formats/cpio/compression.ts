/** What a segment that is no archive is packed with, by its first bytes. */
export interface Compression {
  readonly name: 'gzip' | 'bzip2' | 'lzma' | 'xz' | 'lzo' | 'lz4' | 'zstd' | 'lz4-frame';
  /** Whether Linux has a decompressor for it (lib/decompress.c looks at the first two bytes only). */
  readonly kernel: boolean;
}

const KERNEL: readonly (readonly [number, Compression['name']])[] = [
  [0x1f8b, 'gzip'],
  [0x1f9e, 'gzip'],
  [0x425a, 'bzip2'],
  [0x5d00, 'lzma'],
  [0xfd37, 'xz'],
  [0x894c, 'lzo'],
  [0x0221, 'lz4'],
  [0x28b5, 'zstd'],
];

/** The lz4 frame format, which the kernel lacks: it takes the legacy format only. */
const LZ4_FRAME = 0x0422;

/** The compression whose magic `bytes` start with; undefined for none. */
export function compressionOf(bytes: Uint8Array): Compression | undefined {
  if (bytes.length < 2) return undefined;
  const magic = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  const known = KERNEL.find(([value]) => value === magic);
  if (known !== undefined) return { name: known[1], kernel: true };
  return magic === LZ4_FRAME && bytes[2] === 0x4d && bytes[3] === 0x18
    ? { name: 'lz4-frame', kernel: false }
    : undefined;
}
