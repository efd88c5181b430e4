/** How Intel names CPUs: CPUID(1).EAX, family-model-stepping, platform ids. Source: Intel SDM vol. 2A, CPUID. */

export interface IntelCpu {
  readonly family: number;
  readonly model: number;
  readonly stepping: number;
}

/** Family, model and stepping as Linux computes them; the type bits 13:12 have no part in it. */
export function intelCpu(signature: number): IntelCpu {
  const base = (signature >>> 8) & 0xf;
  const family = base === 0xf ? base + ((signature >>> 20) & 0xff) : base;
  const extended = base === 0x6 || base === 0xf ? (signature >>> 12) & 0xf0 : 0;
  return { family, model: extended | ((signature >>> 4) & 0xf), stepping: signature & 0xf };
}

/** `FF-MM-SS`, the name under which Linux asks for the update of a CPU when it loads late. */
export function firmwareName(signature: number): string {
  const { family, model, stepping } = intelCpu(signature);
  return [family, model, stepping].map((part) => part.toString(16).padStart(2, '0')).join('-');
}

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
      .filter((row) => row.name === firmwareName(signature) && (row.platformMask & platformMask) !== 0)
      .map(({ processor, stepping }) => `${processor} ${stepping}`.trim()),
  ),
];
