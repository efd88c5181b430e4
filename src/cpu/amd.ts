/**
 * How AMD writes down which CPU is meant: CPUID leaf 1 EAX, the 16-bit processor revision id (the "equivalence id") of a patch,
 * and the patch level of Zen CPUs. Layouts: Linux arch/x86/kernel/cpu/microcode/amd.c (`union cpuid_1_eax`, `union zen_patch_rev`).
 */

/** Families from here on are Zen: their patches are signed and their patch level names the CPU. */
export const FIRST_ZEN_FAMILY = 0x17;

export interface FamilyModelStepping {
  readonly family: number;
  /** Extended model in the high nibble. */
  readonly model: number;
  readonly stepping: number;
}

/** Display family, model and stepping of a CPUID leaf 1 EAX value of an AMD CPU. */
export function amdFamilyModelStepping(cpuid: number): FamilyModelStepping {
  const base = (cpuid >>> 8) & 0xf;
  const extended = base === 0xf;
  return {
    family: extended ? base + ((cpuid >>> 20) & 0xff) : base,
    model: ((cpuid >>> 4) & 0xf) | (extended ? (cpuid >>> 12) & 0xf0 : 0),
    stepping: cpuid & 0xf,
  };
}

/** Family that a processor revision id stands for: 0x0f to 0x1e. */
export const familyOfRevisionId = (id: number): number => 0xf + ((id >>> 12) & 0xf);

/**
 * CPUID of a processor revision id. Exact on Zen; before Zen only a label, because one patch serves several CPUIDs there and only
 * the equivalence table of a container knows which.
 */
export const cpuidOfRevisionId = (id: number): number => ((id & 0xff00) << 8) | 0xf00 | (id & 0xff);

/** Processor revision id of a CPUID; exact on Zen only. */
export const revisionIdOfCpuid = (cpuid: number): number => ((cpuid >>> 8) & 0xff00) | (cpuid & 0xff);

/**
 * CPUID that a Zen patch level is for; bits 16 to 19 are ignored, as Linux does. Levels before Zen are plain counters: not for them.
 */
export const cpuidOfPatchLevel = (level: number): number =>
  (((level >>> 24) << 20) |
    (((level >>> 20) & 0xf) << 16) |
    0xf00 |
    (((level >>> 12) & 0xf) << 4) |
    ((level >>> 8) & 0xf)) >>>
  0;

/** Lowest patch level of a Zen CPU; Linux assumes it runs when the CPU reports level 0 (no microcode from the BIOS). */
export const lowestPatchLevelOfCpuid = (cpuid: number): number =>
  ((((cpuid >>> 20) & 0xff) << 24) |
    (((cpuid >>> 16) & 0xf) << 20) |
    (((cpuid >>> 4) & 0xf) << 12) |
    ((cpuid & 0xf) << 8)) >>>
  0;

/** Levels of family 10h that cannot be replaced once they run (Linux `final_levels`, Xen `final_levels`). */
export const FINAL_PATCH_LEVELS: readonly number[] = [0x01000098, 0x0100009f, 0x010000af];

/** File below `amd-ucode/` in which Linux looks for the patches of `family` when it loads late. */
export const amdFirmwareName = (family: number): string =>
  family < 0x15 ? 'microcode_amd.bin' : `microcode_amd_fam${family.toString(16).padStart(2, '0')}h.bin`;
