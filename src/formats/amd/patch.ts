/**
 * One AMD patch, raw or as the payload of a container section. Sources: Linux arch/x86/kernel/cpu/microcode/amd.c, zentool,
 * and measurement over the published patches of families 0Fh to 1Ah.
 */
import { type BcdDate, bcdDate } from '../../bytes/bcd-date.ts';
import { hex16, hex32, hex8 } from '../../bytes/hex.ts';
import { sum32 } from '../../bytes/sum32.ts';
import { cpuidOfPatchLevel, cpuidOfRevisionId, familyOfRevisionId, FIRST_ZEN_FAMILY } from '../../cpu/amd.ts';
import { type Finding, finding, layoutFindings } from '../../findings/finding.ts';
import { PATCH_HEADER, type PatchHeader, ZEN_HEADER, type ZenHeader } from './header.ts';
import { formatSize, impliedSize, isPreProductionTwin, LINUX_MINIMUM } from './sizes.ts';

/** Where `AmdPatch.cpuids` comes from. */
export type CpuidSource =
  /** The equivalence table of the container. */
  | 'table'
  /** The equivalence id itself, which is exact from family 17h on. */
  | 'identity'
  /** Nothing: a patch before family 17h that no table names. */
  | 'none';

/** A second copy of the revision inside the patch. */
export interface EmbeddedRevision {
  /** Byte offset in the bytes given to the parser. */
  readonly offset: number;
  readonly value: number;
}

/** One AMD patch as parsed: of a container, or a raw file. The layout: docs/formats.md. */
export interface AmdPatch {
  readonly vendor: 'amd';
  /** Byte offset of the header in the bytes given to the parser. */
  readonly offset: number;
  /** Bytes: the length of the container section, or of the raw file. More than `bytes.length` when the patch is cut off. */
  readonly size: number;
  /** The patch as far as it is there: a view, not a copy. */
  readonly bytes: Uint8Array;
  /** Bytes that patches of this format and family have; null when the combination is unknown. */
  readonly formatSize: number | null;
  /** The first 32 bytes as they stand. */
  readonly header: PatchHeader;
  /** What stands between header and code on Zen; null before Zen and where the patch ends too early. */
  readonly zen: ZenHeader | null;
  /** From the equivalence id: 0x0f to 0x1e. */
  readonly family: number;
  /** CPUID leaf 1 EAX values that the patch is for, in table order. */
  readonly cpuids: readonly number[];
  /** Where these come from: `table` (of the container), `identity` (worked out from the equivalence id), `none` (nobody says). */
  readonly cpuidSource: CpuidSource;
  /** The patch level in the header. */
  readonly revision: number;
  /** From the header, as stored: `date.valid` says whether there is such a day. */
  readonly date: BcdDate;
  /** Least revision that must already run; null when the header names none. Not signed. */
  readonly minimumBaseRevision: number | null;
  /** Verdict on the header's checksum; null for families after 12h, which have none, and where the patch ends early. */
  readonly checksum: 'valid' | 'invalid' | null;
  /** The revision under the signature; null where `zen` is. */
  readonly signedRevision: number | null;
  /** Whether the option byte at 800 is set; null where `zen` is. */
  readonly autorun: boolean | null;
  /** Whether everything from byte 808 is encrypted; null where `zen` is. */
  readonly encrypted: boolean | null;
  /** Copy of the revision inside the patch, of the formats that have one. */
  readonly embeddedRevision: EmbeddedRevision | null;
  /** What is wrong with this patch; offsets count from the start of the bytes given to the parser. */
  readonly findings: readonly Finding[];
}

/** First byte of what the checksum of families up to 12h covers. */
const CHECKSUM_START = 64;
const LAST_FAMILY_WITH_CHECKSUM = 0x12;

/** Xen's test for a minimum revision in the field that was a checksum once. */
const holdsMinimumRevision = ({ processorRevId, checksumOrMinRevision, patchId }: PatchHeader): boolean =>
  processorRevId >= 0xa000 && checksumOrMinRevision !== 0 && (checksumOrMinRevision ^ patchId) >>> 8 === 0;

/** Byte offset of the second copy of the revision from the start of the patch, or null for formats without one. */
function embeddedRevisionOffset(family: number, size: number | null): number | null {
  if (size === null) return null;
  if (family >= FIRST_ZEN_FAMILY) return ZEN_HEADER.fields.signedRevision.offset;
  if (isPreProductionTwin(size)) return 0x2c;
  return family === 0x16 ? 0x264 : null;
}

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** Findings on the length of the patch. */
function sizeFindings(
  patch: Pick<AmdPatch, 'offset' | 'size' | 'bytes' | 'formatSize' | 'family' | 'header'>,
): Finding[] {
  const { offset, size, bytes, header, family } = patch;
  if (bytes.length < size) {
    return [finding('amd/truncated', { offset }, { what: 'the patch', expected: size, found: bytes.length })];
  }
  if (size < LINUX_MINIMUM) {
    return [finding('amd/patch-minimum', { offset }, { expected: LINUX_MINIMUM, found: size })];
  }
  const expected = patch.formatSize;
  if (expected === null) {
    const at = { offset: offset + PATCH_HEADER.fields.format.offset, field: 'format' };
    return [finding('amd/format', at, { found: hex16(header.format), family: hex8(family) })];
  }
  const findings: Finding[] = [];
  if (size > expected && isZero(bytes.subarray(expected))) {
    findings.push(finding('amd/padding', { offset: offset + expected }, { expected, found: size }));
  } else if (size !== expected) {
    findings.push(finding('amd/patch-size', { offset }, { expected, found: size }));
  }
  const implied = impliedSize(header);
  if (implied !== null && implied !== expected) {
    const at = { offset: offset + PATCH_HEADER.fields.lenField.offset, field: 'lenField' };
    findings.push(finding('amd/length-field', at, { expected, found: implied }));
  }
  return findings;
}

