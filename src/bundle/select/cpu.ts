/** A CPU as `--cpu` names it: `SIGNATURE[,PLATFORMS]`. */
import { CPU_FORMS, type CpuText, isNoCpu, parseCpuText, sameSignature } from '../../cpu/cpu-text.ts';
import type { EntrySignSide } from '../../cpu/amd-entrysign.ts';
import { Failure } from '../../findings/failure.ts';
import { sidesOfCpu } from '../amd-sides.ts';
import { type Candidate, platformBits } from './filter.ts';

/** A CPU for which updates are wanted. Its running revision selects nothing. */
export type CpuSelector = Pick<CpuText, 'signature' | 'platformMask'> & Partial<Pick<CpuText, 'anyType' | 'revision'>>;

/**
 * Reads one CPU: `0x906a4`, `906a4` or `06-9a-04`, with `,PLATFORMS[,REVISION]` or `/PLATFORMS` behind it, such as `06-9a-04,0x80`.
 * @throws Failure of kind `usage` (code `usage/cpu`) when `text` has another form
 */
export const parseCpu = (text: string): CpuText => cpuOfFlag('--cpu', text);

/** The same for the value of another flag, or of an argument (an empty `flag`). */
export function cpuOfFlag(flag: string, text: string): CpuText {
  const cpu = parseCpuText(text);
  if (!isNoCpu(cpu)) return cpu;
  throw new Failure({
    kind: 'usage',
    code: 'usage/cpu',
    where: `${flag} ${text}`.trimStart(),
    message: cpu.why,
    advice: `Write a CPU as ${CPU_FORMS}; host stands for this machine's.`,
  });
}

/** A CPU that an image must have an update for. */
export interface RequiredCpu extends CpuSelector {
  /** Sides of EntrySign for each of which a patch must be there; empty: any update will do. */
  readonly sides: readonly EntrySignSide[];
}

/** Of an AMD CPU that EntrySign divides, the revision that runs says which side is asked for; without it both are. */
export const requiredCpuOf = (cpu: CpuText): RequiredCpu => ({
  ...cpu,
  sides: sidesOfCpu(cpu.signature, cpu.revision ?? null),
});

/**
 * The platforms of the candidate that the CPU is of, as bits. An update without platforms is for every CPU of its signature: so Linux
 * reads it, and CPUs before the Pentium II report none.
 */
export function platformsOfCpu(cpu: CpuSelector, candidate: Candidate): number {
  if (!sameSignature({ anyType: false, ...cpu }, candidate.signature)) return 0;
  const own = platformBits(candidate.platformMask);
  if (cpu.platformMask === undefined || candidate.platformMask === 0) return own;
  return own & cpu.platformMask;
}
