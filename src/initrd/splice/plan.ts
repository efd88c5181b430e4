import { type Piece, pieceSize, piecesSource } from '../../bytes/pieces.ts';
import { type ByteSource, bytesSource } from '../../bytes/source.ts';
import { type Finding, finding } from '../../findings/finding.ts';
import { findCpioData } from '../../formats/cpio/early-lookup.ts';
import type { NewcMember } from '../../formats/cpio/member.ts';
import { DIRECTORY, type NewcHeader, TYPE_MASK } from '../../formats/cpio/newc.ts';
import { type ArchiveSegment, type CpioImage, membersOf, readCpio } from '../../formats/cpio/read.ts';
import { efiImageName, readEfiImage } from '../../loaders/efi/image.ts';
import { earlyImageChunks, type EarlyImagePlan, ImageRefused } from '../image/layout.ts';
import { foldersAbove, isStamped, plainPath } from '../own-members.ts';
import { extraArchive, type ExtraMember, extraRefusals } from './extra-members.ts';
import { linuxUnpack } from '../unpack.ts';
import { EARLY_FOLDER, EARLY_VENDORS, type EarlyVendor, VENDOR_FILES } from '../../loaders/early-paths.ts';

export interface SpliceRequest {
  /** The microcode to put in front, in place of what is there; or what to do with what is there. */
  readonly microcode: EarlyImagePlan | 'remove' | 'keep';
  /**
   * Set: a vendor without a file in the new microcode keeps what there is. `moved` are header offsets of members whose data are in the new
   * microcode. Not set: all that is there goes.
   */
  readonly otherVendors?: { readonly moved: readonly number[] };
  /** Further early members, such as ACPI tables; they replace members of the same name. */
  readonly extra: readonly ExtraMember[];
  /** Seconds since 1970, of the further members. */
  readonly mtime: number;
}

/** A member of the old initrd that the new one lacks. */
export interface DroppedMember {
  readonly name: string;
  /** Byte offset of its header in the old initrd. */
  readonly offset: number;
  /** Bytes of data. */
  readonly size: number;
}

export interface SplicePlan {
  /** The old initrd and the new one, taken apart. */
  readonly before: CpioImage;
  readonly after: CpioImage;
  /** The new initrd in order; copied ranges are those of the old one. */
  readonly pieces: readonly Piece[];
  /** Bytes of the new initrd. */
  readonly size: number;
  readonly dropped: readonly DroppedMember[];
  /** False when the new initrd would be the old one, byte for byte. */
  readonly changes: boolean;
}

/** Flag files, such as dracut's, and the archive's own root: alone they are no reason to keep an archive. */
const NEUTRAL = new Set(['', '.', 'early_cpio']);

/** Zeros behind an archive of this program fill it up to a multiple of this many bytes. */
const OWN_PADDING = 512;

/**
 * Plans to put early microcode in front of an initrd, in place of what is there. Pure; reads the heads of members only.
 * Archives that hold nothing but microcode go; one that holds other members as well is kept without its microcode; everything else
 * is copied as it is.
 * @throws ImageRefused when the initrd is not understood to its end; offsets count from its start.
 */
export function planSplice(input: Uint8Array | ByteSource, request: SpliceRequest): SplicePlan {
  const source = input instanceof Uint8Array ? bytesSource(input) : input;
  const image = readCpio(source);
  const refusals = [...refusalsOf(source, image), ...extraRefusals(request.extra)];
  if (refusals.length > 0) throw new ImageRefused(refusals);
  const extraNames = new Set(request.extra.map(({ name }) => name));
  const { microcode } = request;
  const untouched = untouchedVendors(request);
  const isUntouched = (name: string): boolean => untouched.some((vendor) => name.startsWith(VENDOR_FILES[vendor]));
  const isMicrocode = (name: string): boolean =>
    (name === EARLY_FOLDER && untouched.length === 0) || (name.startsWith(`${EARLY_FOLDER}/`) && !isUntouched(name));
  const removal: Removal = {
    has: (name) => (microcode !== 'keep' && isMicrocode(name)) || extraNames.has(name),
    above: new Set([`${EARLY_FOLDER}/`, ...extraNames].flatMap(foldersAbove)),
  };
  const kept = keep(source, image, removal);
  const moved = new Set(request.otherVendors?.moved);
  const pieces = [
    ...(typeof microcode === 'string' ? [] : asPieces(earlyImageChunks(microcode))),
    ...asPieces(extraArchive(request.extra, request.mtime)),
    ...kept.pieces,
  ];
  const size = pieces.reduce((sum, piece) => sum + pieceSize(piece), 0);
  if (size === 0) throw new ImageRefused([finding('initrd/nothing-left', { offset: 0 }, {})]);
  const initrd = piecesSource(pieces, source);
  if (microcode !== 'keep') {
    proveLookup(initrd, microcode === 'remove' ? [] : microcode.vendorFiles, { untouched, before: source });
  }
  const changes = size !== source.size || differs(pieces, source);
  const dropped = kept.dropped.filter(({ offset }) => !moved.has(offset));
  return { before: image, after: readCpio(initrd), pieces, size, dropped, changes };
}

