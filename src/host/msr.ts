/** Registers of the msr device, which root may read once the module `msr` is loaded. */
import { join } from 'node:path';
import { readAt } from '../io/read/file-source.ts';

/** Intel SDM vol. 4: bits 52:50 are the platform id. */
const IA32_PLATFORM_ID = 0x17;
/** Intel: the upper half is the revision that runs; AMD: the lower half (Linux MSR_AMD64_PATCH_LEVEL). */
const REVISION = 0x8b;

function register(root: string, cpu: number, address: number): bigint | null {
  const bytes = readAt(join(root, 'dev/cpu', String(cpu), 'msr'), address, 8);
  return bytes === undefined ? null : new DataView(bytes.buffer).getBigUint64(0, true);
}

export function revisionRegister(root: string, cpu: number, isIntel: boolean): number | null {
  const value = register(root, cpu, REVISION);
  return value === null ? null : Number(isIntel ? value >> 32n : value & 0xffff_ffffn);
}

/** One bit, as in `processor_flags` of sysfs. */
export function platformRegister(root: string, cpu: number): number | null {
  const value = register(root, cpu, IA32_PLATFORM_ID);
  return value === null ? null : 1 << Number((value >> 50n) & 7n);
}
