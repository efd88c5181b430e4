/** Updates of VIA (Centaur) CPUs. Source: what 81 published updates have in common; there is no public manual. */
import { type BcdDate, isCalendarDate } from '../bytes/bcd-date.ts';
import { hex32 } from '../bytes/hex.ts';
import { ascii, type Constraint, type Decoded, equals, raw, record, u16, u32, u8 } from '../bytes/layout.ts';
import { sum32 } from '../bytes/sum32.ts';
import { type Finding, finding, layoutFindings } from '../findings/finding.ts';

export const VIA_MAGIC = 'RRAS';

const magic: Constraint<string> = {
  rule: 'via/magic',
  expected: VIA_MAGIC,
  holds: (value) => value === VIA_MAGIC,
  show: (value) => JSON.stringify(value),
};

/** The first 48 bytes of an update. */
export const VIA_HEADER = record('VIA update header', 48, {
  magic: ascii(0, 4, magic), // what it stands for is undocumented
  revision: u32(4), // updates of one revision are told apart by their date
  year: u16(8), // a plain number, not BCD
  day: u8(10), // likewise
  month: u8(11), // likewise
  signature: u32(12), // CPUID(1).EAX
  checksum: u32(16), // makes the whole update sum to 0 modulo 2^32
  loaderRevision: u32(20, equals(1, 'via/loader-revision')), // by its place, as in Intel's header
  cnrRevision: u8(24), // 0xff: none; 0, 1 and 2 were seen
  filler: raw(25, 3), // all 0xff or all zero
  dataSize: u32(28), // bytes; as a rule the total size without the header
  totalSize: u32(32), // bytes
  name: ascii(36, 12), // such as 006F2P2E, filled up with NULs
});
export type ViaHeader = Decoded<typeof VIA_HEADER>;

/** One update of VIA as parsed. There is no manual; docs/formats.md has the layout that published updates share. */
export interface ViaUpdate {
  readonly vendor: 'via';
  /** Byte offset of the header in the parsed bytes. */
  readonly offset: number;
  /** Bytes of the whole update, as the header says. */
  readonly size: number;
  /** The first 48 bytes as they stand. */
  readonly header: ViaHeader;
  /** CPUID(1).EAX. */
  readonly signature: number;
  /** Unsigned. */
  readonly revision: number;
  /** Stored as plain numbers, unlike the other vendors' dates, and so without a BCD word. */
  readonly date: Pick<BcdDate, 'text' | 'valid'>;
  /** Without the NULs at its end; a byte that is no printable ASCII reads `\xNN`. */
  readonly name: string;
  /** The update's bytes, a view; shorter than `size` when the update is cut off. */
  readonly bytes: Uint8Array;
  /** What is wrong with this update; offsets count from the start of the parsed bytes. */
  readonly findings: readonly Finding[];
}

export interface ViaFile {
  readonly updates: readonly ViaUpdate[];
  /** Those of all updates, one after the other, and of what cannot be read. */
  readonly findings: readonly Finding[];
}

/** Reads updates that stand one after the other. Stops, with a finding, where the next cannot be located. */
export function parseViaFile(bytes: Uint8Array): ViaFile {
  const updates: ViaUpdate[] = [];
  const findings: Finding[] = [];
  let at = 0;
  while (at < bytes.length) {
    const header = VIA_HEADER.decode(bytes, at);
    if (header === undefined) {
      const data = { what: 'the header of an update', expected: VIA_HEADER.size, found: bytes.length - at };
      findings.push(finding('via/truncated', { offset: at }, data));
      break;
    }
    if (header.magic !== VIA_MAGIC) {
      findings.push(...layoutFindings(VIA_HEADER.violations({ ...header, loaderRevision: 1 }), at));
      break;
    }
    const update = parseUpdate(bytes, at, header);
    updates.push(update);
    findings.push(...update.findings);
    if (update.size < VIA_HEADER.size || update.size % 4 !== 0 || at + update.size > bytes.length) break;
    at += update.size;
  }
  return { updates, findings };
}

const spelledOut = (character: string): string => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;

const digits = (value: number, count: number): string => String(value).padStart(count, '0');

function parseUpdate(bytes: Uint8Array, at: number, header: ViaHeader): ViaUpdate {
  const { totalSize: size, revision, signature, year, month, day } = header;
  const own = bytes.subarray(at, Math.min(at + size, bytes.length));
  const text = `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
  const date = { text, valid: isCalendarDate(text) };
  const findings = layoutFindings(VIA_HEADER.violations(header), at);
  if (!date.valid) findings.push(finding('via/date', { offset: at + 8, field: 'year' }, { found: text }));
  const sizes = sizeFindings(header, at, bytes.length - at);
  findings.push(...sizes);
  const sum = sum32(own);
  if (sizes.length === 0 && sum !== 0) {
    const where = { offset: at + VIA_HEADER.fields.checksum.offset, field: 'checksum' };
    findings.push(finding('via/checksum', where, { expected: hex32(0), found: hex32(sum) }));
  }
  const name = header.name.replace(/\0+$/, '').replaceAll(/[^ -~]/g, spelledOut);
  return { vendor: 'via', offset: at, size, header, signature, revision, date, name, bytes: own, findings };
}

function sizeFindings({ dataSize, totalSize }: ViaHeader, at: number, left: number): Finding[] {
  const wrong = (field: 'dataSize' | 'totalSize', found: number, expected: string): Finding =>
    finding('via/size', { offset: at + VIA_HEADER.fields[field].offset, field }, { field, found, expected });
  if (totalSize < VIA_HEADER.size) return [wrong('totalSize', totalSize, `at least ${VIA_HEADER.size}`)];
  const findings: Finding[] = [];
  if (totalSize % 4 !== 0) findings.push(wrong('totalSize', totalSize, 'a multiple of 4'));
  if (dataSize > totalSize - VIA_HEADER.size) {
    findings.push(wrong('dataSize', dataSize, `at most ${totalSize - VIA_HEADER.size}`));
  }
  if (totalSize > left) {
    findings.push(finding('via/truncated', { offset: at }, { what: 'the update', expected: totalSize, found: left }));
  }
  return findings;
}
