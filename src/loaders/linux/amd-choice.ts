/** Chooses one of the patches that a scan met: load_ucode_amd_bsp(), __apply_microcode_amd(). */
import { hex32 } from '../../bytes/hex.ts';
import type { PatchSection } from '../amd-sections.ts';
import { distrust, linuxAsksForDigest, linuxDigests } from '../amd-trust.ts';
import type { Candidate, LoaderCpu, Selection } from '../explanation.ts';
import { type LinuxVersion, linuxHas } from './versions.ts';
import { notNewer, type Reason, reason } from '../reasons.ts';

/** A patch for this CPU that the scan met, and why it was not taken. */
export interface ScannedPatch {
  readonly section: PatchSection;
  readonly revision: number;
  refusal: Reason | undefined;
}

/** What a loader's scan ends with. */
export interface Scan {
  readonly version: LinuxVersion;
  readonly cpu: LoaderCpu;
  /** `microcode.amd_sha_check`. */
  readonly digestCheck: boolean;
  readonly bytes: Uint8Array;
  readonly scanned: readonly ScannedPatch[];
  readonly others: number;
  readonly chosen: ScannedPatch | undefined;
  /** Why the scan ended. */
  readonly end: Reason | undefined;
}

/** The patch that the scan chose, unless the loader or the CPU refuses it. */
export function conclude(scan: Scan): Selection {
  const { bytes, scanned, others, chosen, end } = scan;
  const refusal = chosen === undefined ? nothingFound(scanned, end) : refused(scan, chosen);
  const candidates = candidatesOf(scanned, refusal);
  if (chosen === undefined || refusal !== undefined) {
    return { chosen: null, reason: refusal ?? reason('nothing-matches', {}), candidates, others };
  }
  const { section, revision } = chosen;
  const patch = { offset: section.patchAt, size: section.size, revision, bytes: patchBytes(bytes, section) };
  return { chosen: patch, reason: reason('loads', { revision: hex32(revision) }), candidates, others };
}

/** Candidates with their own verdict, or else the one on the choice. */
export const candidatesOf = (scanned: readonly ScannedPatch[], refusal: Reason | undefined): Candidate[] =>
  scanned.map(({ section, revision, refusal: own }) => {
    const verdict = own ?? refusal ?? reason('loads', { revision: hex32(revision) });
    return { offset: section.patchAt, size: section.size, revision, verdict };
  });

const patchBytes = (bytes: Uint8Array, { patchAt, size }: PatchSection): Uint8Array =>
  bytes.subarray(patchAt, patchAt + size);

function nothingFound(scanned: readonly ScannedPatch[], end: Reason | undefined): Reason {
  if (end?.code === 'reads-beyond') return end;
  const passedOver = scanned.find(({ refusal }) => refusal !== undefined)?.refusal;
  if (passedOver !== undefined) return passedOver;
  return end === undefined ? reason('nothing-matches', {}) : reason('bad-data', { why: end.says });
}

/** Why the loader or the CPU refuses the patch that the scan chose. */
function refused(scan: Scan, { revision, section }: ScannedPatch): Reason | undefined {
  const { version, cpu } = scan;
  if (cpu.revision > revision) {
    return reason('older-than-running', { revision: hex32(revision), running: hex32(cpu.revision) });
  }
  if (cpu.revision === revision && !linuxHas(version, 'rewritesSameLevel')) return notNewer(revision, cpu.revision);
  return distrusted(scan, patchBytes(scan.bytes, section), revision);
}

function distrusted({ version, cpu, digestCheck }: Scan, patch: Uint8Array, revision: number): Reason | undefined {
  if (!digestCheck || !linuxAsksForDigest(version, cpu)) return undefined;
  const fault = distrust(linuxDigests(version), revision, patch);
  if (fault === undefined) return undefined;
  return reason(fault === 'unlisted' ? 'digest-unlisted' : 'digest-mismatch', { revision: hex32(revision) });
}
