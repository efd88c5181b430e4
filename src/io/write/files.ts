/** Writes several files into a folder: each completely or not at all, none outside the folder, none over an existing one by default. */
import { lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../findings/failure.ts';
import { errnoWords } from '../errno.ts';
import { makeFolder } from './make-folder.ts';
import { writeAtomically } from './atomic.ts';

export interface FileToWrite {
  /** Below the folder, its parts separated by `/`. */
  readonly path: string;
  readonly parts: Iterable<Uint8Array>;
}

/** A name that is nothing but a name in every file system. */
const PLAIN = /^[\w][\w.+-]*$/;

/** Existing files that a refusal names. */
const NAMED = 3;

const failure = (where: string, code: string, message: string, advice: string): Failure =>
  new Failure({ kind: 'output', code, where, message, advice });

/**
 * Writes the files below `folder`, which is made if need be. Nothing is written when one of them must not be.
 * @throws Failure of kind `output`; files written before it stay
 */
export function writeFiles(folder: string, files: readonly FileToWrite[], overwrite: boolean): void {
  const existing = files.filter(({ path }) => isTaken(folder, path, overwrite)).map(({ path }) => path);
  if (existing.length > 0) {
    const more = existing.length > NAMED ? ` and ${existing.length - NAMED} more` : '';
    const names = `${existing.slice(0, NAMED).join(', ')}${more}`;
    const advice = 'Nothing was written. Name another folder, or allow it with --overwrite.';
    throw failure(folder, 'output/exists', `would overwrite ${names}`, advice);
  }
  const subfolders = new Set(files.map(({ path }) => path.split('/').slice(0, -1).join('/')));
  for (const subfolder of ['', ...subfolders]) makeOutputFolder(join(folder, subfolder));
  for (const { path, parts } of files) writeAtomically(join(folder, path), parts);
}

/** Whether something that may not be replaced stands at `path`; looks at every folder on the way there, too. */
function isTaken(folder: string, path: string, overwrite: boolean): boolean {
  const names = path.split('/');
  if (!names.every((name) => PLAIN.test(name))) throw new RangeError(`no name for a file to write: ${path}`);
  for (let depth = 1; depth < names.length; depth++) {
    const between = join(folder, ...names.slice(0, depth));
    const stat = statOf(between);
    if (stat === undefined) return false;
    if (stat.isDirectory()) continue;
    // Also a link to a folder: it may lead out of the one that was named.
    throw failure(between, 'output/no-folder', 'is no folder of its own', 'Remove it or name another folder.');
  }
  const stat = statOf(join(folder, path));
  return stat !== undefined && !(overwrite && stat.isFile());
}

/** What stands at `path` itself; undefined when nothing does. */
function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const advice = 'Nothing was written. Choose another place, and run the command again.';
    throw failure(path, 'output/unwritable', `cannot be looked at: ${errnoWords(error)}`, advice);
  }
}

function makeOutputFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    const advice = 'Nothing was written there. Choose another place, and run the command again.';
    throw failure(path, 'output/unwritable', `cannot be made: ${errnoWords(error)}`, advice);
  }
}
