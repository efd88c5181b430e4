import { cpuidOfPatchLevel, cpuidOfRevisionId, FIRST_ZEN_FAMILY, familyOfRevisionId } from '../../cpu/amd.ts';
import { bcdDate } from '../../bytes/bcd-date.ts';
import { hex16, hex8 } from '../../bytes/hex.ts';
import { type Finding, finding } from '../../findings/finding.ts';
import { PATCH_HEADER } from './header.ts';
import { type AmdPatch, parseAmdPatch } from './patch.ts';
import { formatSize } from './sizes.ts';

const AMD_PCI_VENDOR = 0x1022;

/**
 * Whether a patch may start at byte `at`: a known format of the family, decimal date digits, plausible chipset ids and, on Zen, a level
 * that fits the equivalence id. Reads 32 bytes; a single byte decides in nearly all places that hold none.
 */
export function looksLikeAmdPatch(bytes: Uint8Array, at = 0): boolean {
  // Every format id is 0x80xx; testing that byte first keeps a scan over a firmware image cheap.
  if (bytes[at + 9] !== 0x80) return false;
  const header = PATCH_HEADER.decode(bytes, at);
  if (header === undefined || formatSize(header) === null || header.patchId === 0) return false;
  // No test against the calendar: one published patch is dated month 13.
  if (!/^(19|20)\d\d-\d\d-\d\d$/.test(bcdDate(header.dataCode).text)) return false;
  const plausible = (id: number): boolean => id === 0 || (id & 0xffff) === AMD_PCI_VENDOR;
  if (!plausible(header.nbDevId) || !plausible(header.sbDevId) || header.biosApiRev > 1) return false;
  if (familyOfRevisionId(header.processorRevId) < FIRST_ZEN_FAMILY) return true;
  return cpuidOfPatchLevel(header.patchId) === cpuidOfRevisionId(header.processorRevId);
}

export interface RawAmdPatch {
  /** Undefined when not even the 32 header bytes are there. */
  readonly patch: AmdPatch | undefined;
  /** On the file as a whole; those of the patch stand in it. */
  readonly findings: readonly Finding[];
}

/** Reads a file that holds one patch and nothing around it. Never throws. */
export function parseRawAmdPatch(bytes: Uint8Array): RawAmdPatch {
  const patch = parseAmdPatch(bytes, 0, bytes.length);
  if (patch === undefined) {
    const values = { what: 'the patch header', expected: PATCH_HEADER.size, found: bytes.length };
    return { patch, findings: [finding('amd/truncated', { offset: 0 }, values)] };
  }
  if (patch.cpuidSource !== 'none') return { patch, findings: [] };
  const at = { offset: PATCH_HEADER.fields.processorRevId.offset, field: 'processorRevId' };
  const values = { family: hex8(patch.family), equiv: hex16(patch.header.processorRevId) };
  return { patch, findings: [finding('amd/cpus-unknown', at, values)] };
}
