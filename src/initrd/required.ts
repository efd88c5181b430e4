import { hex32, hex8 } from '../bytes/hex.ts';
import { sideOf } from '../bundle/amd-sides.ts';
import type { Held } from '../bundle/collect.ts';
import { EVERYTHING, isWanted } from '../bundle/wanted.ts';
import type { RequiredCpu } from '../bundle/wanted-cpu.ts';
import { type EntrySignSide, entrySignCutOff } from '../cpu/amd-entrysign.ts';
import { lowestPatchLevelOfCpuid } from '../cpu/amd.ts';

/**
 * Those of `cpus` that none of the chosen updates is for, as `SIGNATURE[,PLATFORMS]`; of a CPU that EntrySign divides also one side alone, in
 * words.
 */
export const unserved = (chosen: readonly Held[], cpus: readonly RequiredCpu[]): string[] =>
  cpus.flatMap((cpu) => {
    const own = chosen.filter(({ update }) => isWanted({ ...EVERYTHING, cpus: [cpu] }, update));
    if (own.length === 0) return [textOf(cpu)];
    const served = new Set(own.map(({ update }) => sideOf(update)));
    return cpu.sides
      .filter((side) => !served.has(side))
      .map((side) => `${textOf(cpu)} that runs ${levelsOf(cpu, side)}`);
  });

const textOf = ({ signature, platformMask }: RequiredCpu): string =>
  platformMask === undefined ? hex32(signature) : `${hex32(signature)},${hex8(platformMask)}`;

function levelsOf({ signature }: RequiredCpu, side: EntrySignSide): string {
  const cutOff = entrySignCutOff(lowestPatchLevelOfCpuid(signature)) ?? 0;
  return side === 'fixed' ? `${hex32(cutOff + 1)} or later` : `${hex32(cutOff)} or earlier`;
}
