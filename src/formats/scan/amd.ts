/** Judges the places where an AMD patch may start, and finds the container around a patch. */
import { FIRST_ZEN_FAMILY, familyOfRevisionId } from '../../cpu/amd.ts';
import { sum32 } from '../../bytes/sum32.ts';
import { AMD_CONTAINER_MAGIC, CONTAINER_HEADER, PATCH_SECTION, SECTION_HEADER } from '../amd/container.ts';
import { EQUIVALENCE_ENTRY } from '../amd/equivalence.ts';
import { PATCH_HEADER, type PatchHeader, ZEN_HEADER } from '../amd/header.ts';
import { looksLikeAmdPatch } from '../amd/raw-patch.ts';
import { formatSize, isPreProductionTwin, LINUX_MINIMUM } from '../amd/sizes.ts';
import { type VerdictTable, verdictTable, VERDICT, type Verdict } from './verdict.ts';

/** First byte of what the checksum of families up to 12h covers. */
const CHECKSUM_START = 64;
const LAST_FAMILY_WITH_CHECKSUM = 0x12;

export function checkAmd(bytes: Uint8Array, offsets: readonly number[]): VerdictTable {
  const places = verdictTable(Uint32Array.from(offsets));
  offsets.forEach((at, i) => {
    const header = looksLikeAmdPatch(bytes, at) ? PATCH_HEADER.decode(bytes, at) : undefined;
    const size = header === undefined ? null : formatSize(header);
    if (header === undefined || size === null) return;
    places.sizes[i] = size;
    places.verdicts[i] = checkOne(bytes, at, size, header);
  });
  return places;
}

/** What the formats let one check without the arithmetic of a signature. */
function checkOne(bytes: Uint8Array, at: number, size: number, header: PatchHeader): Verdict {
  if (at + size > bytes.length) return VERDICT.cut;
  const family = familyOfRevisionId(header.processorRevId);
  if (family >= FIRST_ZEN_FAMILY) {
    return wordAt(bytes, at + ZEN_HEADER.fields.signedRevision.offset) === header.patchId
      ? VERDICT.intact
      : VERDICT.revisionCopy;
  }
  if (family <= LAST_FAMILY_WITH_CHECKSUM) {
    return sum32(bytes, at + CHECKSUM_START, at + size) === header.checksumOrMinRevision
      ? VERDICT.intact
      : VERDICT.checksum;
  }
  const copy = isPreProductionTwin(size) ? 0x2c : family === 0x16 ? 0x264 : undefined;
  if (copy === undefined) return VERDICT.intact;
  return wordAt(bytes, at + copy) === header.patchId ? VERDICT.intact : VERDICT.revisionCopy;
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);

/** Rows of an equivalence table that are looked back over; published tables have up to some thirty. */
const ROWS = 256;

export interface ContainerRange {
  readonly offset: number;
  readonly size: number;
}

/** The container whose first patch starts at `at`, from its magic to the end of its last section; undefined when there is none. */
export function containerAround(bytes: Uint8Array, at: number): ContainerRange | undefined {
  const sections = at - SECTION_HEADER.size;
  if (sections < 0 || SECTION_HEADER.decode(bytes, sections)?.type !== PATCH_SECTION) return undefined;
  for (let rows = 0; rows <= ROWS; rows++) {
    const length = rows * EQUIVALENCE_ENTRY.size;
    const offset = sections - length - CONTAINER_HEADER.size;
    if (offset < 0) return undefined;
    // Bytes 44 4d 41 00 in file order; two of them decide, nearly always.
    if (bytes[offset] !== 0x44 || bytes[offset + 1] !== 0x4d) continue;
    const header = CONTAINER_HEADER.decode(bytes, offset);
    if (header?.magic === AMD_CONTAINER_MAGIC && header.tableType === 0 && header.tableLength === length) {
      return { offset, size: sectionsEnd(bytes, sections) - offset };
    }
  }
  return undefined;
}

function sectionsEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const section = SECTION_HEADER.decode(bytes, at);
    if (section === undefined || section.type !== PATCH_SECTION || section.length < LINUX_MINIMUM) return at;
    const end = at + SECTION_HEADER.size + section.length;
    if (end > bytes.length) return at;
    at = end;
  }
}
