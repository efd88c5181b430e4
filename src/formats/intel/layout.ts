/** Record layouts of Intel updates. Source: Intel SDM vol. 3A, "Microcode Update Facilities"; Linux asm/microcode.h. */
import { array, atMost, type Decoded, equals, record, u32, zeros } from '../../bytes/layout.ts';

/** The first 48 bytes of an update. */
export const UPDATE_HEADER = record('update header', 48, {
  headerVersion: u32(0x00, equals(1, 'intel/header-version')), // 2 is an In-Field-Scan image
  revision: u32(0x04), // the SDM calls it signed: bit 31 marks pre-production
  date: u32(0x08), // packed BCD, MMDDYYYY
  signature: u32(0x0c), // CPUID(1).EAX
  checksum: u32(0x10), // makes header and data sum to 0 modulo 2^32
  loaderRevision: u32(0x14, equals(1, 'intel/loader-revision')), // version of the loader that the update needs
  platformMask: u32(0x18, atMost(0xff, 'intel/platform-mask')), // bit i: IA32_PLATFORM_ID[52:50] == i
  dataSize: u32(0x1c), // bytes; 0 stands for 2000
  totalSize: u32(0x20), // bytes; has a meaning only when dataSize is not 0, else 2048
  metadataSize: u32(0x24), // bytes at the end of the data; reserved in older manuals
  minimumRevision: u32(0x28), // lowest running revision for a late load, 0: not declared; reserved in older manuals
  reserved: u32(0x2c, equals(0, 'intel/reserved')), // for future use
});
export type UpdateHeader = Decoded<typeof UPDATE_HEADER>;

/** Head of the extended signature table, which follows the data when the total size leaves room for it. */
export const EXTENDED_HEADER = record('extended signature table', 20, {
  count: u32(0x00), // rows that follow
  checksum: u32(0x04), // makes the whole table sum to 0 modulo 2^32
  reserved: array(u32, 0x08, 3, zeros('intel/reserved')), // for future use
});
export type ExtendedHeader = Decoded<typeof EXTENDED_HEADER>;

/** One more CPU that the same update serves. */
export const EXTENDED_ROW = record('extended signature', 12, {
  signature: u32(0x00), // CPUID(1).EAX
  platformMask: u32(0x04, atMost(0xff, 'intel/platform-mask')), // as in the update header
  checksum: u32(0x08), // what the main header would hold with this signature and mask, and no extended table
});
export type ExtendedRow = Decoded<typeof EXTENDED_ROW>;

/** Bytes of data when the header says 0. */
export const DEFAULT_DATA_SIZE = 2000;
/** Bytes of the whole update when the header's data size is 0. */
export const DEFAULT_TOTAL_SIZE = 2048;
