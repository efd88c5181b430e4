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

/** The part of the optional header that says how the firmware lays the image out; PE32 and PE32+ have it at the same place. */
export const OPTIONAL_HEADER = record('PE optional header', 64, {
  magic: u16(0), // 0x10b: PE32, 0x20b: PE32+
  sectionAlignment: u32(32), // in memory
  fileAlignment: u32(36), // in the file
  imageSize: u32(56), // bytes that the image takes in memory
  headersSize: u32(60), // bytes of all headers and the section table
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

/** A row of the section table, also of a section without bytes in the file. */
export interface PeRow {
  readonly name: string;
  /** Byte offset of the row in the file. */
  readonly row: number;
  /** Byte offset and bytes in the file, with the padding; they may lead out of it. */
  readonly rawOffset: number;
  readonly rawSize: number;
  /** Offset and bytes in memory, from the start of the image. */
  readonly address: number;
  readonly memorySize: number;
}

export interface PeImage {
  readonly sections: readonly PeSection[];
  /** The whole section table, in its order. */
  readonly rows: readonly PeRow[];
  /** Null where there is no optional header, as in object files. */
  readonly layout: { readonly imageSize: number; readonly headersSize: number } | null;
  readonly findings: readonly Finding[];
}

/** Whether the bytes are a PE image: a DOS header that leads to a PE signature. */
export function isPe(bytes: Uint8Array): boolean {
  const dos = DOS_HEADER.decode(bytes);
  return dos?.magic === 'MZ' && COFF_HEADER.decode(bytes, dos.peOffset)?.signature === 'PE\0\0';
}

const truncated = (what: string, offset: number, expected: number, found: number): Finding =>
  finding('archive/truncated', { offset }, { what, expected, found: Math.max(found, 0) });

/** The sections that have bytes in the file. `bytes` start with a DOS header. */
export function parsePe(bytes: Uint8Array): PeImage {
  const dos = DOS_HEADER.decode(bytes);
  const start = dos?.peOffset ?? 0;
  const coff = dos === undefined ? undefined : COFF_HEADER.decode(bytes, start);
  if (coff === undefined) {
    return {
      sections: [],
      rows: [],
      layout: null,
      findings: [truncated('the PE header', start, COFF_HEADER.size, bytes.length - start)],
    };
  }
  const table = start + COFF_HEADER.size + coff.optionalHeaderSize;
  const optional =
    coff.optionalHeaderSize < OPTIONAL_HEADER.size
      ? undefined
      : OPTIONAL_HEADER.decode(bytes, start + COFF_HEADER.size);
  const layout = optional === undefined ? null : { imageSize: optional.imageSize, headersSize: optional.headersSize };
  const sections: PeSection[] = [];
  const rows: PeRow[] = [];
  const findings: Finding[] = [];
  for (let i = 0; i < coff.sectionCount; i++) {
    const at = table + i * SECTION_HEADER.size;
    const header = SECTION_HEADER.decode(bytes, at);
    if (header === undefined) {
      findings.push(truncated('the section table', at, SECTION_HEADER.size, bytes.length - at));
      break;
    }
    const name = header.name.replace(/\0+$/, '');
    rows.push({
      name,
      row: at,
      rawOffset: header.rawOffset,
      rawSize: header.rawSize,
      address: header.virtualAddress,
      memorySize: header.virtualSize,
    });
    // Tools that add sections to a kernel image may leave the virtual size at 0.
    const size = header.virtualSize === 0 ? header.rawSize : Math.min(header.virtualSize, header.rawSize);
    if (size === 0) continue;
    const left = Math.max(bytes.length - header.rawOffset, 0);
    if (size > left) findings.push(truncated(`section ${name}`, at, size, left));
    if (left > 0) sections.push({ name, offset: header.rawOffset, size: Math.min(size, left) });
  }
  return { sections, rows, layout, findings };
}
