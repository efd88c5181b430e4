/** Writes to the output that a user names: a new file, an existing one, or a device. */
import { closeSync, existsSync, openSync, realpathSync, statSync } from 'node:fs';
import { Failure } from '../../findings/failure.ts';
import { errnoWords } from '../errno.ts';
import { writeAll, writeAtomically } from './atomic.ts';
import { removeLeftovers } from './temporary.ts';

/**
 * Writes `chunks` to `path`. A file is replaced whole or not at all, and where `path` is a link to one, the link stays; a device or a pipe
 * is never replaced, it is given the bytes as they come.
 * @throws Failure of kind `output`, or the one that making the chunks throws; a file is then untouched
 */
export function writeOutput(path: string, chunks: Iterable<Uint8Array>): void {
  if (isSink(path)) writeInto(path, chunks);
  else {
    const target = existsSync(path) ? realpathSync(path) : path;
    removeLeftovers(target);
    writeAtomically(target, chunks);
  }
}

/** Whether something stands at `path` that takes bytes and is no file that could be replaced. */
export function isSink(path: string): boolean {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat !== undefined && !stat.isFile() && !stat.isDirectory();
  } catch {
    // What cannot be looked at cannot be written to either, which says why.
    return false;
  }
}

function writeInto(path: string, chunks: Iterable<Uint8Array>): void {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'w');
    writeAll(fd, chunks);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const message = `cannot be written: ${errnoWords(error)}`;
    const advice = 'Choose another place, and run the command again.';
    throw new Failure({ kind: 'output', code: 'output/unwritable', where: path, message, advice });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
