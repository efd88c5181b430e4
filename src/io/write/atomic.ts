/**
 * Writes files so that nothing existing is ever lost: a temporary file next to the target, fsync, rename.
 * Whatever happens before the rename leaves the target as it was.
 */
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../../findings/failure.ts';
import { backgroundFlush } from './background-flush.ts';
import { errnoOf, errnoWords } from '../errno.ts';
import { forget, removeIfInterrupted, removeQuietly, temporaryName } from './temporary.ts';

/** Permission bits of the file that is replaced, or undefined when there is none. */
function existingMode(path: string): number | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : stat.mode & 0o7777;
}

function writeFully(fd: number, chunk: Uint8Array): void {
  let at = 0;
  while (at < chunk.length) {
    try {
      at += writeSync(fd, chunk, at, chunk.length - at);
    } catch (error) {
      // A pipe that someone else made non-blocking is full: let its reader catch up.
      if (errnoOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

/** What else is done on the way to an atomic write. */
export interface WriteSteps {
  /** Given the empty temporary file: sets what belongs to it beside its bytes. */
  readonly dress?: (temporary: string) => void;
  /** Called when all is written, before the target is replaced; what it throws stops the write. */
  readonly confirm?: () => void;
}

/**
 * Writes `chunks` to `path`, all or nothing: into a file beside it, which is flushed and then takes its name. An existing file keeps its
 * permissions.
 * @returns bytes written
 * @throws Failure of kind `output` (code `output/unwritable`) for whatever goes wrong, a Failure from the chunks or the steps excepted, which passes; the target is then untouched
 */
export function writeAtomically(path: string, chunks: Iterable<Uint8Array>, steps: WriteSteps = {}): number {
  const temporary = temporaryName(path);
  const flush = backgroundFlush(temporary);
  let fd: number | undefined;
  let length = 0;
  try {
    const mode = existingMode(path);
    fd = openSync(temporary, 'wx', 0o666);
    removeIfInterrupted(temporary);
    if (mode !== undefined) fchmodSync(fd, mode);
    steps.dress?.(temporary);
    for (const chunk of chunks) {
      writeFully(fd, chunk);
      length += chunk.length;
      flush.wrote(chunk.length);
    }
    fsyncSync(fd);
    closeSync(fd);
    fd = undefined;
    steps.confirm?.();
    renameSync(temporary, path);
    forget(temporary);
    syncFolder(dirname(path));
    return length;
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    if (forget(temporary)) removeQuietly(temporary);
    if (error instanceof Failure) throw error;
    throw new Failure({
      kind: 'output',
      code: 'output/unwritable',
      where: path,
      message: `cannot be written: ${errnoWords(error)}`,
      advice: 'Nothing was changed. Make room or choose another place, and run the command again.',
    });
  } finally {
    flush.end();
  }
}

/** Makes the rename itself durable; some file systems do not allow it, which is no failure of the write. */
function syncFolder(folder: string): void {
  let fd: number | undefined;
  try {
    fd = openSync(folder, 'r');
    fsyncSync(fd);
  } catch {
    // The data is on disk; only the name could be lost with a crash of the machine right now.
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Writes `chunks` to the open file `fd`, such as 1 for standard output. */
export function writeAll(fd: number, chunks: Iterable<Uint8Array>): void {
  for (const chunk of chunks) writeFully(fd, chunk);
}
