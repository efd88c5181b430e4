/**
 * Decompression as a stream, so that a bomb is stopped where a limit is reached. Choice of decoders: none downloads anything at install;
 * what Node.js has is preferred, since it checks checksums; formats without a sound decoder are left to their own tools.
 */
import zlib from 'node:zlib';
import { type Finding, finding } from '../../findings/finding.ts';
import { GZIP_TRAILER, gzipHeaderSize } from '../../formats/gzip.ts';
import { lz4LegacyBlocks } from '../../formats/lz4.ts';
import type { StreamDamage, StreamEnd } from '../../formats/stream-end.ts';
import { xzNeeds, xzStreamEnd } from '../../formats/xz.ts';
import { zstdFrameEnd } from '../../formats/zstd.ts';
import { pipedThrough } from '../../io/program.ts';
import type { Compression } from '../detect.ts';

/** `what` cannot be read further; thrown by streams inside this folder only, expand.ts turns it into its finding. */
export class Damaged extends Error {
  readonly finding: Finding;
  readonly reason: string;
  readonly damage: StreamDamage | 'other';

  constructor(what: string, reason: string, damage: StreamDamage | 'other' = 'other') {
    super(`${what}: ${reason}`);
    this.finding = damaged(what, reason);
    this.reason = reason;
    this.damage = damage;
  }
}

export const damaged = (what: string, reason: string): Finding =>
  finding('archive/damaged', { offset: 0 }, { what, reason });

/** How a stream ended that was read to its end. */
export interface Ended {
  /** Bytes that it takes from its start; what follows is something else. */
  readonly end: number;
  /** What is wrong with it although all of it could be expanded. */
  readonly complaint?: Finding;
}

/** The expanded bytes of one stream; throws `Damaged` where the data does not hold together. */
export type OneStream = AsyncGenerator<Uint8Array, Ended>;

export type Decompression =
  | {
      readonly kind: 'stream';
      readonly stream: OneStream;
      /** Why damage may go unnoticed. */
      readonly unverified?: string;
    }
  | { readonly kind: 'unsupported'; readonly reason: string };

const GZIP = 'the gzip stream';
const ZSTD = 'the zstd stream';
const XZ = 'the xz stream';
const LZ4 = 'the lz4 stream';

/** Bytes handed to a decoder at a time. */
const PIECE = 64 * 1024;

/**
 * fzstd expands a whole piece before it hands anything on, and a block of four bytes may stand for 128 KiB: pieces of this size bound
 * what can pile up to 32 MiB.
 */
const FZSTD_PIECE = 1024;

/**
 * fzstd moves its window of up to 32 MiB for every block, so that very many tiny blocks, which no compressor writes, would take hours.
 */
const FZSTD_BLOCKS = { count: 1024, meanBytes: 8 * 1024 };

export const isCompression = (content: string): content is Compression => Object.hasOwn(DECODERS, content);

const DECODERS: Readonly<Record<Compression, (bytes: Uint8Array) => Decompression>> = {
  gzip: (bytes) => ({ kind: 'stream', stream: gzip(bytes) }),
  zstd,
  xz: (bytes) => ({
    kind: 'stream',
    stream: upTo(xzStreamEnd(bytes), XZ, bytes, xzNeeds(bytes) === undefined ? xz : xzProgram),
  }),
  lz4: (bytes) => ({ kind: 'stream', stream: lz4(bytes) }),
  'lz4-frame': () => unsupported('lz4'),
  lzma: () => unsupported('xz'),
  bzip2: () => unsupported('bzip2'),
  lzo: () => unsupported('lzop'),
};

const unsupported = (program: string): Decompression => ({
  kind: 'unsupported',
  reason: `no reliable decoder is available here; ${program} -d expands it`,
});

/** A way to the expanded bytes of the one stream that `bytes` start with. */
export const decompress = (compression: Compression, bytes: Uint8Array): Decompression => DECODERS[compression](bytes);

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Expands the stream up to the end that its structure shows; one whose structure is damaged is expanded as far as that goes. */
async function* upTo(
  end: StreamEnd,
  what: string,
  bytes: Uint8Array,
  expand: (bytes: Uint8Array) => AsyncGenerator<Uint8Array>,
): OneStream {
  if (end.kind === 'end') {
    yield* expand(bytes.subarray(0, end.end));
    return { end: end.end };
  }
  try {
    yield* expand(bytes);
  } catch (error) {
    if (error instanceof Damaged) throw new Damaged(what, error.reason, end.damage);
    throw error;
  }
  throw new Damaged(what, end.reason, end.damage);
}

async function* throughZlib(what: string, decoder: zlib.InflateRaw, bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  decoder.end(bytes);
  try {
    for await (const chunk of decoder) yield chunk as Uint8Array;
  } catch (error) {
    const cut = error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR';
    throw new Damaged(what, reasonOf(error), cut ? 'cut-off' : 'corrupt');
  }
}

/** Without the frame, since gunzip of Node.js goes on into what follows and says neither where the stream ends nor what that is. */
async function* gzip(bytes: Uint8Array): OneStream {
  const header = gzipHeaderSize(bytes);
  if (header === undefined) throw new Damaged(GZIP, 'its header is damaged or cut off');
  const decoder = zlib.createInflateRaw({ chunkSize: PIECE });
  let crc = 0;
  let size = 0;
  for await (const chunk of throughZlib(GZIP, decoder, bytes.subarray(header))) {
    crc = zlib.crc32(chunk, crc);
    size = (size + chunk.length) % 2 ** 32;
    yield chunk;
  }
  const end = header + decoder.bytesWritten;
  const trailer = GZIP_TRAILER.decode(bytes, end);
  if (trailer === undefined) throw new Damaged(GZIP, 'its checksum is cut off');
  const wrong = trailer.crc !== crc ? 'checksum' : trailer.size !== size ? 'size' : undefined;
  const whole = { end: end + GZIP_TRAILER.size };
  return wrong === undefined ? whole : { ...whole, complaint: damaged(GZIP, `its ${wrong} is wrong`) };
}

