/** How long AMD patches are. Nothing in a patch says it reliably: it follows from the format id and the family. */
import { familyOfRevisionId } from '../../cpu/amd.ts';
import type { PatchHeader } from './header.ts';

interface FormatSize {
  readonly format: number;
  readonly family: number;
  /** Bytes. */
  readonly size: number;
  /** Bits 8 to 11 of the processor revision id (the extended model), where that decides. */
  readonly extendedModels?: readonly number[];
  /** The header's length byte, where that decides. */
  readonly lenField?: number;
}

/** Measured over 395 published patches of families 0Fh to 1Ah. The first row that fits decides. */
const FORMAT_SIZES: readonly FormatSize[] = [
  { format: 0x8000, family: 0x0f, lenField: 0x10, size: 512 },
  { format: 0x8000, family: 0x0f, lenField: 0x20, size: 960 },
  { format: 0x8000, family: 0x10, size: 960 },
  { format: 0x8000, family: 0x11, size: 512 },
  { format: 0x8003, family: 0x10, size: 960 },
  { format: 0x8003, family: 0x12, size: 960 },
  // Pre-production steppings of 14h and 15h carry a shorter patch in plain text.
  { format: 0x8001, family: 0x14, extendedModels: [8], size: 1383 },
  { format: 0x8001, family: 0x14, size: 1568 },
  { format: 0x8002, family: 0x15, extendedModels: [8, 9], size: 2432 },
  { format: 0x8002, family: 0x15, size: 2592 },
  { format: 0x8003, family: 0x16, size: 3424 },
  { format: 0x8004, family: 0x17, size: 3200 },
  { format: 0x8005, family: 0x19, size: 5568 },
  { format: 0x8010, family: 0x1a, size: 14368 },
  { format: 0x8015, family: 0x1a, size: 14368 },
  { format: 0x8016, family: 0x1a, size: 14368 },
];

/** Bytes of a patch with this header, or null when no published patch combines this format and family. */
export function formatSize(header: Pick<PatchHeader, 'format' | 'processorRevId' | 'lenField'>): number | null {
  const family = familyOfRevisionId(header.processorRevId);
  const extendedModel = (header.processorRevId >>> 8) & 0xf;
  const row = FORMAT_SIZES.find(
    (row) =>
      row.format === header.format &&
      row.family === family &&
      (row.lenField === undefined || row.lenField === header.lenField) &&
      (row.extendedModels === undefined || row.extendedModels.includes(extendedModel)),
  );
  return row?.size ?? null;
}

/** Whether the patch is one of the plain-text pre-production twins of families 14h and 15h. */
export const isPreProductionTwin = (size: number | null): boolean => size === 1383 || size === 2432;

/**
 * Bytes that the length fields imply, or null when they say nothing (14h to Zen 2, Zen 3 and early Zen 4 leave them zero).
 * Up to family 12h the length byte is a code for one of two sizes; later both bytes together count units of 16 bytes.
 */
export function impliedSize(header: Pick<PatchHeader, 'processorRevId' | 'lenField' | 'initField'>): number | null {
  if (familyOfRevisionId(header.processorRevId) <= 0x12) {
    if (header.lenField === 0x10) return 512;
    return header.lenField === 0x20 ? 960 : null;
  }
  const units = (header.initField << 8) | header.lenField;
  return units === 0 ? null : units * 16;
}

/** Linux takes no patch below this many bytes (`struct microcode_amd` with its match registers). */
export const LINUX_MINIMUM = 64;

/** Longest patch section that Linux takes for `family` (`verify_patch_size`, 2019 to 6.19), or null for "whatever fits in the file". */
export function linuxMaximum(family: number): number | null {
  if (family >= 0x15) return null;
  return family === 0x14 ? 1824 : 2048;
}

const XEN_MAXIMA: Readonly<Record<number, number>> = {
  0x14: 1824,
  0x15: 4096,
  0x16: 3458,
  0x17: 3200,
  0x19: 5568,
  0x1a: 15296,
};

/** Longest patch section that Xen takes for `family` (`verify_patch_size`, as of 2026). */
export const xenMaximum = (family: number): number => XEN_MAXIMA[family] ?? 2048;
