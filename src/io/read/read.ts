/**
 * Reads whole files, standard input and folders. Failures are values: the caller makes a finding of them.
 * Synchronous on purpose: 126 files in sequence take a third of the time that promises take.
 */
import { summingMemory } from '../../bytes/summing-memory.ts';
import { errnoOf, errnoWords } from '../errno.ts';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, type Dirent, type Stats } from 'node:fs';

export type ReadResult =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'folder' }
  | { readonly kind: 'failure'; readonly reason: string }
  | { readonly kind: 'too-large'; readonly limit: number };

/** Where bytes are read into. */
export interface ReadBuffer {
  /** At least `size` bytes, starting at a multiple of 8; what it held up to `keep` is still there. */
  room(size: number, keep: number): Uint8Array;
}

/** Where a reused buffer starts. */
const START = 2 * 1024 * 1024;
const CHUNK = 1024 * 1024;
/** One call reads less than 2 GiB. */
const MOST = 1024 * 1024 * 1024;

// Without O_NONBLOCK the open of a pipe that nobody writes to would hang.
const OPEN = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

// Pages that are never touched cost nothing, and bytes that were read overwrite what was there before.
const unzeroed = (size: number): Uint8Array => new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);

function growing(start: number, reuse: boolean): ReadBuffer {
  let bytes = unzeroed(start);
  return {
    room(size, keep) {
      if (size > bytes.length) {
        const larger = unzeroed(reuse ? Math.max(size, bytes.length * 2) : size);
        larger.set(bytes.subarray(0, keep));
        bytes = larger;
      }
      return bytes;
    },
  };
}

/** A buffer for many files in turn: each read overwrites the bytes of the one before. Checksums over its bytes are the fastest. */
export const reusedBuffer = (): ReadBuffer => summingMemory() ?? growing(START, true);

const freshBuffer = (): ReadBuffer => growing(0, false);

/**
 * What `keptBuffer` has room for: a vendor's whole release. Pages that are never touched cost nothing, but 64 MiB outside V8's heap make it
 * collect garbage at once.
 */
const KEPT = 32 * 1024 * 1024;
/** Pieces start at multiples of this, which is what sums take whole. */
const PIECE = 64;

/**
 * A buffer for many files that are all kept: one behind the other in memory whose sums are the fastest. What does not fit gets memory of
 * its own.
 */
export function keptBuffer(): ReadBuffer {
  const memory = keptMemory();
  let end = 0;
  let last: Uint8Array = new Uint8Array(0);
  return {
    room(size, keep) {
      const start = end;
      if (keep > 0 || start + size > memory.length) {
        const elsewhere = unzeroed(size);
        elsewhere.set(last.subarray(0, keep));
        last = elsewhere;
      } else {
        end = Math.ceil((start + size) / PIECE) * PIECE;
        last = memory.subarray(start, start + size);
      }
      return last;
    },
  };
}

/** Empty where so much address space is not to be had (`ulimit -v`). */
function keptMemory(): Uint8Array {
  try {
    return summingMemory()?.room(KEPT) ?? new Uint8Array(0);
  } catch {
    return new Uint8Array(0);
  }
}

function oddKind(stats: Stats): string {
  if (stats.isFIFO()) return 'is a pipe (- reads standard input)';
  if (stats.isSocket()) return 'is a socket';
  return 'is a device';
}

/**
 * Reads the file at `path` whole. Symbolic links are followed; pipes, sockets and devices are not opened for longer than it
 * takes to see what they are. With `buffer`, the bytes are valid until its next use.
 */
export function readFile(path: string, limit: number, buffer: ReadBuffer = freshBuffer()): ReadResult {
  let file: number;
  try {
    file = openSync(path, OPEN);
  } catch (error) {
    return { kind: 'failure', reason: errnoWords(error) };
  }
  try {
    const stats = fstatSync(file);
    if (stats.isDirectory()) return { kind: 'folder' };
    if (!stats.isFile()) return { kind: 'failure', reason: oddKind(stats) };
    if (stats.size > limit) return { kind: 'too-large', limit };
    return readToEnd(file, stats.size, limit, buffer);
  } catch (error) {
    return { kind: 'failure', reason: errnoWords(error) };
  } finally {
    closeSync(file);
  }
}

