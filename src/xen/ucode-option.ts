import { has, MAX_OPTION, type XenRelease } from './releases.ts';
import { takeBoolean, takeInteger } from './option-values.ts';

/** What `ucode=` has set. `allowSame` and `digestCheck` keep their start value on a release that lacks them. */
export interface UcodeState {
  /** Module index as written, negative from the end; 0 is none. */
  readonly index: number;
  readonly scan: boolean;
  readonly nmi: boolean;
  readonly allowSame: boolean;
  readonly digestCheck: boolean;
}

/** The state before the command line of a build without a default for scan. */
export const UCODE_START: UcodeState = { index: 0, scan: false, nmi: true, allowSame: false, digestCheck: true };

/** An element of a value that the release does not take: its text and where it starts in the value. */
export interface BadElement {
  readonly text: string;
  readonly start: number;
}

/** The answer of a release's parser for one value. */
export interface UcodeParse {
  readonly state: UcodeState;
  /** 0, or -22 (EINVAL). Releases before 4.10 have no status: always 0. */
  readonly rc: number;
  /** Console lines. */
  readonly printed: readonly string[];
  /** Elements that are not in the release's grammar, also where it says nothing. */
  readonly unknown: readonly BadElement[];
}

type Flag = 'scan' | 'nmi' | 'allowSame' | 'digestCheck';

/** How a group of releases reads a value. The three parsers that were ever shipped are rows of this table, not branches of code. */
interface Grammar {
  /** What tells `scan`: nothing, the first four letters of the value, or a boolean element of a list. */
  readonly scan: 'none' | 'prefix' | 'boolean';
  readonly list: boolean;
  /** Boolean elements in the order in which they are tried. */
  readonly flags: readonly (readonly [name: string, flag: Flag])[];
  /** What is tried as an integer: any other element, or only one that begins like a number. */
  readonly integers: 'any' | 'digit-or-minus';
  /** What remains of an integer with junk behind it. */
  readonly junkAfterInteger: 'kept' | 'zero';
  readonly exclusive: boolean;
}

const NMI = ['nmi', 'nmi'] as const;
const ALLOW_SAME = ['allow-same', 'allowSame'] as const;
const DIGEST_CHECK = ['digest-check', 'digestCheck'] as const;

/** The grammar of `release`: parse_ucode() of its tag. */
function grammarOf(release: XenRelease): Grammar {
  const integer = { list: false, flags: [], integers: 'any', junkAfterInteger: 'kept', exclusive: false } as const;
  if (!has(release, 'scan')) return { ...integer, scan: 'none' };
  if (!has(release, 'list')) return { ...integer, scan: 'prefix' };
  const exclusive = has(release, 'exclusive');
  return {
    scan: 'boolean',
    list: true,
    flags: [
      NMI,
      ...(has(release, 'allowSame') ? [ALLOW_SAME] : []),
      ...(has(release, 'digestCheck') ? [DIGEST_CHECK] : []),
    ],
    integers: has(release, 'reportsEfiOverride') ? 'digit-or-minus' : 'any',
    junkAfterInteger: exclusive ? 'zero' : 'kept',
    exclusive,
  };
}

interface Step {
  readonly state: UcodeState;
  readonly known: boolean;
  readonly printed?: string;
}

/** One element of a list; `forced` when xen.cfg named a file, which no index or scan overrides. */
function listElement(grammar: Grammar, release: XenRelease, state: UcodeState, text: string, forced: boolean): Step {
  const lax = has(release, 'negatedValues');
  for (const [name, flag] of grammar.flags) {
    const value = takeBoolean(name, text, lax);
    if (value !== undefined) return { state: { ...state, [flag]: value }, known: true };
  }
  const reports = has(release, 'reportsEfiOverride');
  const ignored: Step = {
    state,
    known: true,
    ...(reports ? { printed: `Ignoring ucode=${text} setting; overridden by EFI` } : {}),
  };
  // Up to 4.21 nothing behind the flags is looked at any more, so nothing is wrong either.
  if (forced && !reports) return ignored;
  const scan = takeBoolean('scan', text, lax);
  if (scan !== undefined) {
    if (forced) return ignored;
    return { state: { ...state, scan, index: grammar.exclusive ? 0 : state.index }, known: true };
  }
  if (grammar.integers === 'digit-or-minus' && !/^[0-9-]/.test(text)) return { state, known: false };
  if (forced) return ignored;
  const { value, rest } = takeInteger(text);
  if (rest === '') return { state: { ...state, index: value, scan: state.scan && !grammar.exclusive }, known: true };
  return { state: { ...state, index: grammar.junkAfterInteger === 'kept' ? value : 0 }, known: false };
}

