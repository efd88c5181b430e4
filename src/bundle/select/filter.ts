/**
 * The language of `-s`, as iucode_tool has it, but read by platform bit rather than by file.
 * `[!]SIG[,[MASK][,[lt:|eq:|gt:]REV]]`; numbers are C numbers (0x hexadecimal, leading 0 octal, else decimal).
 */
import { isNoCpu, parseCpuText, sameSignature } from '../../cpu/cpu-text.ts';
import { Failure } from '../../findings/failure.ts';

/** One condition of the selection language, as `parseFilter` reads it. */
export interface Filter {
  /** Begins with `!`: what it names is left out. */
  readonly negated: boolean;
  /** Undefined in a bare `!`: nothing is selected unless a later filter says so. */
  readonly signature: number | undefined;
  /** The signature was given by family, model and stepping, which leave the processor type open. */
  readonly anyType?: boolean;
  /** Platform bits; 0: any. */
  readonly mask: number;
  readonly revision: { readonly relation: 'lt' | 'eq' | 'gt'; readonly value: number } | undefined;
}

/** What filters look at. An update with several signatures is asked about each of them. */
export interface Candidate {
  readonly signature: number;
  readonly platformMask: number;
  readonly revision: number;
}

const PLATFORMS = 0xff;
/** Stands for "no platform at all" beside the eight platform bits: an update with mask 0 is selected only without a mask. */
const NO_PLATFORM = 0x100;

/** The platforms of a mask as bits; `NO_PLATFORM` when it has none. */
export const platformBits = (mask: number): number => ((mask & PLATFORMS) === 0 ? NO_PLATFORM : mask & PLATFORMS);

const badFilter = (text: string, why: string): Failure =>
  new Failure({
    kind: 'usage',
    code: 'usage/selection',
    where: `--select ${text}`,
    message: why,
    advice:
      'Write [!]CPU[,[MASK][,[lt:|eq:|gt:]REVISION]], for example 0x906a4,0x80,gt:0x430; a CPU is 0x906a4, 906a4, 06-9a-04 or host.',
  });

/** A C number that fits 32 bits, signed or unsigned; its unsigned value. */
export function parseNumber(text: string): number | undefined {
  const match = /^([+-]?)(?:0x([\da-f]+)|(0[0-7]*)|([1-9]\d*))$/i.exec(text);
  if (match === null) return undefined;
  const [, sign, hexadecimal, octal, decimal] = match;
  const size =
    hexadecimal !== undefined
      ? Number.parseInt(hexadecimal, 16)
      : octal !== undefined
        ? Number.parseInt(octal, 8)
        : Number(decimal);
  const value = sign === '-' ? -size : size;
  return value >= -0x8000_0000 && value <= 0xffff_ffff ? value >>> 0 : undefined;
}

/**
 * Reads one filter of the selection language of iucode_tool: `[!]SIGNATURE[,[MASK][,[lt:|eq:|gt:]REVISION]]`, such as `0x906a4,0x80,gt:0x430`.
 * Numbers are C numbers (0x hexadecimal, leading 0 octal, else decimal), revisions are compared as signed; a bare `!` selects nothing.
 * @throws Failure of kind `usage` (code `usage/selection`) when `text` is not in that language
 */
export function parseFilter(text: string): Filter {
  const negated = text.startsWith('!');
  const body = negated ? text.slice(1) : text;
  if (negated && body === '') return { negated, signature: undefined, mask: 0, revision: undefined };
  const parts = body.split(',');
  if (parts.length > 3) throw badFilter(text, `has ${parts.length} parts, at most 3 are known`);
  if (parts.length > 1 && parts.at(-1) === '') throw badFilter(text, 'ends in a comma');
  const [whole = '', maskText = '', revisionText] = parts;
  const { signature, anyType, platforms } = named(whole);
  if (signature === undefined || signature === 0) throw badFilter(text, `"${whole}" is not a processor signature`);
  if (platforms !== undefined && maskText !== '') throw badFilter(text, 'has two platform masks');
  const mask = platforms ?? (maskText === '' ? 0 : parseNumber(maskText));
  if (mask === undefined || mask > PLATFORMS) throw badFilter(text, `"${maskText}" is not a platform mask`);
  const about = { negated, signature, ...(anyType ? { anyType } : {}), mask };
  if (revisionText === undefined) return { ...about, revision: undefined };
  const [, relation = 'eq', number = ''] = /^(?:(lt|eq|gt):)?(.*)$/.exec(revisionText) ?? [];
  const value = parseNumber(number);
  if (value === undefined || (relation !== 'lt' && relation !== 'eq' && relation !== 'gt')) {
    throw badFilter(text, `"${revisionText}" is not a revision`);
  }
  return { ...about, revision: { relation, value: value | 0 } };
}

