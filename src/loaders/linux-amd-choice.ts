/** From the patches that a scan saw to the one that the CPU is given: load_ucode_amd_bsp(), __apply_microcode_amd(). */
import { hex32 } from '../bytes/hex.ts';
import { lowestPatchLevelOfCpuid } from '../cpu/amd.ts';
import type { PatchSection } from './amd-sections.ts';
import { distrust, isFirmwareOpen, isWeakForLinux } from './amd-trust.ts';
import type { Candidate, LoaderCpu, Selection } from './explanation.ts';
import { type LinuxVersion, linuxHas } from './linux-versions.ts';
import { type Reason, reason } from './reasons.ts';

/** A patch for this CPU, and why it is not the one. */
export interface Seen {
  readonly section: PatchSection;
  readonly revision: number;
  refusal: Reason | undefined;
}

/** What a loader's scan ends with. */
export interface Scan {
  readonly version: LinuxVersion;
  readonly cpu: LoaderCpu;
  readonly bytes: Uint8Array;
  readonly seen: readonly Seen[];
  readonly others: number;
  readonly chosen: Seen | undefined;
  /** What stood where the scan ended. */
  readonly end: Reason | undefined;
}

/** The patch that the scan chose, unless something stands between it and the CPU. */
export function conclude({ version, cpu, bytes, seen, others, chosen, end }: Scan): Selection {
  const refusal = chosen === undefined ? nothingFound(seen, end) : refused(version, cpu, bytes, chosen);
  const candidates = candidatesOf(seen, refusal);
  if (chosen === undefined || refusal !== undefined) {
    return { chosen: null, reason: refusal ?? reason('nothing-matches', {}), candidates, others };
  }
  const { section, revision } = chosen;
  const patch = { offset: section.patchAt, size: section.size, revision, bytes: patchBytes(bytes, section) };
  return { chosen: patch, reason: reason('loads', { revision: hex32(revision) }), candidates, others };
}

/** Candidates with their own verdict, or else the one on the choice. */
export const candidatesOf = (seen: readonly Seen[], refusal: Reason | undefined): Candidate[] =>
  seen.map(({ section, revision, refusal: own }) => {
    const verdict = own ?? refusal ?? reason('loads', { revision: hex32(revision) });
    return { offset: section.patchAt, size: section.size, revision, verdict };
  });

const patchBytes = (bytes: Uint8Array, { patchAt, size }: PatchSection): Uint8Array =>
  bytes.subarray(patchAt, patchAt + size);

function nothingFound(seen: readonly Seen[], end: Reason | undefined): Reason {
  if (end?.code === 'reads-beyond') return end;
  const passedOver = seen.find(({ refusal }) => refusal !== undefined)?.refusal;
  if (passedOver !== undefined) return passedOver;
  return end === undefined ? reason('nothing-matches', {}) : reason('bad-data', { why: end.says });
}

/** What stands between the patch that the scan chose and the CPU. */
function refused(version: LinuxVersion, cpu: LoaderCpu, bytes: Uint8Array, chosen: Seen): Reason | undefined {
  const { revision } = chosen;
  const running = hex32(cpu.revision);
  if (cpu.revision > revision) return reason('older-than-running', { revision: hex32(revision), running });
  if (cpu.revision === revision && !linuxHas(version, 'rewritesSameLevel')) return reason('nothing-newer', { running });
  return distrusted(version, cpu, patchBytes(bytes, chosen.section), revision);
}

function distrusted(version: LinuxVersion, cpu: LoaderCpu, patch: Uint8Array, revision: number): Reason | undefined {
  if (!linuxHas(version, 'digestList')) return undefined;
  if (!isWeakForLinux(cpu.signature, linuxHas(version, 'knowsAffectedModels'))) return undefined;
  const running = cpu.revision === 0 ? lowestPatchLevelOfCpuid(cpu.signature) : cpu.revision;
  if (!isFirmwareOpen(running)) return undefined;
  const fault = distrust('linux', revision, patch);
  if (fault === undefined) return undefined;
  return reason(fault === 'unlisted' ? 'digest-unlisted' : 'digest-mismatch', { revision: hex32(revision) });
}
