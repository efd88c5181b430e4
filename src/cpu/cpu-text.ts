/**
 * A CPU as users write it, the same wherever one is asked for: `0x906a4`, `906a4` or `06-9a-04`, each with `,PLATFORMS` and
 * `,REVISION` behind it, or with `/PLATFORMS` as in the vendors' release notes.
 */
import { signatureOfFirmwareName } from './intel.ts';

/** A CPU that was written out. */
export interface CpuText {
  /** CPUID leaf 1 EAX; never 0. */
  readonly signature: number;
  /** Family, model and stepping were given, which leave the processor type (bits 12 and 13 of the signature) open. */
  readonly anyType: boolean;
  /** One bit for each platform that the CPU may be of; undefined: any. */
  readonly platformMask: number | undefined;
  /** The running revision; undefined when none was given. */
  readonly revision: number | undefined;
}

/** The three ways to write a CPU, for messages. */
export const CPU_FORMS =
  '0x906a4, 906a4 or 06-9a-04, with platforms and revision behind it where they matter: 06-9a-04,0x80,0x421';

/** Why a text is no CPU. */
export interface NoCpu {
  readonly why: string;
}

export const isNoCpu = (value: CpuText | NoCpu): value is NoCpu => 'why' in value;

const hexadecimal = (text: string): number | undefined => {
  const match = /^(?:0x)?([\da-f]{1,8})$/i.exec(text);
  return match === null ? undefined : Number.parseInt(match[1] ?? '', 16);
};

/** Digits alone may be meant as decimal or as hexadecimal, and the two are different CPUs. */
const isAmbiguous = (text: string): boolean => /^\d{2,}$/.test(text);

const ambiguous = (text: string): NoCpu => {
  const asDecimal = `0x${Number(text).toString(16)}`;
  return { why: `"${text}" may be decimal or hexadecimal: write 0x${text} or ${asDecimal}` };
};

const SIGNATURE_TYPES = 0x3000;

/** Whether two signatures are of one family, model and stepping. */
export const sameSignature = (cpu: Pick<CpuText, 'signature' | 'anyType'>, signature: number): boolean =>
  ((cpu.signature ^ signature) & ~(cpu.anyType ? SIGNATURE_TYPES : 0)) === 0;

/** A signature (`0x906a4`, `906a4`) or the name of one (`06-9a-04`). */
export function parseSignature(text: string): Pick<CpuText, 'signature' | 'anyType'> | undefined {
  const named = signatureOfFirmwareName(text.toLowerCase());
  if (named !== undefined && named !== 0) return { signature: named, anyType: true };
  const signature = hexadecimal(text);
  return signature === undefined || signature === 0 ? undefined : { signature, anyType: false };
}

/** Reads one CPU. Never throws. */
export function parseCpuText(text: string): CpuText | NoCpu {
  const [whole = '', ...rest] = text.split(',');
  const [signatureText = '', slashed, ...more] = whole.split('/');
  const parts = slashed === undefined ? rest : [slashed, ...rest];
  const cpu = parseSignature(signatureText);
  if (cpu === undefined) return { why: `"${signatureText}" is not a processor signature` };
  if (more.length > 0 || parts.length > 2) return { why: 'has more than three parts' };
  const [platformText, revisionText] = parts;
  if (platformText !== undefined && platformText !== '' && slashed === undefined && isAmbiguous(platformText)) {
    return ambiguous(platformText);
  }
  const platformMask = platformText === undefined || platformText === '' ? undefined : hexadecimal(platformText);
  const isPlatformless = platformText === undefined || (platformText === '' && revisionText !== undefined);
  if (!isPlatformless && (platformMask === undefined || platformMask > 0xff)) {
    return { why: `"${platformText}" is not a platform mask` };
  }
  if (revisionText === undefined) return { ...cpu, platformMask, revision: undefined };
  if (isAmbiguous(revisionText)) return ambiguous(revisionText);
  const revision = hexadecimal(revisionText);
  return revision === undefined ? { why: `"${revisionText}" is not a revision` } : { ...cpu, platformMask, revision };
}
