/** Sections of PE images: unified kernel images and unified xen.efi carry microcode in one. Source: Microsoft "PE Format". */
import { array, ascii, record, u16, u32 } from '../bytes/layout.ts';
import { type Finding, finding } from '../findings/finding.ts';

/** The part of the DOS header that leads on. */
export const DOS_HEADER = record('DOS header', 64, {
  magic: ascii(0, 2), // MZ
  peOffset: u32(0x3c), // byte offset of the PE signature
});

/** Where the DOS header leads to. */
export const COFF_HEADER = record('PE signature and COFF header', 24, {
  signature: ascii(0, 4), // "PE\0\0"
  machine: u16(4), // 0x8664: x86-64
  sectionCount: u16(6), // rows of the section table
  optionalHeaderSize: u16(20), // bytes; the section table follows the optional header
  characteristics: u16(22), // flags of the image
});

/** A row of the section table. */
export const SECTION_HEADER = record('PE section header', 40, {
  name: ascii(0, 8), // filled up with NULs
  virtualSize: u32(8), // bytes used
  virtualAddress: u32(12), // in memory, from the start of the image
  rawSize: u32(16), // bytes in the file, filled up to the file alignment
  rawOffset: u32(20), // byte offset in the file
  relocations: array(u32, 24, 3), // where relocations and line numbers are and how many, for linkers
  characteristics: u32(36), // flags of the section
});

export interface PeSection {
  readonly name: string;
  /** Byte offset in the file. */
  readonly offset: number;
  /** Bytes used, without the padding. */
  readonly size: number;
}

export interface PeImage {
  readonly sections: readonly PeSection[];
  readonly findings: readonly Finding[];
}

const truncated = (what: string, offset: number, expected: number, found: number): Finding =>
  finding('archive/truncated', { offset }, { what, expected, found: Math.max(found, 0) });

/** The sections that have bytes in the file. `bytes` start with a DOS header. */
export function parsePe(bytes: Uint8Array): PeImage {
  const dos = DOS_HEADER.decode(bytes);
  const start = dos?.peOffset ?? 0;
  const coff = dos === undefined ? undefined : COFF_HEADER.decode(bytes, start);
  if (coff === undefined) {
    return { sections: [], findings: [truncated('the PE header', start, COFF_HEADER.size, bytes.length - start)] };
  }
  const table = start + COFF_HEADER.size + coff.optionalHeaderSize;
  const sections: PeSection[] = [];
  const findings: Finding[] = [];
  for (let i = 0; i < coff.sectionCount; i++) {
    const at = table + i * SECTION_HEADER.size;
    const header = SECTION_HEADER.decode(bytes, at);
    if (header === undefined) {
      findings.push(truncated('the section table', at, SECTION_HEADER.size, bytes.length - at));
      break;
    }
    const name = header.name.replace(/\0+$/, '');
    // Tools that add sections to a kernel image may leave the virtual size at 0.
    const size = header.virtualSize === 0 ? header.rawSize : Math.min(header.virtualSize, header.rawSize);
    if (size === 0) continue;
    const left = Math.max(bytes.length - header.rawOffset, 0);
    if (size > left) findings.push(truncated(`section ${name}`, at, size, left));
    if (left > 0) sections.push({ name, offset: header.rawOffset, size: Math.min(size, left) });
  }
  return { sections, findings };
}
