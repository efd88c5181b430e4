/**
 * Which files of a folder are microcode. A firmware tree has thousands of files of other devices, so a file counts as microcode when its
 * name, its place or its first bytes say so; everything else is passed over.
 */
import { resolve } from 'node:path';
import { detect, startsDat } from './detect.ts';
import { firmwareName, spelledFields } from './firmware-name.ts';

/** What compressors append to a firmware file's name. */
const COMPRESSED = /\.(?:gz|xz|zst)$/;

/** Folders that hold nothing but microcode: those of the kernel's firmware loader, of Intel's releases, of the early archive. */
const PLACE = /(?:^|\/)(?:intel-ucode(?:-with-caveats)?|amd-ucode|kernel\/x86\/microcode)$/;

/** Updates that Intel keeps apart because they need care: `intel-ucode-with-caveats`. */
export const CAVEATS = /-with-caveats$/;

/** Whether the folder at `path` is one of microcode by its place in a tree. */
export const isMicrocodePlace = (path: string): boolean => PLACE.test(resolve(path));

/** Whether a file of this name is microcode: it is then an error when it cannot be read as such. */
export function namesMicrocode(name: string): boolean {
  const plain = name.replace(COMPRESSED, '');
  const { kind } = firmwareName(plain);
  return (
    kind === 'intel' || kind === 'amd' || kind === 'early' || spelledFields(plain) !== undefined || DAT.test(plain)
  );
}

const DAT = /^microcode.*\.dat$/i;

/** Names of compressed files that are worth expanding for what they may hold. */
const COMPRESSED_ARCHIVE = /\.(?:tar|cpio)\.|\.t(?:gz|xz|zst)$|initr(?:d|amfs)/i;

/** Bytes from the start that tell whether more of a file has to be looked at: what precedes the magic of a tar archive, and that. */
export const FIRST_BYTES = 512;

const mayBeDat = (head: Uint8Array): boolean =>
  startsDat(head[0]) &&
  /^[ \t\v\f\r\n]*(?:\/|0[xX]0*1[ \t\v\f]*[,\r\n])/.test(Buffer.from(head.subarray(0, 64)).toString('latin1'));

/** Whether more of the file has to be looked at to tell a PE image: what tells it may stand further on. */
export const mayBePe = (head: Uint8Array): boolean => head[0] === 0x4d && head[1] === 0x5a;

/** Whether a file of no telling name or place may still hold microcode, by its first `FIRST_BYTES` bytes. */
export function mayHoldMicrocode(name: string, head: Uint8Array): boolean {
  switch (detect(head)) {
    case 'intel':
    case 'amd-container':
    case 'amd-patch':
    case 'via':
    case 'cpio':
    case 'cpio-foreign':
    case 'tar':
    case 'ar':
    case 'rpm':
    case 'pe':
    case 'dat':
      return true;
    case 'gzip':
    case 'xz':
    case 'zstd':
    case 'lzma':
    case 'lz4':
    case 'lz4-frame':
    case 'bzip2':
    case 'lzo':
      return COMPRESSED_ARCHIVE.test(name);
    case 'unknown':
      return mayBePe(head) || mayBeDat(head);
  }
}
