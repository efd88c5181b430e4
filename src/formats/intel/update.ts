import { type BcdDate, bcdDate } from '../../bytes/bcd-date.ts';
import { hex32 } from '../../bytes/hex.ts';
import { sum32 } from '../../bytes/sum32.ts';
import { type Finding, finding, layoutFindings } from '../../findings/finding.ts';
import {
  DEFAULT_DATA_SIZE,
  DEFAULT_TOTAL_SIZE,
  EXTENDED_HEADER,
  EXTENDED_ROW,
  UPDATE_HEADER,
  type UpdateHeader,
} from './layout.ts';

/** A CPU that an update serves: CPUID(1).EAX and the platforms, one bit for each platform id. */
export interface IntelSignature {
  readonly signature: number;
  readonly platformMask: number;
  /** As stored beside them. */
  readonly checksum: number;
}

/**
 * One Intel update as parsed. Source: Intel SDM vol. 3A, "Microcode Update Facilities"; the layout: docs/formats.md.
 */
export interface IntelUpdate {
  readonly vendor: 'intel';
  /** Byte offset of the header in the parsed bytes. */
  readonly offset: number;
  /** Bytes of the whole update: the header's total size, or 2048. */
  readonly size: number;
  /** Bytes of the data after the 48-byte header: the header's data size, or 2000. */
  readonly dataSize: number;
  /** The first 48 bytes as they stand. */
  readonly header: UpdateHeader;
  /** Unsigned. The SDM calls it signed, and what is then negative is pre-production. */
  readonly revision: number;
  /** From the header, as stored: `date.valid` says whether there is such a day. */
  readonly date: BcdDate;
  /** Signature and mask of the main header. */
  readonly main: IntelSignature;
  /** Rows of the extended signature table as stored; they usually repeat the main one. */
  readonly extended: readonly IntelSignature[];
  /** The update's bytes, a view; shorter than `size` when the update is cut off. */
  readonly bytes: Uint8Array;
  /** What is wrong with this update; offsets count from the start of the parsed bytes. */
  readonly findings: readonly Finding[];
}

/** What `parseIntelFile` makes of some bytes. */
export interface IntelFile {
  readonly updates: readonly IntelUpdate[];
  /** Those of all updates, one after the other, and of the bytes behind them. */
  readonly findings: readonly Finding[];
  /** Byte offset where the walk ended: the length of the bytes when every byte belongs to an update. */
  readonly end: number;
}

/** Whether the bytes at `at` start like an update: both version fields and a plausible pair of sizes. */
export function looksLikeIntelUpdate(bytes: Uint8Array, at = 0): boolean {
  const header = UPDATE_HEADER.decode(bytes, at);
  if (header === undefined || header.headerVersion !== 1 || header.loaderRevision !== 1) return false;
  return header.dataSize === 0 || header.totalSize >= header.dataSize;
}

/**
 * Reads a file of updates, one straight after the other, without header, padding or trailer.
 * Stops where the next update cannot be located; what is left is a finding, because Linux then loads nothing at all. Never throws.
 * Sources: Intel SDM vol. 3A, "Microcode Update Facilities"; Linux arch/x86/kernel/cpu/microcode/intel.c.
 */
export function parseIntelFile(bytes: Uint8Array): IntelFile {
  const updates: IntelUpdate[] = [];
  const findings: Finding[] = [];
  let at = 0;
  while (at < bytes.length) {
    const header = UPDATE_HEADER.decode(bytes, at);
    if (header === undefined || (at > 0 && header.headerVersion !== 1)) {
      findings.push(finding('intel/trailing-bytes', { offset: at }, { found: bytes.length - at }));
      break;
    }
    const update = parseUpdate(bytes, at, header);
    findings.push(...update.findings);
    if (header.headerVersion !== 1) break;
    updates.push(update);
    if (!canStepOver(header) || at + update.size > bytes.length) break;
    at += update.size;
  }
  return { updates, findings, end: at };
}

/** Whether the next update can be looked for behind this one. */
const canStepOver = (header: UpdateHeader): boolean =>
  header.dataSize === 0 || (header.totalSize >= UPDATE_HEADER.size && header.totalSize % 4 === 0);

function parseUpdate(bytes: Uint8Array, at: number, header: UpdateHeader): IntelUpdate {
  const dataSize = header.dataSize === 0 ? DEFAULT_DATA_SIZE : header.dataSize;
  const size = header.dataSize === 0 ? DEFAULT_TOTAL_SIZE : header.totalSize;
  const own = bytes.subarray(at, Math.min(at + size, bytes.length));
  const findings = layoutFindings(UPDATE_HEADER.violations(header), at);
  const date = bcdDate(header.date);
  findings.push(...headerFindings(header, date, at));
  const sizes = sizeFindings(header, dataSize, size, at, bytes.length - at);
  findings.push(...sizes);
  let extended: readonly IntelSignature[] = [];
  if (sizes.every(({ severity }) => severity !== 'error')) {
    findings.push(...checksumFindings(own, dataSize, at));
    const table = parseExtendedTable(own, header, UPDATE_HEADER.size + dataSize, at);
    extended = table.rows;
    findings.push(...table.findings);
  }
  const main = { signature: header.signature, platformMask: header.platformMask, checksum: header.checksum };
  const { revision } = header;
  return { vendor: 'intel', offset: at, size, dataSize, header, revision, date, main, extended, bytes: own, findings };
}

