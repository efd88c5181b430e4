/**
 * A lock beside a file, so that of two runs that change it the second waits: a file that is created exclusively and names its owner. A lock
 * whose owner has ended, because it was killed or the machine went down, is taken away.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  realpathSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../findings/failure.ts';
import { errnoOf, errnoWords } from '../errno.ts';
import { type LockOwner, type OwnerState, parseOwner, stateOf, thisProcess } from './lock-owner.ts';
import { isSink } from './output.ts';
import { forget, removeIfInterrupted, removeQuietly } from './temporary.ts';

export interface LockOptions {
  /** Milliseconds to wait for another run. */
  readonly patience: number;
  /** Called once when there is another run to wait for, with words for it. */
  readonly onWait?: (holder: string) => void;
}

export interface Lock {
  /** Takes the lock away; does nothing the second time. */
  release(): void;
}

const NO_LOCK: Lock = { release: () => undefined };

/** Milliseconds between two looks at the lock of another run. */
const BETWEEN = 40;

/** The file that is written when `path` is: what a link leads to. */
export function realTarget(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const folder = dirname(path);
  return existsSync(folder) ? join(realpathSync(folder), basename(path)) : path;
}

/** Where the lock of a file stands. */
export const lockPath = (path: string): string => {
  const target = realTarget(path);
  return join(dirname(target), `.${basename(target)}.ucodekit-lock`);
};

/** What makes this lock another one than any of the same process before. */
const lockText = (): string => `${JSON.stringify({ ...thisProcess(), made: process.hrtime.bigint().toString(36) })}\n`;

/**
 * Locks the file at `path`, which need not exist. Devices and pipes are not locked, nor is anything where no file can be made: the write will
 * fail there.
 * @throws Failure of kind `output` (code `output/busy`) when another run holds the lock for longer than the patience lasts
 */
export async function lockFile(path: string, { patience, onWait }: LockOptions): Promise<Lock> {
  if (isSink(path)) return NO_LOCK;
  const lock = lockPath(path);
  const text = lockText();
  const start = performance.now();
  let told = false;
  for (;;) {
    const made = makeLock(lock, text);
    if (made === 'made') return heldLock(lock, text);
    if (made === 'impossible') return NO_LOCK;
    const found = readLock(lock);
    if (found === undefined) continue;
    const owner = parseOwner(found);
    const state = stateOf(owner);
    if (state === 'ended' && removeStale(lock, found)) continue;
    if (performance.now() - start >= patience) throw busy(path, lock, owner, state);
    if (!told && state !== 'ended') {
      told = true;
      onWait?.(holderOf(owner));
    }
    await new Promise((resolve) => setTimeout(resolve, BETWEEN));
  }
}

/** Why a file cannot be made, where it is the write that will say so. */
const WRITE_SAYS_SO = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP']);

function makeLock(lock: string, text: string): 'made' | 'taken' | 'impossible' {
  let fd: number | undefined;
  try {
    fd = openSync(lock, 'wx', 0o644);
    removeIfInterrupted(lock);
    writeSync(fd, text);
    return 'made';
  } catch (error) {
    const code = errnoOf(error) ?? '';
    if (fd === undefined && code === 'EEXIST') return 'taken';
    if (fd !== undefined && forget(lock)) removeQuietly(lock);
    if (fd === undefined && WRITE_SAYS_SO.has(code)) return 'impossible';
    throw new Failure({
      kind: 'output',
      code: 'output/unwritable',
      where: lock,
      message: `cannot be written: ${errnoWords(error)}`,
      advice: 'Nothing was changed. Make room or choose another place, and run the command again.',
    });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Bytes of a lock that are read; one of this program has 200. */
const LOCK_LIMIT = 4096;

/** The text of a lock, empty when it is no file that could be one; undefined when there is none any more. */
function readLock(lock: string): string | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(lock, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const stat = fstatSync(fd);
    return stat.isFile() && stat.size <= LOCK_LIMIT ? readFileSync(fd, 'utf8') : '';
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? undefined : '';
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Stands for as long as a stale lock is taken away, so that only one run does it and none takes away the lock of the next owner. */
const remover = (lock: string): string => `${lock}.stale`;

/** Takes away a lock that still has the text by which it was found stale. @returns whether it is gone */
function removeStale(lock: string, text: string): boolean {
  const mark = remover(lock);
  if (makeLock(mark, lockText()) !== 'made') return false;
  try {
    if (readLock(lock) === text) unlinkSync(lock);
    return true;
  } catch {
    return false;
  } finally {
    forget(mark);
    removeQuietly(mark);
  }
}

function heldLock(lock: string, text: string): Lock {
  return {
    release() {
      if (forget(lock) && readLock(lock) === text) removeQuietly(lock);
    },
  };
}

const holderOf = (owner: LockOwner | undefined): string =>
  owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`;

function busy(path: string, lock: string, owner: LockOwner | undefined, state: OwnerState): Failure {
  const failure = (message: string, advice: string): Failure =>
    new Failure({
      kind: 'output',
      code: 'output/busy',
      where: path,
      message,
      advice: `Nothing was written. ${advice}`,
    });
  switch (state) {
    case 'runs':
      return failure(`is being written by ${holderOf(owner)}`, 'Run the command again when that has ended.');
    case 'ended':
      return failure(
        `is locked by ${holderOf(owner)}, which has ended, and the lock could not be removed`,
        `Delete ${lock} and ${remover(lock)}, and run the command again.`,
      );
    case 'unknown':
      return failure(
        `is locked by ${holderOf(owner)}; whether that still runs cannot be told from here`,
        `Make sure that it has ended, delete ${lock}, and run the command again.`,
      );
  }
}
