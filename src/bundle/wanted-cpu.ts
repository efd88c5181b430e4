/** One CPU as `--cpu` names it. */
import type { EntrySignSide } from '../cpu/amd-entrysign.ts';
import { Failure } from '../findings/failure.ts';
import { sidesOfCpu } from './amd-sides.ts';
import { type Candidate, parseNumber, platformBits } from './selection.ts';

/** A CPU for which updates are wanted. */
export interface WantedCpu {
  /** CPUID(1).EAX; never 0. */
  readonly signature: number;
  /** One bit for each platform the CPU may be of, as Linux shows it in `processor_flags`; undefined: any. */
  readonly platformMask: number | undefined;
}

const SIGNATURE_AND_PLATFORMS =
  'the signature is CPUID leaf 1 EAX, the platforms are what /sys/devices/system/cpu/cpu0/microcode/processor_flags shows';

/** How a flag names a CPU. */
interface Notation {
  readonly flag: string;
  readonly advice: string;
}

const CPU: Notation = {
  flag: '--cpu',
  advice: `Write SIGNATURE or SIGNATURE,PLATFORMS, for example 0x906a4,0x80: ${SIGNATURE_AND_PLATFORMS}.`,
};

const REQUIRE: Notation = {
  flag: '--require',
  advice: `Write host, or SIGNATURE[,PLATFORMS[,REVISION]], for example 0x906a4,0x80 or 0x830f10,,0x0830107a: ${SIGNATURE_AND_PLATFORMS}, the revision is what runs.`,
};

const bad = ({ flag, advice }: Notation, text: string, why: string): Failure =>
  new Failure({ kind: 'usage', code: 'usage/cpu', where: `${flag} ${text}`, message: why, advice });

/**
 * Reads `SIGNATURE[,PLATFORMS]`, such as `0x906a4,0x80`: CPUID(1).EAX and a mask of platforms up to 0xff, as C numbers.
 * @throws Failure of kind `usage` (code `usage/cpu`) when `text` has another form or the signature is 0
 */
export const parseCpu = (text: string): WantedCpu => parseParts(CPU, text, text.split(','));

/** A CPU that an image must have an update for. */
export interface RequiredCpu extends WantedCpu {
  /** Sides of EntrySign for each of which a patch must be there; empty: any update will do. */
  readonly sides: readonly EntrySignSide[];
}

/**
 * Reads `SIGNATURE[,PLATFORMS[,REVISION]]`. Of an AMD CPU that EntrySign divides, the revision that runs says which side is asked for; without
 * it both are.
 * @throws Failure of kind `usage` (code `usage/cpu`) when `text` has another form
 */
export function parseRequiredCpu(text: string): RequiredCpu {
  const [signature = '', platforms = '', revision, ...more] = text.split(',');
  const running = revision === undefined ? null : parseNumber(revision);
  if (running === undefined) throw bad(REQUIRE, text, `"${revision}" is no revision`);
  // With a revision the platforms may be left out between the commas.
  const isBare = platforms === '' && (revision !== undefined || !text.includes(','));
  const cpu = parseParts(REQUIRE, text, [signature, ...(isBare ? [] : [platforms]), ...more]);
  return { ...cpu, sides: sidesOfCpu(cpu.signature, running) };
}

function parseParts(notation: Notation, text: string, parts: readonly string[]): WantedCpu {
  const [signatureText = '', platformText, ...more] = parts;
  const signature = parseNumber(signatureText);
  if (signature === undefined || signature === 0) {
    throw bad(notation, text, `"${signatureText}" is no processor signature`);
  }
  if (more.length > 0) throw bad(notation, text, 'has too many parts');
  if (platformText === undefined) return { signature, platformMask: undefined };
  const platformMask = parseNumber(platformText);
  if (platformMask === undefined || platformMask > 0xff) {
    throw bad(notation, text, `"${platformText}" is no platform mask`);
  }
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
