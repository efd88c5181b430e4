import { hex32, hexBytes } from '../../bytes/hex.ts';
import { type ByteSource, byteSum, bytesSource, skipZeros } from '../../bytes/source.ts';
import { collectFindings, type FindingCollector } from '../../findings/collect.ts';
import { type Finding, finding } from '../../findings/finding.ts';
import { type Compression, compressionOf } from './compression.ts';
import {
  isTrailer,
  memberAt,
  type MemberGeometry,
  memberGeometry,
  nameField,
  nameText,
  type NewcMember,
  startsMember,
  trailingNuls,
} from './member.ts';
import { NEWC, NEWC_MAGIC, PATH_LIMIT, REGULAR, TYPE_MASK } from './newc.ts';

/** One newc archive; its members are decoded on demand by `membersOf`. */
export interface ArchiveSegment {
  readonly kind: 'archive';
  /** Byte offset of the first header. */
  readonly start: number;
  /** Behind the trailer, or behind the last member when the trailer is missing. Zeros that follow are a segment of their own. */
  readonly end: number;
  /** Byte offsets of the headers, the trailer's not among them. */
  readonly headers: readonly number[];
  /** Byte offset of the trailer's header; null when it is missing. */
  readonly trailer: number | null;
}

export interface ZerosSegment {
  readonly kind: 'zeros';
  readonly start: number;
  readonly end: number;
}

export interface CompressedSegment {
  readonly kind: 'compressed';
  readonly start: number;
  /** The end of the source where nobody said otherwise: where compressed data end is known only to who expands them. */
  readonly end: number;
  readonly compression: Compression;
}

export interface UnknownSegment {
  readonly kind: 'unknown';
  readonly start: number;
  readonly end: number;
  /** An old cpio format, when it is one. */
  readonly what: 'odc' | 'old binary' | null;
}

export type Segment = ArchiveSegment | ZerosSegment | CompressedSegment | UnknownSegment;

/** An image taken apart. */
export interface CpioImage {
  /** Bytes. */
  readonly size: number;
  /** In order, without gaps, from 0 to `size`. */
  readonly segments: readonly Segment[];
  /** Offsets count from the start of the image. At most 16 of a rule, and a note that says how many more there are. */
  readonly findings: readonly Finding[];
}

/** 070707 as a 16-bit number in either byte order. */
const OLD_BINARY: ReadonlySet<number> = new Set([0x71c7, 0xc771]);

/**
 * Takes an image apart: concatenated newc archives, the zeros before and between them, and what follows them.
 * Never throws on bad bytes; linear in the size of the source, memory 8 bytes a member. Sources: Linux
 * Documentation/driver-api/early-userspace/buffer-format.rst, cpio(5).
 */
export function readCpio(input: Uint8Array | ByteSource): CpioImage {
  const walk = cpioWalk(input instanceof Uint8Array ? bytesSource(input) : input);
  let step = walk.next();
  while (step.done !== true) step = walk.next(undefined);
  return step.value;
}

/** The same, step by step: gives each compressed part, and goes on at the end that it is told; told none, it takes the end of the source. */
export function* cpioWalk(source: ByteSource): Generator<CompressedSegment, CpioImage, number | undefined> {
  const findings = collectFindings();
  const segments: Segment[] = [];
  let at = 0;
  while (at < source.size) {
    const start = skipZeros(source, at);
    if (start > at) segments.push({ kind: 'zeros', start: at, end: start });
    if (start === source.size) break;
    let segment = startsMember(source, start) ? readArchive(source, start, findings) : foreign(source, start);
    if (segment.kind === 'unknown') reportUnknown(source, segment, segments.at(-1), findings);
    if (segment.kind === 'compressed') segment = { ...segment, end: (yield segment) ?? segment.end };
    segments.push(segment);
    at = segment.end;
  }
  return { size: source.size, segments, findings: findings.all() };
}

/** The members of an archive, decoded one at a time; the trailer is not among them. */
export function* membersOf(input: Uint8Array | ByteSource, archive: ArchiveSegment): Generator<NewcMember> {
  const source = input instanceof Uint8Array ? bytesSource(input) : input;
  for (const header of archive.headers) {
    const member = memberAt(source, header, archive.start);
    if (member !== undefined) yield member;
  }
}

function foreign(source: ByteSource, start: number): CompressedSegment | UnknownSegment {
  const first = source.view(start, 6);
  const compression = compressionOf(first);
  const end = source.size;
  if (compression !== undefined) return { kind: 'compressed', start, end, compression };
  const odc = Buffer.from(first).toString('latin1') === '070707';
  const binary = first.length >= 2 && OLD_BINARY.has(((first[0] ?? 0) << 8) | (first[1] ?? 0));
  return { kind: 'unknown', start, end, what: odc ? 'odc' : binary ? 'old binary' : null };
}

function reportUnknown(
  source: ByteSource,
  { start, what }: UnknownSegment,
  before: Segment | undefined,
  findings: FindingCollector,
): void {
  if (what !== null) {
    findings.add(finding('cpio/odc', { offset: start }, { found: what }));
    return;
  }
  const expected = before?.kind === 'archive' && before.trailer === null ? 'a header' : 'an archive or compressed data';
  findings.add(finding('cpio/garbage', { offset: start }, { expected, found: hexBytes(source.view(start, 8)) }));
}

