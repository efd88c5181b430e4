/** Where the payload of an RPM package starts. Numbers are big-endian. Source: RPM file format version 3 and 4 (rpm.org, "Package format"). */
import { ascii, raw, record, u8, u32be } from '../bytes/layout.ts';
import { type Finding, finding } from '../findings/finding.ts';

/** In front of everything; only the magic still has a meaning. */
export const LEAD = record('rpm lead', 96, {
  magic: raw(0, 4), // ed ab ee db
  major: u8(4), // version of the format: 3, also in version 4
  minor: u8(5), // 0
  type: raw(6, 2), // 00 00: binary package, 00 01: source package
  name: ascii(10, 66), // name, version and release of the package, filled up with NULs
});

/** Head of the signature and of the header proper: an index, then the data it points into. */
export const SECTION = record('rpm header', 16, {
  magic: u32be(0), // 8e ad e8, version 1
  reserved: u32be(4), // zero
  indexCount: u32be(8), // rows of 16 bytes
  dataSize: u32be(12), // bytes behind the index
});

const SECTION_MAGIC = 0x8eade801;

export interface RpmPayload {
  /** Byte offset of the payload: as a rule a compressed cpio archive. Undefined when the package ends before it. */
  readonly offset: number | undefined;
  readonly findings: readonly Finding[];
}

/** `bytes` start with the lead's magic. */
export function rpmPayload(bytes: Uint8Array): RpmPayload {
  let at = LEAD.size;
  for (const part of ['signature', 'header'] as const) {
    const section = SECTION.decode(bytes, at);
    if (section !== undefined && section.magic !== SECTION_MAGIC) {
      const data = { what: 'the rpm package', reason: `the magic of its ${part} is wrong` };
      return { offset: undefined, findings: [finding('archive/damaged', { offset: at }, data)] };
    }
    const size = section === undefined ? SECTION.size : SECTION.size + 16 * section.indexCount + section.dataSize;
    if (at + size > bytes.length) {
      const data = { what: `the ${part} of the rpm package`, expected: size, found: Math.max(bytes.length - at, 0) };
      return { offset: undefined, findings: [finding('archive/truncated', { offset: at }, data)] };
    }
    at += size;
    // The signature is filled up to a multiple of 8, the header is not.
    if (part === 'signature') at = Math.ceil(at / 8) * 8;
  }
  return { offset: at, findings: [] };
}
