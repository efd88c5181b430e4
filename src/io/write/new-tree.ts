/** Writes many files into a new folder. */
import { closeSync, openSync, readdirSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../findings/failure.ts';
import { errnoOf, errnoWords } from '../errno.ts';
import { makeFolder } from './make-folder.ts';

export interface TreeItem {
  readonly kind: 'file' | 'folder';
  /** Relative, without `..`. */
  readonly path: string;
  /** Permission bits of a file. */
  readonly mode: number;
  readonly bytes: Uint8Array;
}

/**
 * Writes `items` below `root`, which must be new or empty: no link that someone put there can lead out of it then. Every file is new.
 * @throws Failure of kind `output`; what was written before stays
 */
export function writeTree(root: string, items: readonly TreeItem[]): void {
  let at = root;
  try {
    if (!isNewOrEmpty(root)) throw occupied(root);
    makeFolder(root);
    for (const { kind, path, mode, bytes } of items) {
      at = join(root, path);
      makeFolder(kind === 'folder' ? at : dirname(at));
      if (kind === 'file') writeNew(at, mode, bytes);
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure({
      kind: 'output',
      code: 'output/unwritable',
      where: at,
      message: `cannot be written: ${errnoWords(error)}`,
      advice: 'Remove the folder, make room or choose another place, and run the command again.',
    });
  }
}

function isNewOrEmpty(root: string): boolean {
  try {
    return readdirSync(root).length === 0;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return true;
    throw error;
  }
}

const occupied = (root: string): Failure =>
  new Failure({
    kind: 'output',
    code: 'output/occupied',
    where: root,
    message: 'is not empty',
    advice: 'Name a new or an empty folder.',
  });

function writeNew(path: string, mode: number, bytes: Uint8Array): void {
  // The owner can always read and remove what was extracted, whatever the archive says.
  const file = openSync(path, 'wx', mode | 0o600);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
  } finally {
    closeSync(file);
  }
}
