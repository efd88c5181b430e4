import { type ByteSource, byteSum, bytesSource, skipZeros } from '../bytes/source.ts';
import { compressionOf } from '../formats/cpio/compression.ts';
import { type MemberGeometry, memberGeometry, nameField } from '../formats/cpio/member.ts';
import { align4, NEWC, PATH_LIMIT, REGULAR, SYMLINK, TYPE_MASK } from '../formats/cpio/newc.ts';
import type { ExpandedPart } from './expanded-parts.ts';
import { decoderError, type DecoderError, STREAM_HEAD, takenByLinux } from './kernel-decoders.ts';

/** The kernel's words when it gives up (init/initramfs.c). What was unpacked before stays. */
export type UnpackError =
  | 'incorrect cpio method used: use -H newc option'
  | 'no cpio magic'
  | 'damaged header'
  | 'malformed archive'
  | 'bad data checksum'
  | 'broken padding'
  | 'invalid magic at start of compressed archive'
  | 'junk within compressed archive'
  | 'junk at the end of compressed archive'
  | DecoderError;

export type Unpacking =
  | { readonly verdict: 'complete' }
  | {
      readonly verdict: 'stops';
      readonly error: UnpackError;
      /** Byte offset at which the kernel stands when it gives up; for what is wrong inside compressed data, where these start. */
      readonly offset: number;
    }
  | {
      /** Everything before `offset` is unpacked. What Linux makes of the rest cannot be told. */
      readonly verdict: 'unknown';
      /** Byte offset of compressed data. */
      readonly offset: number;
      /** Why it cannot be told. */
      readonly why: string;
    };

const ZERO = 0x30;

/** `tolerant`: header fields are read up to the first character that is no digit, as 6.12 does; `strict`: that is an error, as in 7.2. */
export type HeaderReading = 'tolerant' | 'strict';

/**
 * What Linux's unpack_to_rootfs (6.1 and 6.12, and the NUL check of names that stable kernels have since the end of 2024) makes of an initrd.
 * It knows no archives, only members: the trailer merely forgets hard links. A member cut off by the end is no error to it, but inside
 * compressed data it is. Each compressed stream ends where its decompressor stops reading (lib/decompress_*.c).
 * @param parts the compressed parts that were expanded; of others nothing is claimed
 */
export function linuxUnpack(
  input: Uint8Array | ByteSource,
  reading: HeaderReading = 'tolerant',
  parts: readonly ExpandedPart[] = [],
): Unpacking {
  const source = input instanceof Uint8Array ? bytesSource(input) : input;
  const expanded = new Map(parts.map((part) => [part.segment.start, part]));
  const stops = (error: UnpackError, offset: number): Unpacking => ({ verdict: 'stops', error, offset });
  let at = 0;
  let state: State = 'start';
  for (;;) {
    at = skipZeros(source, at);
    if (at >= source.size) return { verdict: 'complete' };
    if (source.view(at, 1)[0] === ZERO && at % 4 === 0) {
      const run = membersFrom(source, at, reading);
      if (run.error !== undefined) return stops(run.error, run.at);
      at = run.at;
      state = run.state;
      continue;
    }
    const compression = compressionOf(source.view(at, 6));
    if (compression?.kernel !== true) return stops('invalid magic at start of compressed archive', at);
    const taking = takenByLinux(compression.name, source.view(at, STREAM_HEAD));
    if (taking.kind === 'refuses') return stops(taking.error, at);
    if (taking.kind === 'misreads') return { verdict: 'unknown', offset: at, why: taking.why };
    const part = expanded.get(at);
    if (part === undefined) return { verdict: 'unknown', offset: at, why: 'it was not expanded' };
    const inside = unpackPart(part, state, reading);
    if (inside !== undefined) return inside;
    at = part.segment.end;
    state = 'reset';
  }
}

/**
 * The `state` of init/initramfs.c, which outlives a change from plain to compressed data. `start`: nothing was unpacked yet. `reset`:
 * behind a member, where zeros are passed over. `inside`: in the middle of a member.
 */
