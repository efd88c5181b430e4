/** CPUs as policies name them, and the updates for them. */
import { isNoCpu, parseCpuText, sameSignature } from '../../cpu/cpu-text.ts';
import { candidatesOf } from './selection.ts';
import type { CollectedUpdate } from '../collect.ts';
import type { CpuChoice } from '../../schemas/policy-file.ts';

/** An update and one CPU that it is for. */
export interface Service {
  readonly collected: CollectedUpdate;
  readonly signature: number;
  /** 0 for AMD, which has no platforms. */
  readonly platformMask: number;
}

export const servicesOf = (collected: readonly CollectedUpdate[]): Service[] =>
  collected.flatMap((one) =>
    candidatesOf(one.update).map(({ signature, platformMask }) => ({ collected: one, signature, platformMask })),
  );

/** Whether the choice names the CPU; names like 06-8f-08 are the same for both vendors. */
export function matchesSignature({ cpu }: CpuChoice, signature: number): boolean {
  const named = parseCpuText(cpu);
  return !isNoCpu(named) && sameSignature(named, signature);
}

/** Platforms that the choice asks for; 0: any. */
export function chosenPlatforms({ cpu, platforms }: CpuChoice): number {
  if (platforms !== undefined) return Number(platforms);
  const named = parseCpuText(cpu);
  return isNoCpu(named) ? 0 : (named.platformMask ?? 0);
}

/** Whether the choice names the CPU on at least one platform of the mask. */
export function matchesCpu(choice: CpuChoice, signature: number, platformMask: number): boolean {
  const platforms = chosenPlatforms(choice);
  return (
    matchesSignature(choice, signature) && (platforms === 0 || platformMask === 0 || (platforms & platformMask) !== 0)
  );
}

/** `06-8f-08/0x87` */
export const choiceText = ({ cpu, platforms }: CpuChoice): string =>
  platforms === undefined ? cpu : `${cpu}/${platforms.toLowerCase()}`;
