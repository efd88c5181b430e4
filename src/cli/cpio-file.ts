import { type FileSource, openFileSource } from '../io/file-source.ts';
import { readHead } from '../io/read.ts';

/** newc archives, with and without checksums, start so. */
const MAGIC = Buffer.from('07070');

/** The file at `path` when it starts like an uncompressed initrd; undefined for anything else, folders included. */
export function cpioFile(path: string): FileSource | undefined {
  if (path === '-' || !MAGIC.equals(readHead(path, MAGIC.length))) return undefined;
  return openFileSource(path);
}