/** A whole value of the releases that know no list. */
function plainValue(grammar: Grammar, state: UcodeState, value: string, forced: boolean): Step {
  if (forced) return { state, known: true };
  if (grammar.scan === 'prefix' && value.startsWith('scan')) {
    return { state: { ...state, scan: true }, known: value === 'scan' };
  }
  const integer = takeInteger(value);
  return { state: { ...state, index: integer.value }, known: integer.rest === '' };
}

/**
 * Reads the value behind one `ucode=` as `release` does, starting from `before`.
 * @param forced xen.cfg named a microcode file.
 */
export function parseUcodeValue(
  release: XenRelease,
  value: string,
  before: UcodeState = UCODE_START,
  forced = false,
): UcodeParse {
  const grammar = grammarOf(release);
  const printed: string[] = [];
  const unknown: BadElement[] = [];
  let state = before;
  let start = 0;
  for (const text of grammar.list ? value.split(',') : [value]) {
    const step = grammar.list
      ? listElement(grammar, release, state, text, forced)
      : plainValue(grammar, state, text, forced);
    state = step.state;
    if (!step.known) unknown.push({ text, start });
    if (step.printed !== undefined) printed.push(step.printed);
    start += text.length + 1;
  }
  // Where a prefix decides, the value is not looked at any further: `scanner` is as good as `scan`.
  const accepted = unknown.length === 0 || (grammar.scan === 'prefix' && value.startsWith('scan'));
  const rc = accepted || !has(release, 'reportsBadValues') ? 0 : -22;
  if (rc !== 0) printed.push(`parameter "ucode" has invalid value "${value}", rc=${rc}!`);
  return { state, rc, printed, unknown };
}

/** A word of the command line that reaches the parser of `ucode=`. */
export interface UcodeWord {
  /** The word as it stands in the line, not cut. */
  readonly word: string;
  /** Where it starts in the line, in characters. */
  readonly start: number;
  /** The value after the cut at 127 characters. */
  readonly value: string;
  readonly cut: boolean;
  readonly parse: UcodeParse;
}

export interface CommandLine {
  readonly state: UcodeState;
  readonly words: readonly UcodeWord[];
  readonly printed: readonly string[];
  /** Where the part for dom0 begins (the blank before ` -- `), or undefined. */
  readonly dom0From: number | undefined;
}

const wordsOf = (line: string): { word: string; start: number }[] =>
  [...line.matchAll(/[^ ]+/g)].map((match) => ({ word: match[0], start: match.index }));

/** What a word of the command line gives to the parser of `ucode=`: nothing when it is another option. */
function ucodeArgument(release: XenRelease, word: string): { value: string } | { refused: string } | undefined {
  const kept = word.slice(0, MAX_OPTION);
  const equals = kept.indexOf('=');
  const key = equals === -1 ? kept : kept.slice(0, equals);
  const value = equals === -1 ? '' : kept.slice(equals + 1);
  if (key === 'ucode') return { value };
  // `no-ucode` reaches the parser as the value "no"; with a value of its own it is refused before that.
  if (key !== 'no-ucode') return undefined;
  if (value === '') return { value: 'no' };
  return {
    refused: has(release, 'reportsBadValues') ? `parameter "no-ucode" has invalid value "${value}", rc=-22!` : '',
  };
}

/**
 * Reads the hypervisor's command line as `release` does, as far as `ucode=` goes. `line` is what is left after the boot loader's
 * first word was dropped.
 * @param builtIn the build's own command line, read first.
 */
export function parseCommandLine(
  release: XenRelease,
  line: string,
  { builtIn = '', forced = false, scanDefault = false } = {},
): CommandLine {
  const dashes = line.indexOf(' -- ');
  const dom0From = dashes === -1 ? undefined : dashes;
  let state: UcodeState = { ...UCODE_START, scan: scanDefault && has(release, 'scanDefault') };
  const words: UcodeWord[] = [];
  const printed: string[] = [];
  const builtInWords = wordsOf(builtIn);
  const given = wordsOf(line.slice(0, dom0From));
  for (const [position, { word, start }] of [...builtInWords, ...given].entries()) {
    const argument = ucodeArgument(release, word);
    if (argument === undefined) continue;
    if ('refused' in argument) {
      if (argument.refused !== '') printed.push(argument.refused);
      continue;
    }
    const parse = parseUcodeValue(release, argument.value, state, forced);
    state = parse.state;
    printed.push(...parse.printed);
    if (position >= builtInWords.length) {
      words.push({ word, start, value: argument.value, cut: word.length > MAX_OPTION, parse });
    }
  }
  return { state, words, printed, dom0From };
}
