import { type ArchiveSegment, membersOf } from '../../formats/cpio/read.ts';
import { plainPath } from '../own-members.ts';

/** Where early loaders look (microcode, ACPI tables), and the file by which dracut marks its early archive. */
const EARLY = /^(?:\.?|kernel(?:\/.*)?|early_cpio)$/s;

/** Whether an archive holds nothing but files for early loaders; any other is part of the main initrd. */
export function isEarlyArchive(bytes: Uint8Array, archive: ArchiveSegment): boolean {
  for (const { name } of membersOf(bytes, archive)) if (!EARLY.test(plainPath(name))) return false;
  return true;
}