/** Vendors whose members stay where they are: nothing is put in their place, and no loader finds an update in them. */
function untouchedVendors({ microcode, otherVendors }: SpliceRequest): EarlyVendor[] {
  if (typeof microcode === 'string' || otherVendors === undefined) return [];
  return EARLY_VENDORS.filter((vendor) => microcode.vendorFiles.every((file) => file.vendor !== vendor));
}

const asPieces = (chunks: Iterable<Uint8Array>): Piece[] =>
  Array.from(chunks, (bytes): Piece => ({ kind: 'bytes', bytes }));

/** Bytes from the start that hold the section table of any image that boots. */
const PE_HEAD = 64 * 1024;

function refusalsOf(source: ByteSource, image: CpioImage): Finding[] {
  const efi = readEfiImage(source.view(0, PE_HEAD));
  if (efi !== undefined) return [finding('initrd/efi-image', { offset: 0 }, { what: efiImageName(efi) })];
  const errors = image.findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return errors;
  const first = image.segments.find(({ kind }) => kind !== 'zeros');
  if (first === undefined) return [finding('initrd/nothing', { offset: 0 }, { found: image.size })];
  // Without an archive before them Linux takes compressed data at any offset, behind one at multiples of 4 only.
  if (first.start % 4 !== 0) {
    return [finding('cpio/unaligned', { offset: first.start }, { expected: 4, found: first.start })];
  }
  const unpacking = linuxUnpack(source);
  if (unpacking.verdict !== 'stops') return [];
  return [finding('initrd/unpack-stops', { offset: unpacking.offset }, { found: unpacking.error })];
}

/** The members to remove, by their plain names. */
interface Removal {
  has(name: string): boolean;
  /** Folders above them, which are removed too unless another member needs them. */
  readonly above: ReadonlySet<string>;
}

interface Kept {
  readonly pieces: readonly Piece[];
  readonly dropped: readonly DroppedMember[];
}

function keep(source: ByteSource, image: CpioImage, removal: Removal): Kept {
  const pieces: Piece[] = [];
  const dropped: DroppedMember[] = [];
  const copy = (start: number, end: number): void => {
    const last = pieces.at(-1);
    if (start >= end) return;
    if (last?.kind === 'copy' && last.end === start) pieces[pieces.length - 1] = { ...last, end };
    else pieces.push({ kind: 'copy', start, end });
  };
  /** Zeros up to here are removed with the archive before them. */
  let paddingEnd = 0;
  for (const segment of image.segments) {
    if (segment.kind !== 'archive') {
      copy(segment.kind === 'zeros' ? Math.max(segment.start, paddingEnd) : segment.start, segment.end);
      continue;
    }
    const { runs, removed, whole } = splitArchive(source, segment, removal);
    for (const member of removed) dropped.push(member);
    paddingEnd = whole ? paddingOf(source, segment) : 0;
    if (whole) continue;
    for (const [start, end] of runs) copy(start, end);
  }
  return { pieces, dropped };
}

const isFolder = ({ mode }: NewcHeader): boolean => (mode & TYPE_MASK) === DIRECTORY;

interface SplitArchive {
  /** Byte ranges to be kept, trailer included. */
  readonly runs: readonly (readonly [start: number, end: number])[];
  readonly removed: readonly DroppedMember[];
  /** Nothing is left that needs an archive. */
  readonly whole: boolean;
}

