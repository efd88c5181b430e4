import { align4, dataDistance, NEWC, NEWC_MAGIC, REGULAR, TRAILER } from './newc.ts';

/** Largest value of a header field. */
export const FIELD_LIMIT = 0xffff_ffff;

/** A member to be written. Fields that are left out are 0, but for the mode (a regular file, 0644) and one link. */
export interface NewcEntry {
  readonly name: string;
  readonly mode?: number;
  readonly ino?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly nlink?: number;
  /** Seconds since 1970. */
  readonly mtime?: number;
  readonly devmajor?: number;
  readonly devminor?: number;
  readonly rdevmajor?: number;
  readonly rdevminor?: number;
  /** The data, in parts that are written one after the other. */
  readonly data?: readonly Uint8Array[];
  /** Start the data at a multiple of this many bytes by NULs after the name, as iucode_tool and gen_init_cpio do. */
  readonly alignData?: number;
}

/** An entry with its place in the archive; offsets count from the start of the archive. */
export interface PlacedEntry {
  readonly entry: NewcEntry;
  readonly headerOffset: number;
  /** Bytes of the name with its NULs. */
  readonly namesize: number;
  /** NULs beyond the closing one. */
  readonly extraNuls: number;
  readonly dataOffset: number;
  readonly dataSize: number;
}

export interface NewcLayout {
  readonly entries: readonly PlacedEntry[];
  /** Byte offset of the trailer's header. */
  readonly trailerOffset: number;
  /** Bytes, with the zeros behind the trailer. */
  readonly size: number;
}

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;

const ZEROS = new Uint8Array(4096);

/**
 * Places members in an archive whose length is filled with zeros to a multiple of `padTo` bytes.
 * @throws RangeError for a name that is empty or holds a NUL, or data too long for a header field: mistakes of the caller.
 */
export function layoutNewc(entries: readonly NewcEntry[], padTo = 512): NewcLayout {
  let at = 0;
  const placed = entries.map((entry): PlacedEntry => {
    if (entry.name === '' || entry.name.includes('\0')) throw new RangeError(`no name for a member: "${entry.name}"`);
    const shortest = Buffer.byteLength(entry.name) + 1;
    const natural = at + dataDistance(shortest);
    const dataOffset = roundUp(natural, entry.alignData ?? 1);
    // Every byte between name and data counts as name, so that no padding is left for readers to disagree about.
    const namesize = dataOffset === natural ? shortest : dataOffset - at - NEWC.size;
    const dataSize = (entry.data ?? []).reduce((sum, part) => sum + part.length, 0);
    if (dataSize > FIELD_LIMIT)
      throw new RangeError(`"${entry.name}" has ${dataSize} bytes, more than a header can say`);
    const headerOffset = at;
    at = align4(dataOffset + dataSize);
    return { entry, headerOffset, namesize, extraNuls: namesize - shortest, dataOffset, dataSize };
  });
  return { entries: placed, trailerOffset: at, size: roundUp(at + dataDistance(TRAILER.length + 1), padTo) };
}

/** The archive in pieces: headers and padding made here, data as the views that the entries hold. */
export function* newcChunks(layout: NewcLayout): Generator<Uint8Array> {
  for (const place of layout.entries) {
    yield headerBytes(place.entry, place.namesize, place.dataSize);
    for (const part of place.entry.data ?? []) if (part.length > 0) yield part;
    const end = place.dataOffset + place.dataSize;
    yield* zeros(align4(end) - end);
  }
  const trailer = headerBytes({ name: TRAILER, mode: 0 }, TRAILER.length + 1, 0);
  yield trailer;
  yield* zeros(layout.size - layout.trailerOffset - trailer.length);
}

/** The archive in one piece; `layoutNewc` says what it throws. */
export function writeNewc(entries: readonly NewcEntry[], padTo = 512): Uint8Array {
  const layout = layoutNewc(entries, padTo);
  const bytes = new Uint8Array(layout.size);
  let at = 0;
  for (const chunk of newcChunks(layout)) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Header, name and the padding behind it. */
function headerBytes(entry: NewcEntry, namesize: number, filesize: number): Uint8Array {
  const bytes = new Uint8Array(dataDistance(namesize));
  const { ino = 0, mode = REGULAR | 0o644, uid = 0, gid = 0, nlink = 1, mtime = 0 } = entry;
  const { devmajor = 0, devminor = 0, rdevmajor = 0, rdevminor = 0 } = entry;
  const device = { devmajor, devminor, rdevmajor, rdevminor };
  const header = { magic: NEWC_MAGIC, ino, mode, uid, gid, nlink, mtime, filesize, ...device, namesize, check: 0 };
  bytes.set(NEWC.encode(header));
  bytes.set(Buffer.from(entry.name), NEWC.size);
  return bytes;
}

function* zeros(count: number): Generator<Uint8Array> {
  for (let left = count; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, Math.min(left, ZEROS.length));
}
