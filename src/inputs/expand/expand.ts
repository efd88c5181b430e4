/** Expands archives, compressed data and images to find the microcode in them. Loaded only when there is such an input. */
import { hexBytes } from '../../bytes/hex.ts';
import { type Finding, finding } from '../../findings/finding.ts';
import { parseIntelDat } from '../../formats/intel-dat.ts';
import { isBlobKind, type Opened } from '../blob.ts';
import { type Chunks, collect, inOneChunk, peek } from '../chunks.ts';
import { Damaged, damaged, decompress, isCompression } from './decompress.ts';
import { type Compression, type Content, detect, detectNamed, HEAD } from '../detect.ts';
import { Budget, LimitReached, type Limits } from '../limits.ts';
import { baseName, memberOrigin, type Origin, originAt, renamed } from '../origin.ts';
import { isArchive, type Member, membersOf } from './members.ts';
import type { OnProgress } from '../progress.ts';
import { Streams } from '../streams.ts';
import { tarMembers } from './tar.ts';
import { Tally } from './tally.ts';

/** One place on the way through an input. */
interface Place {
  readonly origin: Origin;
  readonly depth: number;
  readonly input: Input;
}

/** What all places of one input share. */
interface Input {
  readonly budget: Budget;
  /** Search bytes of no known format. */
  readonly scan: boolean;
  readonly onProgress: OnProgress | undefined;
  blobs: number;
  warnings: number;
  errors: number;
}

/** The first bytes of something that no format is known for; undefined when it was known. */
type Unknown = Uint8Array | undefined;

type Steps = AsyncGenerator<Opened, Unknown>;

/** What is found inside `source`, which is of format `content`, and what could not be looked into. */
export async function* expand(
  content: Content,
  origin: Origin,
  source: Uint8Array | Chunks,
  options: { readonly limits: Limits; readonly scan: boolean; readonly onProgress: OnProgress | undefined },
): AsyncGenerator<Opened> {
  const { limits, scan, onProgress } = options;
  const input: Input = { budget: new Budget(limits), scan, onProgress, blobs: 0, warnings: 0, errors: 0 };
  const place: Place = { origin, depth: 0, input };
  try {
    const unknown = yield* source instanceof Uint8Array ? inside(content, source, place) : archive(place, tar(source));
    if (unknown !== undefined) {
      yield say(place, finding('input/unknown-format', { offset: 0 }, { found: hexBytes(unknown.subarray(0, 8)) }));
    } else if (input.blobs === 0 && input.errors === 0) {
      const reason = input.warnings === 0 ? 'it was looked through' : 'what could be looked at of it has none';
      yield say(place, finding('input/no-microcode', { offset: 0 }, { reason }));
    }
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    yield say(place, error.finding);
  }
}

function say({ origin, input }: Place, found: Finding): Opened {
  if (found.severity === 'error') input.errors += 1;
  if (found.severity === 'warning') input.warnings += 1;
  return { kind: 'finding', origin, finding: found };
}

const within = (place: Place, name: string): Place => ({
  ...place,
  origin: memberOrigin(place.origin, name),
  depth: place.depth + 1,
});

/** Looks into bytes in memory. */
async function* inside(content: Content, bytes: Uint8Array, place: Place): Steps {
  if (isBlobKind(content)) {
    if (place.input.scan && !(await isWhole(bytes))) return yield* scanned(bytes, place);
    place.input.blobs += 1;
    yield { kind: 'blob', blob: { kind: content, origin: place.origin, bytes } };
    return undefined;
  }
  if (content === 'unknown') return place.input.scan ? yield* scanned(bytes, place) : bytes;
  if (content === 'dat') return yield* text(bytes, place);
  if (content === 'tar') return yield* archive(place, tar(inOneChunk(bytes)));
  if (isCompression(content)) return yield* expanded(content, bytes, place);
  if (isArchive(content)) {
    const blobsBefore = place.input.blobs;
    const unknown = yield* archive(place, membersOf(content, bytes));
    // Firmware updaters are PE images, with the firmware somewhere in them.
    const search = content === 'pe' && place.input.scan && place.input.blobs === blobsBefore;
    return search ? yield* scanned(bytes, place) : unknown;
  }
  const reason = 'there is no reader for it here';
  yield say(place, finding('input/not-expanded', { offset: 0 }, { what: `an archive of format ${content}`, reason }));
  return undefined;
}

