/** The newc format of cpio archives. Sources: Linux Documentation/driver-api/early-userspace/buffer-format.rst, init/initramfs.c; cpio(5). */
import { ascii, type Constraint, type Decoded, hexAscii, record } from '../../bytes/layout.ts';

/** Plain newc. */
export const NEWC_MAGIC = '070701';
/** The same layout with a checksum of the data, which cpio calls `crc`. */
export const CRC_MAGIC = '070702';

/** Name of the member that ends an archive. */
export const TRAILER = 'TRAILER!!!';

/** Bytes of a path that Linux takes, its NUL included (PATH_MAX). */
export const PATH_LIMIT = 4096;

/** File type bits of a mode, and the types that matter here (stat(2)). */
export const TYPE_MASK = 0o170000;
export const REGULAR = 0o100000;
export const DIRECTORY = 0o040000;
export const SYMLINK = 0o120000;

const NUMBER: Constraint<number> = {
  rule: 'cpio/hex-digit',
  expected: '8 hexadecimal digits',
  holds: (value) => !Number.isNaN(value),
  show: String,
};

const hex = (offset: number) => hexAscii(offset, 8, NUMBER);

/** Header of a member: 110 ASCII bytes, numbers as hexadecimal digits. */
export const NEWC = record('newc header', 110, {
  /** 070701, or 070702 with a checksum. */
  magic: ascii(0, 6),
  /** Members with the same one, on the same device, are hard links of one file. */
  ino: hex(6),
  /** File type and permissions, as stat(2) has them. */
  mode: hex(14),
  /** Owner. */
  uid: hex(22),
  /** Group. */
  gid: hex(30),
  /** Number of hard links; Linux looks for the others from 2 on. */
  nlink: hex(38),
  /** Seconds since 1970, unsigned: ends in the year 2106. */
  mtime: hex(46),
  /** Bytes of data. */
  filesize: hex(54),
  /** Major number of the device that the file was on. */
  devmajor: hex(62),
  /** Its minor number. */
  devminor: hex(70),
  /** Major number of the device that a device node stands for. */
  rdevmajor: hex(78),
  /** Its minor number. */
  rdevminor: hex(86),
  /** Bytes of the name with its closing NUL; more NULs may follow and count too. */
  namesize: hex(94),
  /** 070702: sum of all data bytes modulo 2^32. 070701: zero. */
  check: hex(102),
});

export type NewcHeader = Decoded<typeof NEWC>;

/** `value` rounded up to a multiple of 4: names end and data end on one, counted from the start of the archive. */
export const align4 = (value: number): number => Math.ceil(value / 4) * 4;

/** Bytes from a header to its data. */
export const dataDistance = (namesize: number): number => align4(NEWC.size + namesize);

export const isNewcMagic = (magic: string): boolean => magic === NEWC_MAGIC || magic === CRC_MAGIC;

/**
 * The number that Linux's unpacker reads from 8 characters: it stops at the first that is no digit and knows a prefix 0x
 * (simple_strtoul, called by parse_header of init/initramfs.c).
 */
export function tolerantHex(text: string): number {
  const digits = /^(?:0x)?([0-9a-f]*)/i.exec(text)?.[1] ?? '';
  return digits === '' ? 0 : Number.parseInt(digits, 16);
}