function headerFindings(header: UpdateHeader, date: BcdDate, at: number): Finding[] {
  const findings: Finding[] = [];
  if (header.revision === 0)
    findings.push(finding('intel/zero-revision', { offset: at + 0x04, field: 'revision' }, {}));
  if (header.revision >= 0x8000_0000) {
    findings.push(
      finding('intel/pre-production', { offset: at + 0x04, field: 'revision' }, { found: hex32(header.revision) }),
    );
  }
  if (!date.valid) findings.push(finding('intel/date', { offset: at + 0x08, field: 'date' }, { found: date.text }));
  if (header.signature === 0) {
    findings.push(finding('intel/zero-signature', { offset: at + 0x0c, field: 'signature' }, {}));
  }
  return findings;
}

function sizeFindings(header: UpdateHeader, dataSize: number, size: number, at: number, left: number): Finding[] {
  const findings: Finding[] = [];
  const contradiction = (field: 'dataSize' | 'totalSize' | 'metadataSize', expected: string): Finding =>
    finding(
      field === 'metadataSize' ? 'intel/metadata-size' : 'intel/size',
      { offset: at + UPDATE_HEADER.fields[field].offset, field },
      { field, found: header[field], expected },
    );
  if (dataSize % 4 !== 0) findings.push(contradiction('dataSize', 'a multiple of 4'));
  if (size % 4 !== 0) findings.push(contradiction('totalSize', 'a multiple of 4'));
  if (size < dataSize + UPDATE_HEADER.size) {
    findings.push(contradiction('totalSize', `at least ${dataSize + UPDATE_HEADER.size}`));
  } else if (size % 4 === 0 && size % 1024 !== 0) {
    findings.push(finding('intel/total-size-alignment', { offset: at + 0x20, field: 'totalSize' }, { found: size }));
  }
  if (header.metadataSize > dataSize) findings.push(contradiction('metadataSize', `at most ${dataSize}`));
  if (size > left) findings.push(finding('intel/truncated', { offset: at }, { expected: size, found: left }));
  return findings;
}

function checksumFindings(own: Uint8Array, dataSize: number, at: number): Finding[] {
  const sum = sum32(own, 0, UPDATE_HEADER.size + dataSize);
  if (sum === 0) return [];
  return [
    finding('intel/checksum', { offset: at + 0x10, field: 'checksum' }, { expected: hex32(0), found: hex32(sum) }),
  ];
}

interface ExtendedTable {
  readonly rows: readonly IntelSignature[];
  readonly findings: readonly Finding[];
}

function parseExtendedTable(own: Uint8Array, header: UpdateHeader, start: number, at: number): ExtendedTable {
  const room = own.length - start;
  if (room === 0) return { rows: [], findings: [] };
  const head = EXTENDED_HEADER.decode(own, start);
  const wanted = head === undefined ? EXTENDED_HEADER.size : EXTENDED_HEADER.size + EXTENDED_ROW.size * head.count;
  if (head === undefined || room !== wanted) {
    const found = finding(
      'intel/extended-size',
      { offset: at + start, field: 'count' },
      { found: room, expected: wanted },
    );
    return { rows: [], findings: [found] };
  }
  const findings = layoutFindings(EXTENDED_HEADER.violations(head), at + start);
  const sum = sum32(own, start, own.length);
  if (sum !== 0) {
    const where = { offset: at + start + 4, field: 'checksum' };
    findings.push(finding('intel/extended-checksum', where, { expected: hex32(0), found: hex32(sum) }));
  }
  const rows: IntelSignature[] = [];
  for (let i = 0; i < head.count; i++) {
    const offset = start + EXTENDED_HEADER.size + i * EXTENDED_ROW.size;
    const row = EXTENDED_ROW.decode(own, offset);
    if (row === undefined) break;
    rows.push(row);
    findings.push(...layoutFindings(EXTENDED_ROW.violations(row), at + offset));
    // Signature, mask and checksum add up to the same sum in the main header and in every row.
    const expected =
      (header.checksum + header.signature + header.platformMask - row.signature - row.platformMask) >>> 0;
    if (row.checksum !== expected) {
      const where = { offset: at + offset + 8, field: 'checksum' };
      const data = { row: i + 1, expected: hex32(expected), found: hex32(row.checksum) };
      findings.push(finding('intel/extended-row-checksum', where, data));
    }
  }
  return { rows, findings };
}

/**
 * The CPUs an update serves, each pair of signature and platform mask once: the main one first, then the rows of the extended table that
 * add something; the table usually repeats the main one. Never throws.
 */
export function servedBy(update: IntelUpdate): IntelSignature[] {
  const seen = new Set<string>();
  return [update.main, ...update.extended].filter(({ signature, platformMask }) => {
    const key = `${signature}/${platformMask}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
