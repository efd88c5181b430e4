/** One CPU as `--cpu` names it. */
import { Failure } from '../findings/failure.ts';
import { type Candidate, parseNumber, platformBits } from './selection.ts';

/** A CPU for which updates are wanted. */
export interface WantedCpu {
  /** CPUID(1).EAX; never 0. */
  readonly signature: number;
  /** One bit for each platform the CPU may be of, as Linux shows it in `processor_flags`; undefined: any. */
  readonly platformMask: number | undefined;
}

const bad = (text: string, why: string): Failure =>
  new Failure({
    kind: 'usage',
    code: 'usage/cpu',
    where: `--cpu ${text}`,
    message: why,
    advice:
      'Write SIGNATURE or SIGNATURE,PLATFORMS, for example 0x906a4,0x80: the signature is CPUID leaf 1 EAX, the platforms are what /sys/devices/system/cpu/cpu0/microcode/processor_flags shows.',
  });

/**
 * Reads `SIGNATURE[,PLATFORMS]`, such as `0x906a4,0x80`: CPUID(1).EAX and a mask of platforms up to 0xff, as C numbers.
 * @throws Failure of kind `usage` (code `usage/cpu`) when `text` has another form or the signature is 0
 */
export function parseCpu(text: string): WantedCpu {
  const [signatureText = '', platformText, ...more] = text.split(',');
  const signature = parseNumber(signatureText);
  if (signature === undefined || signature === 0) throw bad(text, `"${signatureText}" is no processor signature`);
  if (more.length > 0) throw bad(text, 'has more than two parts');
  if (platformText === undefined) return { signature, platformMask: undefined };
  const platformMask = parseNumber(platformText);
  if (platformMask === undefined || platformMask > 0xff) throw bad(text, `"${platformText}" is no platform mask`);
  return { signature, platformMask };
}

/**
 * The platforms of the candidate that the CPU is of, as bits. An update without platforms is for every CPU of its signature: so Linux
 * reads it, and CPUs before the Pentium II report none.
 */
export function platformsOfCpu(cpu: WantedCpu, candidate: Candidate): number {
  if (cpu.signature !== candidate.signature) return 0;
  const own = platformBits(candidate.platformMask);
  if (cpu.platformMask === undefined || candidate.platformMask === 0) return own;
  return own & cpu.platformMask;
}