/** `expected` is what stat said; files of /proc and /sys say 0 or 4096 whatever they hold, and a file may grow meanwhile. */
function readToEnd(file: number, expected: number, limit: number, buffer: ReadBuffer): ReadResult {
  let filled = 0;
  // One byte more than expected, so that the read that finds the end needs no larger buffer.
  let bytes = buffer.room(expected + 1, 0);
  for (;;) {
    const count = readSync(file, bytes, filled, Math.min(bytes.length - filled, MOST), null);
    filled += count;
    if (count === 0) break;
    if (filled > limit) return { kind: 'too-large', limit };
    if (filled === bytes.length) bytes = buffer.room(filled * 2, filled);
  }
  return { kind: 'bytes', bytes: bytes.subarray(0, filled) };
}

export type FirstBytes =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'folder' }
  /** A link that leads nowhere. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'failure'; readonly reason: string };

/** `readFirst` reads thousands of files in turn. */
let firstBytes = new Uint8Array(0);

/** The first `size` bytes of a file, fewer when it is shorter; valid until the next call. One read and no more. */
export function readFirst(path: string, size: number): FirstBytes {
  if (firstBytes.length !== size) firstBytes = new Uint8Array(size);
  let file: number | undefined;
  try {
    file = openSync(path, OPEN);
    const count = readSync(file, firstBytes, 0, size, 0);
    return { kind: 'bytes', bytes: count === size ? firstBytes : firstBytes.subarray(0, count) };
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EISDIR') return { kind: 'folder' };
    if (errno === 'ENOENT') return { kind: 'absent' };
    return { kind: 'failure', reason: errnoWords(error) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The first `size` bytes of a file, fewer when it is shorter or cannot be read. */
export function readHead(path: string, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let file: number | undefined;
  try {
    file = openSync(path, OPEN);
    return bytes.subarray(0, readSync(file, bytes, 0, size, 0));
  } catch {
    return bytes.subarray(0, 0);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * A file in pieces.
 * @throws Error of the file system
 */
export async function* readChunks(path: string): AsyncGenerator<Uint8Array> {
  const file = openSync(path, OPEN);
  try {
    for (;;) {
      const bytes = unzeroed(CHUNK);
      const count = readSync(file, bytes);
      if (count === 0) return;
      yield bytes.subarray(0, count);
    }
  } finally {
    closeSync(file);
  }
}

/** Standard input (or another stream) to its end. */
export async function readStream(stream: AsyncIterable<Uint8Array | string>, limit: number): Promise<ReadResult> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      length += bytes.length;
      if (length > limit) return { kind: 'too-large', limit };
      chunks.push(bytes);
    }
  } catch (error) {
    return { kind: 'failure', reason: errnoWords(error) };
  }
  const bytes = unzeroed(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { kind: 'bytes', bytes };
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

export type FolderResult =
  | { readonly kind: 'entries'; readonly entries: readonly FolderEntry[] }
  | { readonly kind: 'failure'; readonly reason: string };

function kindOf(entry: Dirent): FolderEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** A name of one character for each byte as text; nearly all names are ASCII, which is the same in both. */
const decoded = (name: string): string => (/[\x80-\xff]/.test(name) ? Buffer.from(name, 'latin1').toString() : name);

/** What the folder at `path` holds, in the order of the names' bytes (the C locale's) whatever the file system's. */
export function listFolder(path: string): FolderResult {
  let listed: Dirent[];
  try {
    // One character for each byte, so that the order of strings is the order of bytes.
    listed = readdirSync(path, { withFileTypes: true, encoding: 'latin1' });
  } catch (error) {
    return { kind: 'failure', reason: errnoWords(error) };
  }
  const entries = listed
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => ({ name: decoded(entry.name), kind: kindOf(entry) }));
  return { kind: 'entries', entries };
}
