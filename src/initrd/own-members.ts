/** Members that this program writes, with the stamp by which it recognises them. */
import { DIRECTORY, type NewcHeader, REGULAR } from '../formats/cpio/newc.ts';
import type { NewcEntry } from '../formats/cpio/write.ts';

/** The device number that iucode_tool and gen_init_cpio write. */
const DEVICE = { devmajor: 3, devminor: 1 } as const;

export const folderEntry = (name: string): NewcEntry => ({ name, mode: DIRECTORY | 0o755, nlink: 2 });

export const fileEntry = (name: string, data: readonly Uint8Array[]): NewcEntry => ({
  name,
  mode: REGULAR | 0o644,
  nlink: 1,
  data,
});

/** The entries with one time and consecutive inode numbers: equal ones would count as hard links. */
export const stamped = (entries: readonly NewcEntry[], firstInode: number, mtime: number): NewcEntry[] =>
  entries.map((entry, index) => ({ ...entry, ...DEVICE, ino: firstInode + index, mtime }));

/** Whether all headers of an archive carry the stamp that `stamped` gives from inode 1 on. */
export function isStamped(headers: Iterable<NewcHeader>): boolean {
  let inode = 0;
  for (const { ino, devmajor, devminor, uid, gid } of headers) {
    inode += 1;
    if (ino !== inode || devmajor !== DEVICE.devmajor || devminor !== DEVICE.devminor || uid + gid > 0) return false;
  }
  return inode > 0;
}

/** A member's name as the unpacker means it: `./kernel/` and `/kernel` are `kernel`. */
export const plainPath = (name: string): string => name.replace(/^(?:\.?\/+)+/, '').replace(/\/+$/, '');

/** The folders above a path, outermost first. */
export function foldersAbove(name: string): string[] {
  const parts = name.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
