/**
 * The Firmware Interface Table of Intel platforms: which updates the CPU loads before the first instruction.
 * Source: Intel "Firmware Interface Table BIOS Specification".
 */
import { ascii, type Decoded, record, u16, u32, u64, u8 } from '../bytes/layout.ts';
import { type Finding, finding } from '../findings/finding.ts';

/** Where the pointer to the table stands, counted from the end of the image, which is at 4 GiB. */
const POINTER_FROM_END = 0x40;
const FOUR_GIB = 2 ** 32;

/** 64 bytes before the end of the image, at 0xFFFFFFC0. */
export const POINTER = record('FIT pointer', 8, {
  address: u64(0), // physical address of the table
});

/** Row 0. */
export const HEADER = record('FIT header', 16, {
  tag: ascii(0, 8), // `_FIT_` and three blanks, in the place of the address
  rowCount: u16(8), // rows with this one, low half; the size field has 24 bits
  rowCountHigh: u8(10), // bits 23:16 of it
  version: u16(12), // BCD
  type: u8(14), // bits 6:0: 0; bit 7: the checksum counts
  checksum: u8(15), // makes all bytes of the table sum to 0 modulo 256
});

/** Every row after row 0: what stands where. */
export const ROW = record('FIT row', 16, {
  address: u64(0), // physical address of the component
  sizeLow: u16(8), // 24 bits, in units of 16 bytes; 0 for updates
  sizeHigh: u8(10), // bits 23:16 of it
  version: u16(12), // of the component, BCD
  type: u8(14), // bits 6:0: 1 is an update, 0x7f an unused row; bit 7: the checksum counts
  checksum: u8(15), // of the component
});
type Row = Decoded<typeof ROW>;

const TAG = '_FIT_   ';
const MICROCODE = 1;
const SKIP = 0x7f;
const TYPE_BITS = 0x7f;
const CHECKSUM_COUNTS = 0x80;
/** What an erased flash holds. */
const ERASED = 0xffff_ffff;

/** Rows that are read; tables of real images have some dozens. */
const ROW_LIMIT = 4096;

const ERASED_WORD = u32(0);

/** A row that references an update. */
export interface FitSlot {
  /** Number of the row. */
  readonly row: number;
  /** Physical address as stored. */
  readonly address: bigint;
  /** Byte offset in the image; null when the address lies outside of it. */
  readonly offset: number | null;
  /** Nothing but erased flash is there. */
  readonly empty: boolean;
}

export interface Fit {
  /** Byte offset of the table. */
  readonly offset: number;
  /** Rows, the header among them. */
  readonly rows: number;
  readonly slots: readonly FitSlot[];
  readonly findings: readonly Finding[];
}

/** The table of an image that ends at 4 GiB; undefined when the pointer leads to none. A tag that no pointer leads to is a decoy. */
export function parseFit(bytes: Uint8Array): Fit | undefined {
  const pointer = POINTER.decode(bytes, bytes.length - POINTER_FROM_END);
  const offset = pointer === undefined ? null : offsetOf(pointer.address, bytes.length);
  const header = offset === null ? undefined : HEADER.decode(bytes, offset);
  if (offset === null || header?.tag !== TAG) return undefined;
  const announced = header.rowCount + header.rowCountHigh * 0x1_0000;
  const rows = Math.min(announced, Math.floor((bytes.length - offset) / ROW.size));
  const findings: Finding[] = [];
  if (rows < announced) {
    const data = { expected: announced * ROW.size, found: bytes.length - offset };
    findings.push(finding('fit/truncated', { offset }, data));
  } else if ((header.type & CHECKSUM_COUNTS) !== 0) {
    const sum = bytes.subarray(offset, offset + rows * ROW.size).reduce((total, byte) => (total + byte) & 0xff, 0);
    if (sum !== 0) findings.push(finding('fit/checksum', { offset }, { found: sum, expected: 0 }));
  }
  const slots: FitSlot[] = [];
  let before = 0;
  for (let row = 1; row < Math.min(rows, ROW_LIMIT); row++) {
    const at = offset + row * ROW.size;
    const decoded = ROW.decode(bytes, at);
    if (decoded === undefined) break;
    const type = decoded.type & TYPE_BITS;
    if (type === MICROCODE) slots.push(slotOf(bytes, row, decoded));
    if (type < before && findings.every(({ rule }) => rule !== 'fit/order')) {
      findings.push(finding('fit/order', { offset: at, field: 'type' }, { row, found: type, expected: before }));
    }
    if (type !== SKIP) before = type;
  }
  return { offset, rows, slots, findings };
}

function offsetOf(address: bigint, size: number): number | null {
  const offset = Number(address) - (FOUR_GIB - size);
  return offset >= 0 && offset < size ? offset : null;
}

function slotOf(bytes: Uint8Array, row: number, { address }: Row): FitSlot {
  const offset = offsetOf(address, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const empty =
    offset !== null && offset + ERASED_WORD.size <= bytes.length && ERASED_WORD.read(view, offset) === ERASED;
  return { row, address, offset, empty };
}

/** Orphans that are named one by one; crafted images could otherwise have millions. */
const NAMED_ORPHANS = 256;

/** What the table says of updates: `found` are the offsets of those that are in the image, ascending. */
export function fitFindings(fit: Fit, found: readonly number[]): Finding[] {
  const { offset, rows, slots } = fit;
  const present = new Set(found);
  const findings = [...fit.findings];
  const referenced = new Set<number>();
  for (const slot of slots) {
    const at = { offset: offset + slot.row * ROW.size, field: 'address' };
    if (slot.offset !== null && present.has(slot.offset)) {
      referenced.add(slot.offset);
      findings.push(finding('fit/referenced', at, { row: slot.row, slot: slot.offset }));
    } else if (slot.empty) {
      findings.push(finding('fit/empty-slot', at, { row: slot.row, slot: slot.offset ?? 0 }));
    } else {
      findings.push(finding('fit/dangling', at, { row: slot.row, address: `0x${slot.address.toString(16)}` }));
    }
  }
  const orphans = found.filter((at) => !referenced.has(at));
  for (const at of orphans.slice(0, NAMED_ORPHANS)) {
    findings.push(finding('fit/orphan', { offset: at }, { slot: at }));
  }
  if (orphans.length > NAMED_ORPHANS) {
    const data = { rule: 'fit/orphan', count: orphans.length - NAMED_ORPHANS };
    findings.push(finding('input/more-findings', { offset }, data));
  }
  const empty = slots.filter((slot) => slot.empty).length;
  return [finding('fit/table', { offset }, { count: rows, updates: referenced.size, empty }), ...findings];
}
