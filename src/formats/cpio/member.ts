import type { ByteSource } from '../../bytes/source.ts';
import { hexDigits } from '../../bytes/hex.ts';
import { align4, dataDistance, isNewcMagic, NEWC, type NewcHeader, PATH_LIMIT, TRAILER, tolerantHex } from './newc.ts';

const FIELDS = Object.entries(NEWC.fields).filter(([name]) => name !== 'magic');

/** What a walk needs of a header; offsets count from the start of the source. */
export interface MemberGeometry {
  readonly headerOffset: number;
  /** 070702: the header's `check` counts. */
  readonly checked: boolean;
  readonly mode: number;
  readonly nlink: number;
  /** Bytes of the name with its NULs. */
  readonly namesize: number;
  readonly nameOffset: number;
  readonly dataOffset: number;
  /** Bytes of data that the header announces. */
  readonly dataSize: number;
  /** Where the next header belongs. */
  readonly nextOffset: number;
  readonly check: number;
  /** The first header field that is not a hexadecimal number. */
  readonly badField: string | undefined;
}

export interface NewcMember {
  readonly headerOffset: number;
  readonly header: NewcHeader;
  /** Up to the first NUL. */
  readonly name: string;
  /** NULs at the end of the name field: 1 as a rule, more when they align the data, 0 when the closing one is missing. */
  readonly nameNuls: number;
  /** Byte offset. */
  readonly dataOffset: number;
  /** Bytes that the header announces; fewer are there when the archive is cut off. */
  readonly dataSize: number;
  /** Where the next header belongs. */
  readonly nextOffset: number;
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');

/** Whether a newc header may stand at `at`: the magic does, the rest is not looked at. */
export const startsMember = (source: ByteSource, at: number): boolean =>
  isNewcMagic(latin1(source.view(at, NEWC.fields.magic.size)));

/**
 * The member whose header stands at `at`, in an archive that starts at `archiveStart` (padding counts from there).
 * Undefined when fewer than 110 bytes are left or the magic is wrong. Bad digits are read the way Linux's unpacker reads them.
 */
export function memberGeometry(source: ByteSource, at: number, archiveStart: number): MemberGeometry | undefined {
  const bytes = source.view(at, NEWC.size);
  if (bytes.length < NEWC.size || !isNewcMagic(latin1(bytes.subarray(0, 6)))) return undefined;
  let badField: string | undefined;
  for (const [name, { offset, size }] of FIELDS) {
    if (badField === undefined && Number.isNaN(hexDigits(bytes, offset, size))) badField = name;
  }
  const number = ({ offset, size }: { offset: number; size: number }): number => {
    const value = hexDigits(bytes, offset, size);
    return Number.isNaN(value) ? tolerantHex(latin1(bytes.subarray(offset, offset + size))) : value;
  };
  const { mode, nlink, namesize, filesize, check } = NEWC.fields;
  const nameBytes = number(namesize);
  const dataSize = number(filesize);
  const dataOffset = at + dataDistance(nameBytes);
  return {
    headerOffset: at,
    checked: bytes[5] === 0x32,
    mode: number(mode),
    nlink: number(nlink),
    namesize: nameBytes,
    nameOffset: at + NEWC.size,
    dataOffset,
    dataSize,
    nextOffset: archiveStart + align4(dataOffset + dataSize - archiveStart),
    check: number(check),
    badField,
  };
}

/** The name field, cut at the longest path that the kernel takes. */
export const nameField = (source: ByteSource, member: MemberGeometry): Uint8Array =>
  source.view(member.nameOffset, Math.min(member.namesize, PATH_LIMIT));

/** A name field's text up to its first NUL. */
export function nameText(field: Uint8Array): string {
  const end = field.indexOf(0);
  return utf8(end < 0 ? field : field.subarray(0, end));
}

/** NULs at the end of a name field. */
export function trailingNuls(field: Uint8Array): number {
  let end = field.length;
  while (end > 0 && field[end - 1] === 0) end -= 1;
  return field.length - end;
}

const TRAILER_BYTES = Buffer.from(`${TRAILER}\0`);

/** Whether a name field, up to its first NUL, is that of the member which ends an archive. */
export const isTrailer = (field: Uint8Array): boolean =>
  field.length >= TRAILER.length &&
  TRAILER_BYTES.subarray(0, Math.min(field.length, TRAILER_BYTES.length)).equals(
    field.subarray(0, TRAILER_BYTES.length),
  );

/** The member at `at` with all it says of itself; undefined as for `memberGeometry`. */
export function memberAt(source: ByteSource, at: number, archiveStart: number): NewcMember | undefined {
  const geometry = memberGeometry(source, at, archiveStart);
  const decoded = NEWC.decode(source.view(at, NEWC.size));
  if (geometry === undefined || decoded === undefined) return undefined;
  const { mode, nlink, namesize, dataSize, check, badField } = geometry;
  const header: NewcHeader = { ...decoded, mode, nlink, namesize, filesize: dataSize, check };
  const field = nameField(source, geometry);
  return {
    headerOffset: at,
    header: badField === undefined ? decoded : header,
    name: nameText(field),
    nameNuls: trailingNuls(field),
    dataOffset: geometry.dataOffset,
    dataSize,
    nextOffset: geometry.nextOffset,
  };
}
