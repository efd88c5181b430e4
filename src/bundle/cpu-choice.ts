/** CPUs as policies name them, and which updates serve them. */
import { isNoCpu, parseCpuText, sameSignature } from '../cpu/cpu-text.ts';
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
  const named = parseCpuText(cpu);
  return !isNoCpu(named) && sameSignature(named, signature);
}

/** Platforms that the choice asks for; 0: any. */
export function chosenPlatforms({ cpu, platforms }: CpuChoice): number {
  if (platforms !== undefined) return Number(platforms);
  const named = parseCpuText(cpu);
  return isNoCpu(named) ? 0 : (named.platformMask ?? 0);
}

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