interface Named {
  readonly signature: number | undefined;
  readonly anyType: boolean;
  /** Those of the vendors' notation, `06-9a-04/80`. */
  readonly platforms: number | undefined;
}

/** The CPU of a filter: a C number, as in iucode_tool's language, or else a CPU as it is written everywhere. */
function named(text: string): Named {
  const number = parseNumber(text);
  if (number !== undefined) return { signature: number, anyType: false, platforms: undefined };
  const cpu = parseCpuText(text);
  if (isNoCpu(cpu)) return { signature: undefined, anyType: false, platforms: undefined };
  return { signature: cpu.signature, anyType: cpu.anyType, platforms: cpu.platformMask };
}

function meetsRevision(filter: Filter, revision: number): boolean {
  if (filter.revision === undefined) return true;
  const { relation, value } = filter.revision;
  const own = revision | 0; // revisions are signed: pre-production ones are negative
  switch (relation) {
    case 'lt':
      return own < value;
    case 'eq':
      return own === value;
    case 'gt':
      return own > value;
  }
}

/** Filters of one signature and one condition on the revision, taken together. */
interface Combined {
  readonly filter: Filter;
  /** Platform bits. */
  readonly mask: number;
}

const sameCondition = (a: Filter, b: Filter): boolean =>
  a.revision?.relation === b.revision?.relation && a.revision?.value === b.revision?.value;

/**
 * The filters as iucode_tool 2.3.1 keeps them (found by running it): a filter joins the one before it for the same signature when both set
 * the same condition on the revision. Platforms then add up; a negated filter takes its platforms from one that selects; one that selects
 * replaces a negated one, and one without a mask replaces any.
 */
function combined(filters: readonly Filter[]): Combined[] {
  const list: Combined[] = [];
  for (const filter of filters) {
    if (filter.signature === undefined) continue;
    const mask = filter.mask === 0 ? PLATFORMS | NO_PLATFORM : filter.mask;
    const at = list.findLastIndex((one) => one.filter.signature === filter.signature);
    const before = list[at];
    if (before === undefined || !sameCondition(before.filter, filter)) list.push({ filter, mask });
    else list[at] = joined(before, { filter, mask });
  }
  return list;
}

function joined(earlier: Combined, later: Combined): Combined {
  if (later.filter.mask === 0) return later;
  if (earlier.filter.negated === later.filter.negated) return { ...later, mask: earlier.mask | later.mask };
  return later.filter.negated ? { ...earlier, mask: earlier.mask & ~later.mask } : later;
}

const meansCandidate = ({ signature, anyType = false }: Filter, candidate: Candidate): boolean =>
  signature !== undefined && sameSignature({ signature, anyType }, candidate.signature);

/**
 * The platforms of the candidate that the filters select. The last that names one of its platforms decides; a candidate that none speaks
 * of is selected as a whole, unless there is a filter that is not negated or that is a bare `!`. A candidate without platforms has the
 * one bit `NO_PLATFORM`.
 */
export function selectedPlatforms(filters: readonly Filter[], candidate: Candidate): number {
  const own = platformBits(candidate.platformMask);
  const last = combined(filters)
    .filter(({ filter }) => meansCandidate(filter, candidate) && meetsRevision(filter, candidate.revision))
    .findLast(({ mask }) => (mask & own) !== 0);
  if (last !== undefined) return last.filter.negated ? 0 : last.mask & own;
  return filters.some(({ negated, signature }) => !negated || signature === undefined) ? 0 : own;
}

/** Whether the filters select the candidate for at least one of its platforms. */
export const isSelected = (filters: readonly Filter[], candidate: Candidate): boolean =>
  selectedPlatforms(filters, candidate) !== 0;
