import { AMD_CONTAINER_RULES } from './rules/formats/amd-container.ts';
import { AMD_RULES } from './rules/formats/amd.ts';
import { BASELINE_RULES } from './rules/baseline.ts';
import { BUNDLE_RULES } from './rules/bundle.ts';
import { ARCHIVE_RULES } from './rules/formats/archive.ts';
import { CPIO_RULES } from './rules/formats/cpio.ts';
import { DAT_RULES } from './rules/formats/dat.ts';
import { INITRD_RULES } from './rules/initrd.ts';
import { FIT_RULES } from './rules/formats/fit.ts';
import { SCAN_RULES } from './rules/formats/scan.ts';
import { VIA_RULES } from './rules/formats/via.ts';
import { INPUT_RULES } from './rules/input.ts';
import { INTEL_RULES } from './rules/formats/intel.ts';
import { POLICY_RULES } from './rules/policy.ts';
import { EFI_RULES } from './rules/efi.ts';
import { EXTRACT_RULES } from './rules/extract.ts';
import { PACK_RULES } from './rules/pack.ts';
import { XEN_RULES } from './rules/xen.ts';

/**
 * Every rule that a finding can fall under, by id (`topic/name`): its severity, a short title, the sentence (`{name}` stands for a value of
 * the finding), advice, what each loader does with such bytes, and the source it rests on. docs/rules.md has them in words.
 */
export const RULES = {
  ...INPUT_RULES,
  ...ARCHIVE_RULES,
  ...DAT_RULES,
  ...INTEL_RULES,
  ...AMD_CONTAINER_RULES,
  ...AMD_RULES,
  ...CPIO_RULES,
  ...INITRD_RULES,
  ...EFI_RULES,
  ...XEN_RULES,
  ...FIT_RULES,
  ...SCAN_RULES,
  ...VIA_RULES,
  ...BUNDLE_RULES,
  ...POLICY_RULES,
  ...BASELINE_RULES,
  ...EXTRACT_RULES,
  ...PACK_RULES,
} as const;

/** The id of a rule, `topic/name`: what a policy and a `RuleChoice` name it by. */
export type RuleId = keyof typeof RULES;
