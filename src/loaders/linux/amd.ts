/** AMD patches in Linux: scan_containers() early, __load_microcode_amd() late (arch/x86/kernel/cpu/microcode/amd.c). */
import { hex32 } from '../../bytes/hex.ts';
import { FINAL_PATCH_LEVELS } from '../../cpu/amd.ts';
import type { LoaderCpu, Selection } from '../explanation.ts';
import { candidatesOf, conclude, type ScannedPatch } from './amd-choice.ts';
import { type Rules, rulesFor, type Visit, walkContainer } from './amd-walk.ts';
import { type LinuxVersion, linuxHas } from './versions.ts';
import { notNewer, type Reason, reason } from '../reasons.ts';

export interface LinuxAmdOptions {
  /** On unless the command line says `microcode.amd_sha_check=off`. */
  readonly digestCheck: boolean;
}

/** The early loader: the last match of a container counts; which container does depends on the version. */
export function selectAmdEarly(
  version: LinuxVersion,
  cpu: LoaderCpu,
  bytes: Uint8Array,
  { digestCheck }: LinuxAmdOptions,
): Selection {
  const rules = rulesFor(version, cpu);
  const stopsAtFirstMatch = linuxHas(version, 'stopsAtFirstMatch');
  const scanned: ScannedPatch[] = [];
  let others = 0;
  let chosen: ScannedPatch | undefined;
  let end: Reason | undefined;
  const visit: Visit = (section, matches, refusal) => {
    if (!matches || section.header === undefined) {
      others++;
      return;
    }
    const patch: ScannedPatch = { section, revision: section.header.patchId, refusal };
    scanned.push(patch);
    if (refusal !== undefined) return;
    if (chosen !== undefined) chosen.refusal = reason('superseded', { revision: hex32(patch.revision) });
    chosen = patch;
  };
  let at = 0;
  while (at < bytes.length) {
    const container = walkContainer(bytes, at, rules, visit);
    if ('code' in container) {
      end = container;
      break;
    }
    end = container.why;
    at = container.at;
    if (chosen !== undefined && stopsAtFirstMatch) break;
  }
  if (chosen !== undefined && at < bytes.length) others += markUnreached(bytes, at, rules, scanned);
  return conclude({ version, cpu, digestCheck, bytes, scanned, others, chosen, end });
}

/** Lists the matches behind the container that is used, for the reader of the explanation; Linux does not look at them. */
function markUnreached(bytes: Uint8Array, start: number, rules: Rules, scanned: ScannedPatch[]): number {
  let others = 0;
  let at = start;
  while (at < bytes.length) {
    const container = walkContainer(bytes, at, rules, (section, matches) => {
      if (!matches || section.header === undefined) others++;
      else scanned.push({ section, revision: section.header.patchId, refusal: reason('later-container', {}) });
    });
    if ('code' in container || container.at <= at) break;
    at = container.at;
  }
  return others;
}

/** Levels of family 10h with which the loader turns itself off, whatever the family (amd_check_current_patch_level()). */
export const isFinalOnLinux = ({ revision }: LoaderCpu): boolean => FINAL_PATCH_LEVELS.includes(revision);

/** The late loader: one container that has to be right to its last byte; the highest of its patches counts (update_cache()). */
export function selectAmdLate(
  version: LinuxVersion,
  cpu: LoaderCpu,
  bytes: Uint8Array,
  { digestCheck }: LinuxAmdOptions,
): Selection {
  const scanned: ScannedPatch[] = [];
  let others = 0;
  let chosen: ScannedPatch | undefined;
  const container = walkContainer(bytes, 0, rulesFor(version, cpu), (section, matches, refusal) => {
    const { header } = section;
    if (!matches || header === undefined) {
      others++;
      return;
    }
    const patch: ScannedPatch = { section, revision: header.patchId, refusal };
    scanned.push(patch);
    if (refusal !== undefined) return;
    if (chosen !== undefined && patch.revision <= chosen.revision) {
      patch.refusal = reason('not-higher', { revision: hex32(chosen.revision) });
      return;
    }
    if (chosen !== undefined) chosen.refusal = reason('superseded', { revision: hex32(patch.revision) });
    chosen = patch;
  });
  const fault = 'code' in container ? container : container.why;
  if (fault !== undefined) {
    const candidates = candidatesOf(scanned, reason('discarded-with-file', {}));
    return { chosen: null, reason: reason('bad-file', { why: fault.says }), candidates, others };
  }
  // load_microcode_amd() asks for something newer before any CPU is stopped.
  if (chosen !== undefined && chosen.revision <= cpu.revision) {
    const why = notNewer(chosen.revision, cpu.revision);
    return { chosen: null, reason: why, candidates: candidatesOf(scanned, why), others };
  }
  return conclude({ version, cpu, digestCheck, bytes, scanned, others, chosen, end: undefined });
}
