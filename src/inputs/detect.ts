/** Recognises a format by the first bytes (for PE and tar, by a mark further on). Names matter only for text and for the kernel's vendor files. */
import { bcdDate } from '../bytes/bcd-date.ts';
import { looksLikeAmdPatch } from '../formats/amd/raw-patch.ts';
import type { BlobKind } from './blob.ts';
import { baseName } from './origin.ts';

export type Compression = 'gzip' | 'xz' | 'zstd' | 'lzma' | 'lz4' | 'lz4-frame' | 'bzip2' | 'lzo';

export type Content =
  | BlobKind
  | 'dat'
  | 'cpio'
  | 'cpio-foreign'
  | 'tar'
  | 'ar'
  | 'rpm'
  | 'pe'
  | Compression
  | 'unknown';

const dword = (bytes: Uint8Array, at: number): number =>
  at + 4 > bytes.length
    ? -1
    : ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24)) >>>
      0;

const text = (bytes: Uint8Array, at: number, length: number): string =>
  at < 0 || at + length > bytes.length
    ? ''
    : Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString('latin1');

/** First bytes, in file order, and what they announce. */
const MAGICS: readonly (readonly [magic: string, content: Content])[] = [
  ['DMA\0', 'amd-container'],
  ['RRAS', 'via'],
  ['070701', 'cpio'],
  ['070702', 'cpio'],
  ['070707', 'cpio-foreign'],
  ['!<arch>\n', 'ar'],
  ['\xed\xab\xee\xdb', 'rpm'],
  ['\x1f\x8b', 'gzip'],
  ['\xfd7zXZ\0', 'xz'],
  ['\x28\xb5\x2f\xfd', 'zstd'],
  ['\x5d\0\0', 'lzma'],
  ['\x02\x21\x4c\x18', 'lz4'],
  ['\x04\x22\x4d\x18', 'lz4-frame'],
  ['BZh', 'bzip2'],
  ['\x89LZO\0\r\n\x1a\n', 'lzo'],
];

/** Their first bytes, by which nearly all files of other devices are told. */
const FIRST = new Set<number | undefined>(MAGICS.map(([magic]) => magic.charCodeAt(0)));

const holds = (bytes: Uint8Array, magic: string, at = 0): boolean => {
  for (let i = 0; i < magic.length; i++) if (bytes[at + i] !== magic.charCodeAt(i)) return false;
  return true;
};

/**
 * Header version 1 and one more sign. A damaged update must still count as one, so that the parser can say what is wrong with it;
 * an In-Field-Scan image (version 2) counts when everything else fits, for the same reason.
 */
function looksIntel(bytes: Uint8Array): boolean {
  const version = dword(bytes, 0);
  if (version !== 1 && version !== 2) return false;
  const dated = bcdDate(dword(bytes, 8)).valid;
  const [loader, dataSize, totalSize] = [dword(bytes, 20), dword(bytes, 28), dword(bytes, 32)];
  // The file may be shorter than a header: sizes that are not there contradict nothing.
  const sized = loader === 1 && (dataSize <= 0 || totalSize > dataSize);
  return version === 1 ? dated || sized : dated && sized;
}

/** Offset of the "PE\0\0" signature is the dword at 0x3c. */
const looksPe = (bytes: Uint8Array): boolean => holds(bytes, 'MZ') && text(bytes, dword(bytes, 0x3c), 4) === 'PE\0\0';

/** POSIX and GNU tar; the older ones without a magic are not told from other bytes. */
const looksTar = (bytes: Uint8Array): boolean => holds(bytes, 'ustar', 257);

/**
 * Bytes from the start that are enough to tell every format: text may come with a banner of comments, and the header that tells a PE
 * image is where the first bytes point to.
 */
export const HEAD = 64 * 1024;

const DAT_START = /^(?:[ \t\v\f\r\n]*\/[^\n]*\n)*[ \t\v\f\r\n]*0[xX]0*1[ \t\v\f]*[,\r\n]/;

/** Whether Intel's text form may begin with this byte: a slash, 0 or white space. */
export const startsDat = (first: number | undefined): boolean =>
  first !== undefined && (first === 0x2f || first === 0x30 || first === 0x20 || (first >= 0x09 && first <= 0x0d));

/** Intel's text form: comment lines, then words of which the first is the header version. */
function looksDat(bytes: Uint8Array): boolean {
  return startsDat(bytes[0]) && DAT_START.test(text(bytes, 0, Math.min(bytes.length, HEAD)));
}

/** What the bytes are by themselves. */
export function detect(bytes: Uint8Array): Content {
  if (looksIntel(bytes)) return 'intel';
  if (FIRST.has(bytes[0])) for (const [magic, content] of MAGICS) if (holds(bytes, magic)) return content;
  if (looksPe(bytes)) return 'pe';
  if (looksTar(bytes)) return 'tar';
  if (looksLikeAmdPatch(bytes)) return 'amd-patch';
  return looksDat(bytes) ? 'dat' : 'unknown';
}

const VENDOR_FILES: Readonly<Record<string, BlobKind>> = {
  'GenuineIntel.bin': 'intel',
  'AuthenticAMD.bin': 'amd-container',
};

/**
 * What the bytes of the file called `name` are; the name decides only where the bytes do not. A loader goes by the vendor file's name whatever stands in it, so bytes that are
 * nothing known are given to that vendor's parser, which says what is wrong with them.
 */
export function detectNamed(bytes: Uint8Array, name: string): Content {
  const found = detect(bytes);
  if (found !== 'unknown') return found;
  return /\.dat$/i.test(name) ? 'dat' : (VENDOR_FILES[baseName(name)] ?? 'unknown');
}