function readArchive(source: ByteSource, start: number, findings: FindingCollector): ArchiveSegment {
  const headers: number[] = [];
  let crcSeen = false;
  if (start % 4 !== 0) findings.add(finding('cpio/unaligned', { offset: start }, { expected: 4, found: start }));
  let at = start;
  const stop = (end: number, found: Finding): ArchiveSegment => {
    findings.add(found);
    return { kind: 'archive', start, end, headers, trailer: null };
  };
  while (startsMember(source, at)) {
    const member = memberGeometry(source, at, start);
    if (member === undefined) return stop(source.size, truncated('a header', NEWC.size, source.size - at, at));
    checkHeader(source, member, findings);
    if (member.checked && !crcSeen) findings.add(finding('cpio/crc-format', { offset: at, field: 'magic' }, {}));
    crcSeen ||= member.checked;
    const ends = isTrailer(nameField(source, member));
    if (!ends) headers.push(at);
    const cut = cutOff(source, member);
    if (cut !== undefined) return stop(source.size, cut);
    checkContents(source, member, ends, findings);
    if (ends) return { kind: 'archive', start, end: member.nextOffset, headers, trailer: at };
    at = member.nextOffset;
  }
  const rest = Buffer.from(source.view(at, NEWC.fields.magic.size)).toString('latin1');
  if (rest !== '' && rest !== NEWC_MAGIC && NEWC_MAGIC.startsWith(rest)) {
    return stop(source.size, truncated('a header', NEWC.size, rest.length, at));
  }
  return stop(at, finding('cpio/missing-trailer', { offset: at }, {}));
}

const truncated = (what: string, expected: number, found: number, offset: number): Finding =>
  finding('cpio/truncated', { offset }, { what, expected, found });

function cutOff(source: ByteSource, member: MemberGeometry): Finding | undefined {
  const { nameOffset, dataOffset, dataSize, nextOffset, namesize } = member;
  const left = (from: number): number => Math.max(0, source.size - from);
  if (dataOffset > source.size) return truncated('a name', namesize, left(nameOffset), nameOffset);
  if (dataOffset + dataSize > source.size) {
    return truncated('the data of a member', dataSize, left(dataOffset), dataOffset);
  }
  const end = dataOffset + dataSize;
  return nextOffset > source.size ? truncated('the padding of a member', nextOffset - end, left(end), end) : undefined;
}

function checkHeader(source: ByteSource, member: MemberGeometry, findings: FindingCollector): void {
  if (member.badField === undefined) return;
  const header = NEWC.decode(source.view(member.headerOffset, NEWC.size));
  if (header === undefined) return;
  for (const violation of NEWC.violations(header)) {
    const offset = member.headerOffset + violation.offset;
    const found = Buffer.from(source.view(offset, violation.size))
      .toString('latin1')
      .replaceAll(/[^ -~]/g, '?');
    const { field, expected } = violation;
    findings.add(finding('cpio/hex-digit', { offset, field }, { field, expected, found }));
  }
}

function checkContents(source: ByteSource, member: MemberGeometry, ends: boolean, findings: FindingCollector): void {
  const { headerOffset, nameOffset, namesize, dataOffset, dataSize, nextOffset, mode } = member;
  checkName(source, member, findings);
  const name = (): string => nameText(nameField(source, member));
  const at = (offset: number, field?: string) => (field === undefined ? { offset } : { offset, field });
  if (ends) {
    const data = at(headerOffset, 'filesize');
    if (dataSize > 0) findings.add(finding('cpio/trailer-data', data, { found: dataSize }));
    return;
  }
  if ((mode & TYPE_MASK) === 0) {
    const found = `0${mode.toString(8)}`;
    findings.add(finding('cpio/file-type', at(headerOffset, 'mode'), { name: name(), found }));
  }
  if (member.checked && (mode & TYPE_MASK) === REGULAR) {
    const sum = byteSum(source, dataOffset, dataOffset + dataSize);
    const values = { name: name(), expected: hex32(member.check), found: hex32(sum) };
    if (sum !== member.check) findings.add(finding('cpio/checksum', at(headerOffset, 'check'), values));
  }
  const gaps = [
    ['name', nameOffset + namesize, dataOffset],
    ['data', dataOffset + dataSize, nextOffset],
  ] as const;
  for (const [what, start, end] of gaps) {
    if (start < end && source.view(start, end - start).some((byte) => byte !== 0)) {
      findings.add(finding('cpio/padding', at(start), { what, name: name() }));
    }
  }
}

function checkName(source: ByteSource, member: MemberGeometry, findings: FindingCollector): void {
  const { namesize, headerOffset } = member;
  const at = { offset: headerOffset, field: 'namesize' };
  if (namesize === 0) return findings.add(finding('cpio/name-size-zero', at, {}));
  if (namesize > PATH_LIMIT) {
    return findings.add(finding('cpio/name-too-long', at, { found: namesize, expected: PATH_LIMIT }));
  }
  const field = nameField(source, member);
  const first = field.indexOf(0);
  const name = nameText(field);
  if (field.at(-1) !== 0) findings.add(finding('cpio/name-not-terminated', at, { found: name }));
  if (first >= 0 && first + trailingNuls(field) !== field.length) {
    findings.add(finding('cpio/name-hidden-tail', at, { found: name }));
  }
  if (name.split('/').includes('..')) findings.add(finding('cpio/parent-path', at, { found: name }));
}
