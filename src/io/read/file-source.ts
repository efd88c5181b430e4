/** A file read by position, so that what is larger than memory can be taken apart. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import type { ByteSource } from '../../bytes/source.ts';
import { Failure } from '../../findings/failure.ts';
import { errnoWords } from '../errno.ts';

export interface FileSource extends ByteSource {
  /** @throws Failure when the file at the path is no longer the one that was opened, or was written to. */
  confirm(): void;
  close(): void;
}

/** Bytes kept at hand: headers of one archive stand close together. */
const WINDOW = 1 << 18;

const unreadable = (path: string, message: string): Failure =>
  new Failure({
    kind: 'input',
    code: 'input/unreadable',
    where: path,
    message,
    advice: 'Check the path and its permissions, and that nothing else writes to the file.',
  });

const sameFile = (a: Stats, b: Stats): boolean =>
  a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;

/** The times of a file have steps of milliseconds, in which much can happen; its number tells whether another one took its name. */
function standsAt(path: string, { ino, dev }: Stats): boolean {
  const now = statSync(path, { throwIfNoEntry: false });
  return now !== undefined && now.ino === ino && now.dev === dev;
}

/**
 * Opens a regular file as a source.
 * @throws Failure of kind `input` when it cannot be opened or is not a regular file; reading throws it too.
 */
export function openFileSource(path: string): FileSource {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    throw unreadable(path, `cannot be read: ${errnoWords(error)}`);
  }
  const opened = fstatSync(file);
  if (!opened.isFile()) {
    closeSync(file);
    throw unreadable(path, 'is not a regular file');
  }
  let window = new Uint8Array(new ArrayBuffer(WINDOW));
  let start = 0;
  let filled = 0;
  const fill = (offset: number, length: number): void => {
    if (length > window.length) window = new Uint8Array(new ArrayBuffer(length));
    start = offset;
    filled = 0;
    const wanted = Math.min(window.length, opened.size - offset);
    while (filled < wanted) {
      const count = readFully(file, path, window, filled, wanted - filled, offset + filled);
      filled += count;
    }
  };
  return {
    size: opened.size,
    view(offset, length) {
      const end = Math.min(offset + length, opened.size);
      if (offset >= end) return window.subarray(0, 0);
      if (offset < start || end > start + filled) fill(offset, end - offset);
      return window.subarray(offset - start, end - start);
    },
    confirm() {
      if (!sameFile(opened, fstatSync(file)) || !standsAt(path, opened))
        throw unreadable(path, 'changed while it was read');
    },
    close: () => closeSync(file),
  };
}

function readFully(file: number, path: string, into: Uint8Array, at: number, length: number, position: number): number {
  let count: number;
  try {
    count = readSync(file, into, at, length, position);
  } catch (error) {
    throw unreadable(path, `cannot be read: ${errnoWords(error)}`);
  }
  if (count === 0) throw unreadable(path, 'became shorter while it was read');
  return count;
}

/** `length` bytes at `offset` of a file or device, such as a register of /dev/cpu/0/msr; undefined when they cannot be had. */
export function readAt(path: string, offset: number, length: number): Uint8Array | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return undefined;
  }
  try {
    const bytes = new Uint8Array(length);
    return readSync(file, bytes, 0, length, offset) === length ? bytes : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