/** Findings on offset 12 of the header, whose meaning depends on family and year. */
function checksumFindings(patch: Omit<AmdPatch, 'findings'>, sum: number | null): Finding[] {
  const { header, offset, checksum, minimumBaseRevision, family } = patch;
  const at = { offset: offset + PATCH_HEADER.fields.checksumOrMinRevision.offset, field: 'checksumOrMinRevision' };
  if (checksum === 'invalid' && sum !== null) {
    const expected = hex32(header.checksumOrMinRevision);
    return [finding('amd/checksum', at, { expected, found: hex32(sum) })];
  }
  if (minimumBaseRevision !== null) {
    return [finding('amd/min-base-revision', at, { found: hex32(minimumBaseRevision) })];
  }
  if (family > LAST_FAMILY_WITH_CHECKSUM && header.checksumOrMinRevision !== 0) {
    const values = { field: at.field, found: hex32(header.checksumOrMinRevision), expected: hex32(header.patchId) };
    return [finding('amd/checksum-field', at, values)];
  }
  return [];
}

function revisionFindings(patch: Omit<AmdPatch, 'findings'>): Finding[] {
  const { header, offset, family, embeddedRevision, revision } = patch;
  const at = { offset: offset + PATCH_HEADER.fields.patchId.offset, field: 'patchId' };
  const findings: Finding[] = [];
  if (embeddedRevision !== null && embeddedRevision.value !== revision) {
    const values = { found: hex32(revision), expected: hex32(embeddedRevision.value) };
    findings.push(finding('amd/signed-revision', at, values));
  }
  if (family >= FIRST_ZEN_FAMILY && cpuidOfPatchLevel(revision) !== cpuidOfRevisionId(header.processorRevId)) {
    const values = {
      found: hex32(cpuidOfPatchLevel(revision)),
      expected: hex32(cpuidOfRevisionId(header.processorRevId)),
    };
    findings.push(finding('amd/revision-cpu', at, values));
  }
  return findings;
}

/**
 * Reads the patch of `length` bytes at byte `at`. Never throws: undefined when not even the 32 header bytes are there or `length` is
 * smaller than them; otherwise what could be read, with findings.
 * @param listed CPUIDs that the equivalence table of the container names for the equivalence id; without one, the id speaks for itself.
 */
export function parseAmdPatch(
  bytes: Uint8Array,
  at: number,
  length: number,
  listed: (equivalenceId: number) => readonly number[] | undefined = () => undefined,
): AmdPatch | undefined {
  const body = bytes.subarray(at, at + length);
  const header = PATCH_HEADER.decode(body);
  if (header === undefined) return undefined;
  const family = familyOfRevisionId(header.processorRevId);
  const isZen = family >= FIRST_ZEN_FAMILY;
  const size = formatSize(header);
  const zen = (isZen && ZEN_HEADER.decode(body)) || null;
  const fromTable = listed(header.processorRevId);
  const copyAt = embeddedRevisionOffset(family, size);
  const hasChecksum = family <= LAST_FAMILY_WITH_CHECKSUM && body.length >= Math.max(size ?? length, CHECKSUM_START);
  const sum = hasChecksum ? sum32(body, CHECKSUM_START, size ?? length) : null;
  const patch: Omit<AmdPatch, 'findings'> = {
    vendor: 'amd',
    offset: at,
    size: length,
    bytes: body,
    formatSize: size,
    header,
    zen,
    family,
    ...cpusOf(header, isZen, fromTable),
    revision: header.patchId,
    date: bcdDate(header.dataCode),
    minimumBaseRevision: holdsMinimumRevision(header) ? header.checksumOrMinRevision : null,
    checksum: sum === null ? null : sum === header.checksumOrMinRevision ? 'valid' : 'invalid',
    signedRevision: zen?.signedRevision ?? null,
    autorun: zen === null ? null : zen.autorun !== 0,
    encrypted: zen === null ? null : zen.encrypted !== 0,
    embeddedRevision:
      copyAt === null || copyAt + 4 > body.length
        ? null
        : { offset: at + copyAt, value: new DataView(body.buffer, body.byteOffset).getUint32(copyAt, true) },
  };
  const dateAt = { offset: at + PATCH_HEADER.fields.dataCode.offset, field: 'dataCode' };
  const findings = [
    ...sizeFindings(patch),
    ...layoutFindings(PATCH_HEADER.violations(header), at),
    ...(zen === null ? [] : layoutFindings(ZEN_HEADER.violations(zen), at)),
    ...checksumFindings(patch, sum),
    ...revisionFindings(patch),
    ...(patch.date.valid ? [] : [finding('amd/date', dateAt, { found: patch.date.text })]),
  ];
  return { ...patch, findings };
}

function cpusOf(
  header: PatchHeader,
  isZen: boolean,
  fromTable: readonly number[] | undefined,
): Pick<AmdPatch, 'cpuids' | 'cpuidSource'> {
  if (fromTable !== undefined) return { cpuids: fromTable, cpuidSource: 'table' };
  if (isZen) return { cpuids: [cpuidOfRevisionId(header.processorRevId)], cpuidSource: 'identity' };
  return { cpuids: [], cpuidSource: 'none' };
}
