/**
 * How Intel CPUs are named: CPUID leaf 1 EAX (the "signature") and the `FF-MM-SS` of the kernel's firmware files
 * (Linux arch/x86/lib/cpu.c, arch/x86/kernel/cpu/microcode/intel.c request_microcode_fw).
 */
import type { FamilyModelStepping } from './amd.ts';

/** Family, model and stepping as Linux counts them. The processor type (bits 12 and 13) is lost: the way back is not unique. */
export function intelFamilyModelStepping(signature: number): FamilyModelStepping {
  const base = (signature >>> 8) & 0xf;
  const extendedModel = base >= 0x6 ? (signature >>> 12) & 0xf0 : 0;
  return {
    family: base === 0xf ? base + ((signature >>> 20) & 0xff) : base,
    model: ((signature >>> 4) & 0xf) | extendedModel,
    stepping: signature & 0xf,
  };
}

const twoDigits = (value: number): string => value.toString(16).padStart(2, '0');

/** Name below `intel-ucode/` of the one file that Linux opens for the CPU when it loads late: `06-8f-08`. */
export function intelFirmwareName(signature: number): string {
  const { family, model, stepping } = intelFamilyModelStepping(signature);
  return [family, model, stepping].map(twoDigits).join('-');
}

/** The signature, without a processor type, of a CPU that is known by family, model and stepping; the same for Intel and AMD. */
export function signatureOf({ family, model, stepping }: FamilyModelStepping): number {
  const base = Math.min(family, 0xf);
  return (((family - base) << 20) | ((model >>> 4) << 16) | (base << 8) | ((model & 0xf) << 4) | stepping) >>> 0;
}

/** The signature, without a processor type, of a CPU named `06-8f-08`; undefined when the text is no such name. */
export function signatureOfFirmwareName(name: string): number | undefined {
  const match = /^([\da-f]{2})-([\da-f]{2})-([\da-f]{2})$/.exec(name);
  if (match === null) return undefined;
  const [family = 0, model = 0, stepping = 0] = match.slice(1).map((part) => Number.parseInt(part, 16));
  return stepping > 0xf ? undefined : signatureOf({ family, model, stepping });
}

/** Broadwell-EP and -EX: below this revision a late load may hang them (erratum BDX90; Linux is_blacklisted). */
export const BDX90_SIGNATURE = 0x0004_06f1;
export const BDX90_FIXED = 0x0b00_0021;

/** Platform ids of a mask, in order. */
export const platformIds = (mask: number): number[] =>
  [0, 1, 2, 3, 4, 5, 6, 7].filter((id) => (mask & (1 << id)) !== 0);

export interface IntelName {
  readonly name: string;
  readonly platformMask: number;
  /** Code name, for display only. */
  readonly processor: string;
  readonly stepping: string;
}

/** Reads `intel-names.tsv`. */
export const intelNames = (text: string): IntelName[] =>
  text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [name = '', mask = '', processor = '', stepping = ''] = line.split('\t');
      return { name, platformMask: Number.parseInt(mask, 16), processor, stepping };
    });

/** Code names of the CPUs with this signature and one of these platforms, each once. */
export const namesOf = (names: readonly IntelName[], signature: number, platformMask: number): string[] => [
  ...new Set(
    names
      .filter((row) => row.name === intelFirmwareName(signature) && (row.platformMask & platformMask) !== 0)
      .map(({ processor, stepping }) => `${processor} ${stepping}`.trim()),
  ),
];
