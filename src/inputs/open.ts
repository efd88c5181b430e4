/**
 * Opens paths and finds the microcode in them. Files that hold only microcode are handled here; everything that has to be expanded
 * first goes through expand.ts, which is loaded only then.
 */
import { type Finding, finding } from '../findings/finding.ts';
import { errnoWords } from '../io/errno.ts';
import {
  keptBuffer,
  type ReadBuffer,
  readChunks,
  readFile,
  readFirst,
  readHead,
  type ReadResult,
  readStream,
  reusedBuffer,
} from '../io/read/read.ts';
import { type BlobKind, isBlobKind, type Opened } from './blob.ts';
import { peek, type Peeked } from './chunks.ts';
import { type Content, detectNamed, HEAD } from './detect.ts';
import { folderItems } from './folder.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { FIRST_BYTES, mayHoldMicrocode } from './microcode-file.ts';
import { fileOrigin, type Origin } from './origin.ts';
import type { OnProgress } from './progress.ts';

/** A format named by the user, for bytes that do not tell it. */
export type InputType = 'auto' | 'dat' | BlobKind;

/** How `openInputs` reads. */
export interface OpenOptions {
  /** Enter subfolders; true when left out. */
  readonly recursive?: boolean;
  /** Leave out folders called `-with-caveats` unless they are named themselves; a finding says so. */
  readonly withoutCaveats?: boolean;
  /** A finding for each file of a folder that is passed over, instead of one that counts them. */
  readonly listOthers?: boolean;
  /** Read files into one buffer: a blob's bytes are then valid only until the next item is asked for. */
  readonly reuseBuffer?: boolean;
  /** How much one input may cost; what is left out is 1 GiB read, 2 GiB expanded, 192 MiB held, 100,000 members, 8 levels. */
  readonly limits?: Partial<Limits>;
  /** The format of all inputs, for bytes that do not tell it; `auto` when left out. */
  readonly type?: InputType;
  /** Search bytes of no known format, and what stands behind updates, for more updates. */
  readonly scan?: boolean;
  /** What `-` stands for; the process's own standard input by default. */
  readonly stdin?: AsyncIterable<Uint8Array | string>;
  /** Told of each file, and of standard input, that was read whole, before what is in it is given. */
  readonly onFile?: OnFile;
  /** Told now and then what is being read; 0 bytes where nothing has been expanded. */
  readonly onProgress?: OnProgress;
}

/** A file as it was read. */
export interface WholeFile {
  /** `-` for standard input. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** It was named itself, and not found in a folder. */
  readonly isNamed: boolean;
}

export type OnFile = (file: WholeFile) => void | Promise<void>;

interface Reading {
  readonly limits: Limits;
  readonly type: InputType;
  readonly recursive: boolean;
  readonly withoutCaveats: boolean;
  readonly listOthers: boolean;
  readonly scan: boolean;
  readonly buffer: ReadBuffer;
  /** False inside a folder. */
  readonly isNamed: boolean;
  readonly onFile: OnFile | undefined;
  readonly onProgress: OnProgress | undefined;
}

const said = (origin: Origin, found: Finding): Opened => ({ kind: 'finding', origin, finding: found });

/**
 * Everything in `paths`, in their order: files, folders (sorted by the bytes of the names), and `-` for standard input. Gives a blob for each
 * piece of microcode and a finding for each input, or part of one, that gives none, also where it cannot be read. Archives and compressed
 * files are looked into. Never throws on what the inputs hold.
 */
export async function* openInputs(paths: readonly string[], options: OpenOptions = {}): AsyncGenerator<Opened> {
  const reading: Reading = {
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    type: options.type ?? 'auto',
    recursive: options.recursive ?? true,
    withoutCaveats: options.withoutCaveats ?? false,
    listOthers: options.listOthers ?? false,
    scan: options.scan ?? false,
    buffer: options.reuseBuffer === true ? reusedBuffer() : keptBuffer(),
    isNamed: true,
    onFile: options.onFile,
    onProgress: options.onProgress,
  };
  for (const path of paths) {
    if (path === '-') {
      yield* openStream(options.stdin ?? process.stdin, reading);
    } else {
      yield* openPath(path, reading);
    }
  }
}

