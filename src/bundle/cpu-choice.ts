/** CPUs as policies name them, and which updates serve them. */
import { intelFirmwareName } from '../cpu/intel.ts';
import { candidatesOf } from './wanted.ts';
import type { Held } from './collect.ts';
import type { CpuChoice } from '../schemas/policy-file.ts';

/** One update's word on one CPU. */
export interface Service {
  readonly held: Held;
  readonly signature: number;
  /** 0 for AMD, which has no platforms. */
  readonly platformMask: number;
}

export const servicesOf = (held: readonly Held[]): Service[] =>
  held.flatMap((one) =>
    candidatesOf(one.update).map(({ signature, platformMask }) => ({ held: one, signature, platformMask })),
  );

/** Whether the choice means the CPU; names like 06-8f-08 are the same for both vendors. */
export function meansSignature({ cpu }: CpuChoice, signature: number): boolean {
  return cpu.startsWith('0x') ? Number(cpu) === signature : intelFirmwareName(signature) === cpu;
}

/** Platforms that the choice asks for; 0: any. */
export const chosenPlatforms = ({ platforms }: CpuChoice): number => (platforms === undefined ? 0 : Number(platforms));

/** Whether the choice means the CPU on at least one of the platforms of the mask. */
export function means(choice: CpuChoice, signature: number, platformMask: number): boolean {
  const platforms = chosenPlatforms(choice);
  return (
    meansSignature(choice, signature) && (platforms === 0 || platformMask === 0 || (platforms & platformMask) !== 0)
  );
}

/** `06-8f-08/0x87` */
export const choiceText = ({ cpu, platforms }: CpuChoice): string =>
  platforms === undefined ? cpu : `${cpu}/${platforms.toLowerCase()}`;
