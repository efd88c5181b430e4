/**
 * EntrySign (CVE-2024-36347, AMD-SB-7033): before the fix, Zen CPUs use AES-CMAC with a published example key as a hash, so that
 * anyone can sign patches. A fixed CPU of family 19h or later takes only patches above its cut-off, signed with another digest; an
 * unfixed one cannot load those.
 */
import { lowestPatchLevelOfCpuid } from './amd.ts';

/**
 * Last revision that runs unfixed, for each CPU whose cut-off Linux lists (arch/x86/kernel/cpu/microcode/amd.c, `cutoffs`).
 * Xen's table of first fixed revisions (xen/arch/x86/cpu/microcode/amd.c) agrees with all 34.
 */
const LAST_VULNERABLE: readonly number[] = [
  0x08001277, 0x0800820f, 0x0830107c, 0x0860010e, 0x08608108, 0x08701034, 0x08a0000a, 0x0a00107a, 0x0a0011da,
  0x0a001243, 0x0a00820e, 0x0a101153, 0x0a10124e, 0x0a108109, 0x0a20102f, 0x0a201212, 0x0a404109, 0x0a500013,
  0x0a60120a, 0x0a704109, 0x0a705208, 0x0a708009, 0x0a70c009, 0x0aa00116, 0x0aa00218, 0x0b002146, 0x0b008111,
  0x0b101046, 0x0b204031, 0x0b404031, 0x0b404101, 0x0b600031, 0x0b608031, 0x0b700031,
];

const BY_CPU: ReadonlyMap<number, number> = new Map(LAST_VULNERABLE.map((revision) => [revision >>> 8, revision]));

/** Last vulnerable revision of the CPU that a Zen patch level is for; null when no cut-off is published for it. */
export const entrySignCutOff = (revision: number): number | null => BY_CPU.get(revision >>> 8) ?? null;

/** `vulnerable` up to the cut-off, `fixed` above it, `unlisted` where there is none. */
export type EntrySignSide = 'vulnerable' | 'fixed' | 'unlisted';

/** On which side of its CPU's cut-off a Zen patch level is (which Linux loads across it: src/loaders/linux/traits.ts). */
export function entrySignSide(revision: number): EntrySignSide {
  const cutOff = entrySignCutOff(revision);
  if (cutOff === null) return 'unlisted';
  return revision <= cutOff ? 'vulnerable' : 'fixed';
}

/**
 * On which side a CPU is that runs `running` (0: none from the BIOS; null: not known). `unlisted` where the CPU has no cut-off, null where the
 * side is not known: also for a level that names another CPU, as hypervisors make them up.
 */
export function entrySignSideOfCpu(signature: number, running: number | null): EntrySignSide | null {
  const lowest = lowestPatchLevelOfCpuid(signature);
  if (entrySignCutOff(lowest) === null) return 'unlisted';
  // Linux need_sha_check(): a CPU without microcode from the BIOS counts as one with the lowest level.
  if (running === 0) return entrySignSide(lowest);
  return running === null || running >>> 8 !== lowest >>> 8 ? null : entrySignSide(running);
}
