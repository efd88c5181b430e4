import { type FileSource, openFileSource } from '../io/read/file-source.ts';
import { readHead } from '../io/read/read.ts';

/** The file at `path` when its first `size` bytes are as wanted; undefined for anything else, folders and standard input included. */
export function fileThat(
  path: string,
  size: number,
  isSelected: (path: string, head: Uint8Array) => boolean,
): FileSource | undefined {
  return path !== '-' && isSelected(path, readHead(path, size)) ? openFileSource(path) : undefined;
}
