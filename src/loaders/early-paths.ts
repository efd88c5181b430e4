/** The paths of the two vendor files that early loaders look for, by name. */
export const VENDOR_FILES = {
  amd: 'kernel/x86/microcode/AuthenticAMD.bin',
  intel: 'kernel/x86/microcode/GenuineIntel.bin',
} as const;

export type EarlyVendor = keyof typeof VENDOR_FILES;

export const EARLY_VENDORS: readonly EarlyVendor[] = ['amd', 'intel'];

/** Folder of the vendor files. */
export const EARLY_FOLDER = 'kernel/x86/microcode';
