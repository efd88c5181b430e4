import { hex32, hex8 } from '../bytes/hex.ts';
import type { Held } from '../bundle/collect.ts';
import { EVERYTHING, isWanted } from '../bundle/wanted.ts';
import type { WantedCpu } from '../bundle/wanted-cpu.ts';

/** Those of `cpus` that none of the chosen updates is for, as `SIGNATURE[,PLATFORMS]`. */
export const unserved = (chosen: readonly Held[], cpus: readonly WantedCpu[]): string[] =>
  cpus
    .filter((cpu) => !chosen.some(({ update }) => isWanted({ ...EVERYTHING, cpus: [cpu] }, update)))
    .map(({ signature, platformMask }) =>
      platformMask === undefined ? hex32(signature) : `${hex32(signature)},${hex8(platformMask)}`,
    );