type State = 'start' | 'reset' | 'inside';

interface Run {
  readonly at: number;
  readonly state: State;
  readonly error?: UnpackError;
}

/** Unpacks members from `start`, where one is expected, until something else follows. */
function membersFrom(source: ByteSource, start: number, reading: HeaderReading): Run {
  for (let at = start; ;) {
    const error = memberError(source, at, reading);
    if (error !== undefined) return { at, state: 'inside', error };
    const member = memberGeometry(source, at, 0);
    if (member === undefined) return { at: source.size, state: 'inside' };
    const next = skipTo(member);
    if (next > source.size) return { at: source.size, state: 'inside' };
    at = skipZeros(source, next);
    if (at >= source.size) return { at: source.size, state: 'reset' };
    // do_reset, which runs behind a member only, wants everything that follows on a multiple of 4.
    if (at % 4 !== 0) return { at, state: 'reset', error: 'broken padding' };
    if (source.view(at, 1)[0] !== ZERO) return { at, state: 'reset' };
  }
}

/** How a compressed part ends the unpacking; undefined when it does not. */
function unpackPart(
  { segment: { start, compression }, expanded }: ExpandedPart,
  state: State,
  reading: HeaderReading,
): Unpacking | undefined {
  const stops = (error: UnpackError): Unpacking => ({ verdict: 'stops', error, offset: start });
  const run = expandedMembers(bytesSource(expanded.bytes), state, reading);
  if (run.error !== undefined) return stops(run.error);
  if (expanded.kind === 'failure') {
    const error = decoderError(compression.name, expanded.damage);
    return error === undefined ? { verdict: 'unknown', offset: start, why: expanded.finding.message } : stops(error);
  }
  return run.state === 'reset' ? undefined : stops('junk at the end of compressed archive');
}

/** Unpacks expanded bytes as flush_buffer() does. */
function expandedMembers(source: ByteSource, state: State, reading: HeaderReading): Run {
  if (source.size === 0) return { at: 0, state };
  // Where everything starts a header is read whatever the bytes are; later zeros may stand before it.
  const at = state === 'start' ? 0 : skipZeros(source, 0);
  if (at >= source.size) return { at, state };
  if (at % 4 !== 0) return { at, state, error: 'broken padding' };
  if (state !== 'start' && source.view(at, 1)[0] !== ZERO)
    return { at, state, error: 'junk within compressed archive' };
  const run = membersFrom(source, at, reading);
  const junk = run.error === undefined && run.at < source.size;
  return junk ? { ...run, error: 'junk within compressed archive' } : run;
}

/** Where the kernel looks for the next header. */
const skipTo = ({ nameOffset, namesize, dataSize }: MemberGeometry): number =>
  align4(align4(nameOffset + namesize) + dataSize);

function memberError(source: ByteSource, at: number, reading: HeaderReading): UnpackError | undefined {
  const header = source.view(at, NEWC.size);
  if (header.length < NEWC.size) return undefined;
  const member = memberGeometry(source, at, 0);
  if (member === undefined) {
    const odc = Buffer.from(header.subarray(0, 6)).toString('latin1') === '070707';
    return odc ? 'incorrect cpio method used: use -H newc option' : 'no cpio magic';
  }
  if (reading === 'strict' && member.badField !== undefined) return 'damaged header';
  const { mode, namesize, dataOffset, dataSize, checked, check } = member;
  const type = mode & TYPE_MASK;
  if (namesize === 0 || namesize > PATH_LIMIT) return undefined;
  const readsName = type === REGULAR || dataSize === 0 || (type === SYMLINK && dataSize <= PATH_LIMIT);
  if (!readsName || dataOffset > source.size) return undefined;
  if (nameField(source, member).at(-1) !== 0) return 'malformed archive';
  if (!checked || type !== REGULAR || dataOffset + dataSize > source.size) return undefined;
  return byteSum(source, dataOffset, dataOffset + dataSize) === check ? undefined : 'bad data checksum';
}
