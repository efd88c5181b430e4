import { type FileSource, openFileSource } from '../io/file-source.ts';
import { readHead } from '../io/read.ts';

/** The file at `path` when its first `size` bytes are as wanted; undefined for anything else, folders and standard input included. */
export function fileThat(
  path: string,
  size: number,
  isWanted: (path: string, head: Uint8Array) => boolean,
): FileSource | undefined {
  return path !== '-' && isWanted(path, readHead(path, size)) ? openFileSource(path) : undefined;
}
