/**
 * From paths to microcode. Files that hold nothing but microcode take the short way through this file; whatever has to be expanded
 * first goes through expand.ts, which is loaded only then.
 */
import { type Finding, finding } from '../findings/finding.ts';
import { type ReadBuffer, type ReadResult, readFile, readStream, reusedBuffer } from '../io/read.ts';
import { type BlobKind, isBlobKind, type Opened } from './blob.ts';
import { type Content, detectNamed } from './detect.ts';
import { folderItems } from './folder.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { fileOrigin, type Origin } from './origin.ts';

/** A format named by the user, for bytes that do not tell it. */
export type InputType = 'auto' | 'dat' | BlobKind;

export interface OpenOptions {
  /** Enter subfolders. */
  readonly recursive?: boolean;
  /** Read files into one buffer: a blob's bytes are then valid only until the next item is asked for. */
  readonly reuseBuffer?: boolean;
  readonly limits?: Partial<Limits>;
  readonly type?: InputType;
  /** What `-` stands for; the process's own standard input by default. */
  readonly stdin?: AsyncIterable<Uint8Array | string>;
}

interface Reading {
  readonly limits: Limits;
  readonly type: InputType;
  readonly recursive: boolean;
  readonly buffer: ReadBuffer | undefined;
}

const said = (origin: Origin, found: Finding): Opened => ({ kind: 'finding', origin, finding: found });

/**
 * Everything in `paths`, in their order: files, folders (sorted), and `-` for standard input. Gives a blob for each piece of
 * microcode and a finding for each input, or part of one, that gives none. Never throws on what the inputs hold.
 */
export async function* openInputs(paths: readonly string[], options: OpenOptions = {}): AsyncGenerator<Opened> {
  const reading: Reading = {
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    type: options.type ?? 'auto',
    recursive: options.recursive ?? false,
    buffer: options.reuseBuffer === true ? reusedBuffer() : undefined,
  };
  for (const path of paths) {
    if (path === '-') {
      yield* opened('-', await readStream(options.stdin ?? process.stdin, reading.limits.fileBytes), reading);
    } else {
      yield* openPath(path, reading);
    }
  }
}

async function* openPath(path: string, reading: Reading): AsyncGenerator<Opened> {
  const result = readFile(path, reading.limits.fileBytes, reading.buffer);
  if (result.kind !== 'folder') {
    yield* opened(path, result, reading);
    return;
  }
  for (const item of folderItems(path, reading.recursive)) {
    if (item.kind === 'finding') yield said(fileOrigin(item.path), item.finding);
    else yield* opened(item.path, readFile(item.path, reading.limits.fileBytes, reading.buffer), reading);
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
      yield* recognised(origin, result.bytes, reading);
  }
}

const contentOf = (bytes: Uint8Array, path: string, type: InputType): Content =>
  type === 'auto' ? detectNamed(bytes, path) : type;

async function* recognised(origin: Origin, bytes: Uint8Array, reading: Reading): AsyncGenerator<Opened> {
  const content = contentOf(bytes, origin.path, reading.type);
  if (isBlobKind(content)) {
    yield { kind: 'blob', blob: { kind: content, origin, bytes } };
    return;
  }
  const { expand } = await import('./expand.ts');
  yield* expand(content, origin, bytes);
}