/** A tar archive is taken as it comes; anything else has to be in memory to be told apart. */
async function* openStream(stream: AsyncIterable<Uint8Array | string>, reading: Reading): AsyncGenerator<Opened> {
  const origin = fileOrigin('-');
  let peeked: Peeked | undefined;
  try {
    peeked = await peek(asBytes(stream), HEAD);
    const { head, whole } = peeked;
    if (contentOf(head, '-', reading.type) === 'tar') yield* wrapped('tar', origin, whole, reading);
    else yield* opened('-', await readStream(whole, reading.limits.fileBytes), reading);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    yield said(origin, finding('input/unreadable', { offset: 0 }, { reason: error.message }));
  } finally {
    await peeked?.close();
  }
}

/** The stream behind `-` failed; the message says why. */
class Unreadable extends Error {}

async function* asBytes(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  } catch (error) {
    throw new Unreadable(errnoWords(error));
  }
}

async function* openPath(path: string, reading: Reading): AsyncGenerator<Opened> {
  const result = readSmall(path, reading);
  if (result.kind !== 'folder') {
    yield* openFile(path, result, reading);
    return;
  }
  let others = 0;
  let usual = 0;
  let opened = 0;
  const inside = { ...reading, isNamed: false };
  for (const item of folderItems(path, reading)) {
    if (item.kind === 'finding') {
      opened += 1;
      yield said(fileOrigin(item.path), item.finding);
    } else {
      const passed = item.kind === 'other' ? item.reason : atFirstSight(item, reading);
      const reason = passed ?? (item.kind === 'file' ? yield* openItem(item, inside) : undefined);
      if (reason === undefined) {
        opened += 1;
      } else {
        others += 1;
        if (item.kind === 'other' && item.usual) usual += 1;
        if (reading.listOthers) yield said(fileOrigin(item.path), finding('input/skipped', { offset: 0 }, { reason }));
      }
    }
    const turn = reading.onProgress?.(item.path, 0);
    if (turn !== undefined) await turn;
  }
  const origin = fileOrigin(path);
  if (opened === 0) {
    yield said(origin, finding('input/no-microcode', { offset: 0 }, { reason: emptiness(others, reading) }));
  } else if (others > usual && !reading.listOthers) {
    yield said(origin, finding('input/other-files', { offset: 0 }, { files: otherFiles(others - usual) }));
  }
}

/** Why a folder of `others` files, none of them microcode, gave nothing. */
function emptiness(others: number, { recursive }: Reading): string {
  if (others === 0) return 'the folder is empty';
  const entered = recursive ? '' : '; subfolders were not entered (--no-recursive)';
  return `${otherFiles(others)} passed over, not microcode by name, place or first bytes${entered}`;
}

const otherFiles = (count: number): string => (count === 1 ? '1 other file' : `${count} other files`);

/** Findings that say no more of a file than that it is not microcode. */
const NO_MICROCODE: ReadonlySet<string> = new Set([
  'input/unknown-format',
  'input/no-microcode',
  'input/not-expanded',
  'input/empty',
]);

/** A file of a folder; `telling`: its name or its place says that it is microcode. */
interface FolderFile {
  readonly path: string;
  readonly telling: boolean;
}

/** Whether a file of a folder has to be microcode. */
const expected = ({ telling }: FolderFile, { scan, type }: Reading): boolean => telling || scan || type !== 'auto';

/**
 * Why a file of a folder is passed over after a look at its first bytes; undefined when it has to be opened. A firmware tree has thousands
 * of such files, hence no generator and no promise for each.
 */