/**
 * Whether the bytes are updates from the first to the last. A dump that happens to start with an update is not, and is searched; bytes
 * without a single sound update are left to their format's reader, which says what is wrong with them.
 */
async function isWhole(bytes: Uint8Array): Promise<boolean> {
  const { scanBytes } = await import('../../formats/scan/scan.ts');
  const { hits } = scanBytes(bytes);
  return hits.length === 0 || hits.reduce((sum, { size }) => sum + size, 0) === bytes.length;
}

/** Searches bytes of no known format. */
async function* scanned(bytes: Uint8Array, place: Place): Steps {
  const { scanBytes } = await import('../../formats/scan/scan.ts');
  const { fitFindings, parseFit } = await import('../../formats/fit.ts');
  await breathe(place);
  const { hits, findings } = scanBytes(bytes);
  for (const { kind, offset, size } of hits) {
    place.input.blobs += 1;
    const origin = originAt(place.origin, offset);
    yield { kind: 'blob', blob: { kind, origin, bytes: bytes.subarray(offset, offset + size) } };
  }
  for (const found of findings) yield say(place, found);
  const fit = parseFit(bytes);
  if (fit !== undefined) {
    const updates = hits.filter(({ kind }) => kind === 'intel').map(({ offset }) => offset);
    for (const found of fitFindings(fit, updates)) yield say(place, found);
  }
  const nothing = hits.length === 0 && findings.length === 0 && fit === undefined;
  return nothing && place.depth > 0 ? bytes : undefined;
}

/** Offsets in what comes of it count bytes of the words, not characters: a member of its own says so. */
async function* text(bytes: Uint8Array, place: Place): Steps {
  // A word may take two characters and becomes four bytes.
  place.input.budget.hold(bytes.length * 2);
  const { bytes: words, findings } = parseIntelDat(bytes);
  for (const found of findings) yield say(place, found);
  if (words.length === 0) return undefined;
  return yield* inside('intel', words, within(place, 'words'));
}

function* tooDeep(place: Place): Generator<Opened, boolean> {
  const { depth } = place.input.budget.limits;
  if (place.depth < depth) return false;
  yield say(place, finding('input/limit', { offset: 0 }, { limit: depth, unit: 'levels of archives' }));
  return true;
}

async function* expanded(compression: Compression, bytes: Uint8Array, place: Place): Steps {
  if (yield* tooDeep(place)) return undefined;
  const result = decompress(compression, bytes);
  if (result.kind === 'unsupported') {
    const what = `${compression}-compressed data`;
    yield say(place, finding('input/not-expanded', { offset: 0 }, { what, reason: result.reason }));
    return undefined;
  }
  const next = { ...place, origin: expandedOrigin(place.origin), depth: place.depth + 1 };
  const streams = new Streams(compression, bytes, () => place.input.budget.member());
  let unknown: Unknown;
  try {
    unknown = yield* streamed(counted(streams.content(result), place), next);
    if (unknown === undefined && result.unverified !== undefined) {
      const data = { what: compression, reason: result.unverified };
      yield say(place, finding('archive/unverified', { offset: 0 }, data));
    }
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    yield say(place, error.finding);
    return undefined;
  }
  for (const found of streams.complaints) yield say(place, found);
  return streams.next === undefined ? unknown : yield* behind(compression, bytes, streams.next, place);
}

