/**
 * What a patch starts with. Sources: Linux `struct microcode_header_amd`, Google's zentool for Zen, and measurement over the published patches of
 * families 0Fh to 1Ah.
 */
import { array, type Constraint, type Decoded, equals, oneOf, raw, record, u16, u32, u8 } from '../../bytes/layout.ts';

const allAlike = (values: readonly number[], rule: string): Constraint<readonly number[]> => ({
  rule,
  expected: values.map((value) => `all 0x${value.toString(16).padStart(2, '0')}`).join(' or '),
  holds: (found) => values.some((value) => found.every((byte) => byte === value)),
  show: (found) => found.map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(' '),
});

/**
 * The 32 bytes that every AMD patch starts with.
 * None of them is covered by the signature of a Zen patch.
 */
export const PATCH_HEADER = record('AMD patch header', 32, {
  /** BCD: year in the low half, then day, then month. */
  dataCode: u32(0),
  /** The level that MSR 0x8B reports once the patch runs. */
  patchId: u32(4),
  /** Decides, with the family, how long the patch is. */
  format: u16(8),
  /** Up to family 12h 0x10 for 512 bytes, 0x20 for 960; later the low byte of the length in units of 16 bytes; or zero. */
  lenField: u8(10),
  /** After family 12h the high byte of that length, or zero; before, undocumented (Linux calls it `init_flag`). */
  initField: u8(11),
  /** Up to family 12h the sum of the words from byte 64; from 2025 on the least revision that must already run; else zero. */
  checksumOrMinRevision: u32(12),
  /** PCI vendor id (low half) and device id of the northbridge that the patch is bound to; zero: any. */
  nbDevId: u32(16, equals(0, 'amd/chipset-bound')),
  /** The same of the southbridge. */
  sbDevId: u32(20, equals(0, 'amd/chipset-bound')),
  /** The equivalence id. */
  processorRevId: u16(24),
  /** Revision of that northbridge; no loader looks. */
  nbRevId: u8(26),
  /** Revision of that southbridge; no loader looks. */
  sbRevId: u8(27),
  /** Undocumented beyond its name in Linux; no loader looks. */
  biosApiRev: u8(28, oneOf([0, 1], 'amd/reserved')),
  /** Undocumented; no loader looks. */
  reserved: array(u8, 29, 3, allAlike([0x00, 0xaa], 'amd/reserved')),
});

export type PatchHeader = Decoded<typeof PATCH_HEADER>;

/** First byte that the signature of a Zen patch covers; it covers everything from there to the end of the format. */
export const SIGNED_START = 800;

/**
 * What follows the header in a Zen patch, family 17h and later. Offsets count from the start of the patch.
 * The three long numbers are big-endian in an otherwise little-endian file.
 */
export const ZEN_HEADER = record('AMD Zen patch header', 808, {
  /** RSA-2048 with exponent 65537 over a 16-byte digest of everything from byte 800, padded as in PKCS #1. */
  signature: raw(32, 256),
  /** The key; the CPU knows a hash of it. */
  modulus: raw(288, 256),
  /** -modulus^-1 modulo 2^2048, which saves the CPU the Montgomery set-up. */
  check: raw(544, 256),
  /** Undocumented beyond its name in zentool. */
  autorun: u8(800, oneOf([0, 1], 'amd/option-flag')),
  /** 1: everything from byte 808 is encrypted. */
  encrypted: u8(801, oneOf([0, 1], 'amd/option-flag')),
  /** Zero on Zen 1 to 4, a copy of the format id on family 1Ah. */
  options: u16(802),
  /** Copy of `patchId` under the signature. */
  signedRevision: u32(804),
});

export type ZenHeader = Decoded<typeof ZEN_HEADER>;