/** From Node.js 22.15 and 23.8 on; its types here are those of the oldest version that is supported. */
interface ZlibWithZstd {
  readonly createZstdDecompress?: (options: { readonly chunkSize: number }) => zlib.InflateRaw;
}

function zstd(bytes: Uint8Array): Decompression {
  const create = (zlib as ZlibWithZstd).createZstdDecompress;
  const end = zstdFrameEnd(bytes);
  if (create === undefined) {
    return { kind: 'stream', stream: upTo(end, ZSTD, bytes, fzstd), unverified: 'this Node.js has no zstd' };
  }
  const native = (frame: Uint8Array): AsyncGenerator<Uint8Array> =>
    throughZlib(ZSTD, create({ chunkSize: PIECE }), frame);
  return { kind: 'stream', stream: upTo(end, ZSTD, bytes, native) };
}

async function* fzstd(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd');
  const ready: Uint8Array[] = [];
  let blocks = 0;
  let length = 0;
  const decoder = new Decompress((chunk) => {
    blocks += 1;
    length += chunk.length;
    if (blocks > FZSTD_BLOCKS.count && length < blocks * FZSTD_BLOCKS.meanBytes) {
      throw new Error(`${blocks} blocks for ${length} bytes`);
    }
    ready.push(chunk);
  });
  for (let at = 0; at < bytes.length; at += FZSTD_PIECE) {
    try {
      decoder.push(bytes.subarray(at, at + FZSTD_PIECE), at + FZSTD_PIECE >= bytes.length);
    } catch (error) {
      throw new Damaged(ZSTD, reasonOf(error));
    }
    yield* ready;
    ready.length = 0;
  }
}

/** Return codes of the decoder inside xz-decompress (xz.h of XZ Embedded). */
const XZ_ERRORS: Readonly<Record<string, string>> = {
  '3': 'out of memory',
  '4': 'its dictionary is larger than 64 MiB',
  '5': 'no xz data where a stream should start',
  '6': 'a filter or check that the decoder does not have',
  '7': 'a checksum is wrong or the data is corrupt',
  '8': 'the data is cut off',
};

function xzReason(error: unknown): string {
  const message = reasonOf(error);
  return XZ_ERRORS[/error code (\d+)/.exec(message)?.[1] ?? ''] ?? message;
}

/**
 * What xz-decompress 0.2.3 has beside its types. It serves all streams from one memory, one after the other: what is inside another would
 * wait for ever for the one around it, and side by side they would spoil each other's data when the memory grows.
 */
interface XzInternals {
  _contextMutex: { acquire(): Promise<void>; release(): void };
  /** Makes the memory and the code of the streams that are made next. */
  _getModuleInstance(this: void): Promise<void>;
}

const NO_QUEUE: Pick<XzInternals, '_contextMutex'> = {
  _contextMutex: { acquire: () => Promise.resolve(), release: () => undefined },
};

/** A stream that opens takes the memory that was made last: another may open when this is over. */
let opening: Promise<unknown> = Promise.resolve();

interface OpenXz {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  /** By then the stream has its memory. */
  readonly first: Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']>>;
}

/** A decoder with a memory of its own. Rejects when the data is damaged at its start. */
function openXz(source: ReadableStream<Uint8Array>): Promise<OpenXz> {
  const opened = opening.then(async () => {
    const module = await import('xz-decompress');
    // A CommonJS module whose exports Node.js cannot name, so that they are behind `default`; loaders that compile it name them.
    const { XzReadableStream } = 'XzReadableStream' in module ? module : (module as { default: typeof module }).default;
    const { _getModuleInstance: makeMemory } = Object.assign(XzReadableStream as unknown as XzInternals, NO_QUEUE);
    await makeMemory();
    const reader = new XzReadableStream(source).getReader();
    return { reader, first: await reader.read() };
  });
  opening = opened.catch(() => undefined);
  return opened;
}

async function* xz(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  let at = 0;
  const source = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, (at += PIECE)));
    },
  });
  let opened: OpenXz | undefined;
  try {
    opened = await openXz(source);
    for (let next = opened.first; !next.done; next = await opened.reader.read()) yield next.value;
  } catch (error) {
    throw new Damaged(XZ, xzReason(error));
  } finally {
    await opened?.reader.cancel().catch(() => undefined);
  }
}

/** The xz program has what the decoder lacks: filters for machine code, which kernels are packed with, and sha256. */
async function* xzProgram(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  try {
    yield* pipedThrough('xz', ['--decompress', '--stdout', '--memlimit-decompress=128MiB'], bytes);
  } catch (error) {
    throw new Damaged(XZ, `it has ${xzNeeds(bytes) ?? 'unknown parts'}, and ${reasonOf(error)}`);
  }
}

async function* lz4(bytes: Uint8Array): OneStream {
  const end = yield* lz4LegacyBlocks(bytes);
  if (end.kind === 'damaged') throw new Damaged(LZ4, end.reason, end.damage);
  return { end: end.end };
}
