import type { LinuxCase } from './case.ts';
import { LINUX_AMD_CASES } from './linux-amd.ts';
import { LINUX_CPIO_CASES } from './linux-cpio.ts';
import { LINUX_INTEL_CASES } from './linux-intel.ts';

export const LINUX_CASES: readonly LinuxCase[] = [...LINUX_INTEL_CASES, ...LINUX_CPIO_CASES, ...LINUX_AMD_CASES];
