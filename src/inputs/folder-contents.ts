/** What a folder holds, by the first bytes of its files. */
import { readFirst } from '../io/read/read.ts';
import { detect } from './detect.ts';
import { folderItems } from './folder.ts';
import { FIRST_BYTES, mayBePe } from './microcode-file.ts';
import { baseName } from './origin.ts';

export type FolderFileKind = 'updates' | 'initrd' | 'efi' | 'package' | 'other';

export interface FolderContents {
  /** How many files there are of each kind. */
  readonly counts: Readonly<Record<FolderFileKind, number>>;
  /** The first file of each kind. */
  readonly first: Readonly<Partial<Record<FolderFileKind, string>>>;
}

/** Counts the files in the folder at `path` and its subfolders by kind; each costs one read of a few bytes. */
export function folderContents(path: string): FolderContents {
  const counts: Record<FolderFileKind, number> = { updates: 0, initrd: 0, efi: 0, package: 0, other: 0 };
  const first: Partial<Record<FolderFileKind, string>> = {};
  for (const item of folderItems(path, { recursive: true, withoutCaveats: false })) {
    const read = item.kind === 'file' ? readFirst(item.path, FIRST_BYTES) : undefined;
    const kind = read?.kind === 'bytes' ? kindOf(item.path, read.bytes) : 'other';
    counts[kind] += 1;
    first[kind] ??= item.path;
  }
  return { counts, first };
}

/** Names of initrds, as distributions give them. */
const INITRD_NAME = /initr/i;

function kindOf(path: string, head: Uint8Array): FolderFileKind {
  switch (detect(head)) {
    case 'intel':
    case 'amd-container':
    case 'amd-patch':
    case 'via':
    case 'dat':
      return 'updates';
    case 'cpio':
    case 'cpio-foreign':
      return 'initrd';
    case 'tar':
    case 'ar':
    case 'rpm':
      return 'package';
    case 'gzip':
    case 'xz':
    case 'zstd':
    case 'lzma':
    case 'lz4':
    case 'lz4-frame':
    case 'bzip2':
    case 'lzo':
      return INITRD_NAME.test(baseName(path)) ? 'initrd' : 'other';
    case 'pe':
      return 'efi';
    case 'unknown':
      return mayBePe(head) ? 'efi' : 'other';
  }
}