function holdsOneOf(source: ByteSource, archive: ArchiveSegment, removal: Removal): boolean {
  for (const { name } of membersOf(source, archive)) if (removal.has(plainPath(name))) return true;
  return false;
}

function splitArchive(source: ByteSource, archive: ArchiveSegment, removal: Removal): SplitArchive {
  if (!holdsOneOf(source, archive, removal)) return { runs: [[archive.start, archive.end]], removed: [], whole: false };
  const inUse = new Set<string>();
  for (const { name, header } of membersOf(source, archive)) {
    const path = plainPath(name);
    if (removal.has(path) || (isFolder(header) && removal.above.has(path))) continue;
    for (const folder of removal.above) if (path.startsWith(`${folder}/`)) inUse.add(folder);
  }
  const runs: [number, number][] = [];
  const removed: DroppedMember[] = [];
  let whole = true;
  for (const member of membersOf(source, archive)) {
    const { headerOffset, nextOffset, header } = member;
    const name = plainPath(member.name);
    const idle = isFolder(header) && removal.above.has(name) && !inUse.has(name);
    if (removal.has(name) && header.nlink > 1 && !isFolder(header)) {
      throw new ImageRefused([finding('initrd/splice-link', { offset: headerOffset, field: 'nlink' }, { name })]);
    }
    if (removal.has(name) || idle) {
      removed.push(dropped(member));
      continue;
    }
    whole &&= NEUTRAL.has(name);
    runs.push([headerOffset, nextOffset]);
  }
  if (archive.trailer !== null) runs.push([archive.trailer, archive.end]);
  // A flag file that goes along with the whole archive is told like all the rest.
  return { runs, removed: whole ? [...membersOf(source, archive)].map(dropped) : removed, whole };
}

const dropped = ({ name, headerOffset, dataSize }: NewcMember): DroppedMember => ({
  name,
  offset: headerOffset,
  size: dataSize,
});

/**
 * Where the zeros that belong to a dropped archive end: for one of this program's, where its own padding does, so that what it was put
 * in front of comes back byte for byte; for any other, where the zeros do, because leading zeros confuse other tools.
 */
function paddingOf(source: ByteSource, archive: ArchiveSegment): number {
  const length = Math.ceil((archive.end - archive.start) / OWN_PADDING) * OWN_PADDING;
  return isStamped(headersOf(source, archive)) ? archive.start + length : source.size;
}

function* headersOf(source: ByteSource, archive: ArchiveSegment): Generator<NewcHeader> {
  for (const { header } of membersOf(source, archive)) yield header;
}

function differs(pieces: readonly Piece[], source: ByteSource): boolean {
  let at = 0;
  return pieces.some((piece) => {
    const start = at;
    at += pieceSize(piece);
    return piece.kind === 'copy'
      ? piece.start !== start
      : Buffer.compare(source.view(start, piece.bytes.length), piece.bytes) !== 0;
  });
}

/**
 * The last check before anything is written: Linux finds in the new initrd exactly what was planned.
 * @throws Error when it does not, which would be a mistake of this program.
 */
function proveLookup(
  initrd: ByteSource,
  planned: EarlyImagePlan['vendorFiles'],
  { untouched, before }: { readonly untouched: readonly EarlyVendor[]; readonly before: ByteSource },
): void {
  for (const vendor of untouched) {
    const [old, now] = [before, initrd].map((source) => findCpioData(source, VENDOR_FILES[vendor]));
    if (old?.found !== now?.found)
      throw new Error(`${VENDOR_FILES[vendor]} would be found or not as it was not before`);
  }
  for (const vendor of EARLY_VENDORS.filter((one) => !untouched.includes(one))) {
    const wanted = planned.find((file) => file.vendor === vendor)?.offset;
    const lookup = findCpioData(initrd, VENDOR_FILES[vendor]);
    const offset = lookup.found ? lookup.offset : undefined;
    if (offset !== wanted) {
      throw new Error(`${VENDOR_FILES[vendor]} would be found at ${offset ?? 'no place'}, not at ${wanted ?? 'none'}`);
    }
  }
}