/** What stands after compressed data, as in an initrd whose early archive is not in front. */
async function* behind(compression: Compression, bytes: Uint8Array, at: number, place: Place): Steps {
  const rest = bytes.subarray(at);
  const content = detect(rest);
  if (content === 'unknown') {
    const start = hexBytes(rest.subarray(0, 8));
    const reason = `${rest.length} bytes that are nothing known follow it at ${at} (they start with ${start})`;
    yield say(place, damaged(`the ${compression} stream`, reason));
    return undefined;
  }
  if (yield* tooDeep(place)) return undefined;
  return yield* inside(content, rest, { ...place, origin: originAt(place.origin, at), depth: place.depth + 1 });
}

async function* counted(stream: Chunks, place: Place): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    place.input.budget.expand(chunk.length);
    await breathe(place);
    yield chunk;
  }
}

const breathe = ({ input, origin }: Place): Promise<void> | undefined =>
  input.onProgress?.(origin.path, input.budget.expanded);

/** Looks into a stream: what is nothing known is not read to its end, a tar archive is never in memory as a whole. */
async function* streamed(stream: Chunks, place: Place): Steps {
  const { head, whole, close } = await peek(stream, HEAD);
  try {
    const content = detectNamed(head, nameOf(place.origin));
    if (content === 'unknown' && !place.input.scan) return head;
    if (content === 'tar') return yield* archive(place, tar(whole));
    const blobsBefore = place.input.blobs;
    const bytes = await collect(whole, place.input.budget);
    const unknown = yield* inside(content, bytes, place);
    if (place.input.blobs === blobsBefore) place.input.budget.release(bytes.length);
    return unknown;
  } finally {
    await close();
  }
}

async function* archive(place: Place, members: Iterable<Member> | AsyncIterable<Member>): Steps {
  if (yield* tooDeep(place)) return undefined;
  const tally = new Tally();
  let end: unknown;
  try {
    for await (const member of members) {
      yield* oneMember(member, place, tally);
      await breathe(place);
    }
  } catch (error) {
    end = error;
  }
  for (const found of tally.findings()) yield say(place, found);
  if (end instanceof Damaged) yield say(place, end.finding);
  else if (end !== undefined) throw end;
  return undefined;
}

async function* oneMember(member: Member, place: Place, tally: Tally): AsyncGenerator<Opened> {
  if (member.kind === 'finding') {
    yield say(place, member.finding);
    return;
  }
  place.input.budget.member();
  tally.name(member.name);
  if (member.kind !== 'file') {
    tally.add(member.kind, member.name);
    return;
  }
  const { name, contents } = member;
  const next = within(place, name);
  const unknown = yield* contents instanceof Uint8Array
    ? inside(detectNamed(contents, name), contents, next)
    : streamed(contents, next);
  if (unknown !== undefined) tally.unknown();
}

/** The files, links and devices of a tar archive; folders are left out. */
async function* tar(stream: Chunks): AsyncGenerator<Member> {
  for await (const { name, kind, chunks } of tarMembers(stream)) {
    if (kind === 'file') yield { kind, name, contents: chunks };
    else if (kind !== 'folder') yield { kind, name };
  }
}

const nameOf = ({ members, path }: Origin): string => members.at(-1) ?? baseName(path);

const SUFFIX = /\.(?:gz|xz|zst|lz4)$/i;
const TAR_SUFFIX = /\.t(?:gz|xz|zst)$/i;

/**
 * Where the expanded bytes stand: a member of the compressed file, but in place of the compressed member, so that the way through a
 * Debian package reads `data.tar`.
 */
function expandedOrigin(origin: Origin): Origin {
  const name = nameOf(origin).replace(TAR_SUFFIX, '.tar').replace(SUFFIX, '');
  // Several streams of one file are told apart by their place in it.
  const at = origin.offset === 0 ? '' : `+0x${origin.offset.toString(16)}`;
  return origin.members.length === 0 ? memberOrigin(origin, name + at) : renamed(origin, name);
}
