/** The model-specific registers through which a loader and a CPU talk about microcode. */
export const MSR = {
  /** Intel IA32_PLATFORM_ID: bits 52:50 are the platform id. */
  platformId: 0x17,
  /** Intel IA32_BIOS_UPDT_TRIG: takes the address of the update's data, 48 bytes after its header. */
  intelLoad: 0x79,
  /** Both vendors: the running revision; Intel in the high half, AMD in the low. */
  revision: 0x8b,
  /** AMD PATCH_LOADER: takes the address of the patch header. */
  amdLoad: 0xc0010020,
} as const;

export const MSR_NUMBERS: ReadonlySet<number> = new Set(Object.values(MSR));
