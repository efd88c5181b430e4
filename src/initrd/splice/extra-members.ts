import { type Finding, finding } from '../../findings/finding.ts';
import { FIELD_LIMIT, layoutNewc, newcChunks } from '../../formats/cpio/write.ts';
import { fileEntry, folderEntry, foldersAbove, stamped } from '../own-members.ts';
import { EARLY_FOLDER } from '../../loaders/early-paths.ts';

/** A member for the early part of an initrd that is no microcode: an ACPI table, firmware. */
export interface ExtraMember {
  /** Path without a leading `/` or `./`. */
  readonly name: string;
  readonly data: readonly Uint8Array[];
}

/** What is wrong with the names and sizes of further members. */
export function extraRefusals(extra: readonly ExtraMember[]): Finding[] {
  const seen = new Set<string>();
  return extra.flatMap(({ name, data }) => {
    const path = name;
    const at = { offset: 0 };
    const size = data.reduce((sum, part) => sum + part.length, 0);
    if (size > FIELD_LIMIT) {
      return [finding('initrd/payload-too-large', at, { path, found: size, expected: FIELD_LIMIT })];
    }
    const repeated = seen.has(name);
    seen.add(name);
    return repeated || !isPlain(name) ? [finding('initrd/extra-name', at, { found: name })] : [];
  });
}

const isPlain = (name: string): boolean =>
  name.split('/').every((part) => part !== '' && part !== '.' && part !== '..') &&
  !name.includes('\0') &&
  name !== 'TRAILER!!!' &&
  name !== EARLY_FOLDER &&
  !name.startsWith(`${EARLY_FOLDER}/`);

/** An archive of the further members and the folders above them; nothing when there are none. */
export function extraArchive(extra: readonly ExtraMember[], mtime: number): Iterable<Uint8Array> {
  if (extra.length === 0) return [];
  const folders = new Set(extra.flatMap(({ name }) => foldersAbove(name)));
  const files = extra.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const entries = [...[...folders].sort().map(folderEntry), ...files.map(({ name, data }) => fileEntry(name, data))];
  return newcChunks(layoutNewc(stamped(entries, 1, mtime)));
}
