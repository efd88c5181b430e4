import { type ArchiveSegment, membersOf } from '../../formats/cpio/read.ts';
import { REGULAR, TYPE_MASK } from '../../formats/cpio/newc.ts';
import { plainPath } from '../own-members.ts';

/** Where early loaders look (microcode, ACPI tables), and the file by which dracut and mkinitcpio mark their early archive. */
const EARLY = /^(?:kernel\/.*|early_cpio)$/s;

/** Whether an archive holds no files but those for early loaders; any other is part of the main initrd. Folders and links tell nothing. */
export function isEarlyArchive(bytes: Uint8Array, archive: ArchiveSegment): boolean {
  for (const { name, header } of membersOf(bytes, archive)) {
    if ((header.mode & TYPE_MASK) === REGULAR && !EARLY.test(plainPath(name))) return false;
  }
  return true;
}