function atFirstSight(file: FolderFile, reading: Reading): string | undefined {
  if (expected(file, reading)) return undefined;
  const first = readFirst(file.path, FIRST_BYTES);
  switch (first.kind) {
    case 'absent':
      return 'a link to nothing';
    case 'folder':
      return 'a link to a folder';
    case 'failure':
      return undefined;
    case 'bytes':
      return mayHoldMicrocode(file.path, first.bytes) ? undefined : 'no microcode';
  }
}

/** Opens a file of a folder; returns why it was passed over, if it was. */
async function* openItem(file: FolderFile, reading: Reading): AsyncGenerator<Opened, string | undefined> {
  const { path } = file;
  if (expected(file, reading)) {
    const small = readSmall(path, reading);
    if (small.kind === 'folder') return 'a link to a folder';
    yield* openFile(path, small, reading);
    return undefined;
  }
  // Notes on what is in an archive matter when there is microcode in it.
  const notes: Opened[] = [];
  for await (const item of openFile(path, readSmall(path, reading), reading)) {
    if (item.kind === 'finding') {
      if (item.origin.members.length === 0 && NO_MICROCODE.has(item.finding.rule)) return 'no microcode';
      if (item.finding.severity === 'note') {
        notes.push(item);
        continue;
      }
    }
    yield* notes.splice(0);
    yield item;
  }
  yield* notes;
  return undefined;
}

/** Larger files may be tar archives, which need not be in memory. */
const SMALL = 32 * 1024 * 1024;

const readSmall = (path: string, { limits, buffer }: Reading): ReadResult =>
  readFile(path, Math.min(limits.fileBytes, SMALL), buffer);

async function* openFile(path: string, small: ReadResult, reading: Reading): AsyncGenerator<Opened> {
  if (small.kind !== 'too-large') {
    yield* opened(path, small, reading);
  } else if (contentOf(readHead(path, HEAD), path, reading.type) === 'tar') {
    yield* wrapped('tar', fileOrigin(path), readChunks(path), reading);
  } else {
    yield* opened(path, readFile(path, reading.limits.fileBytes, reading.buffer), reading);
  }
}

async function* opened(path: string, result: ReadResult, reading: Reading): AsyncGenerator<Opened> {
  const origin = fileOrigin(path);
  switch (result.kind) {
    case 'failure':
      yield said(origin, finding('input/unreadable', { offset: 0 }, { reason: result.reason }));
      return;
    case 'folder':
      yield said(origin, finding('input/skipped', { offset: 0 }, { reason: 'a link to a folder' }));
      return;
    case 'too-large':
      yield said(origin, finding('input/limit', { offset: 0 }, { limit: result.limit, unit: 'bytes of input' }));
      return;
    case 'bytes':
      if (result.bytes.length === 0) {
        yield said(origin, finding('input/empty', { offset: 0 }, {}));
        return;
      }
      await reading.onFile?.({ path, bytes: result.bytes, isNamed: reading.isNamed });
      yield* recognised(origin, result.bytes, reading);
  }
}

const contentOf = (bytes: Uint8Array, path: string, type: InputType): Content =>
  type === 'auto' ? detectNamed(bytes, path) : type;

async function* recognised(origin: Origin, bytes: Uint8Array, reading: Reading): AsyncGenerator<Opened> {
  const content = contentOf(bytes, origin.path, reading.type);
  if (isBlobKind(content) && !reading.scan) {
    yield { kind: 'blob', blob: { kind: content, origin, bytes } };
    return;
  }
  yield* wrapped(content, origin, bytes, reading);
}

async function* wrapped(
  content: Content,
  origin: Origin,
  source: Uint8Array | AsyncIterable<Uint8Array>,
  reading: Reading,
): AsyncGenerator<Opened> {
  const { expand } = await import('./expand/expand.ts');
  yield* expand(content, origin, source, reading);
}
