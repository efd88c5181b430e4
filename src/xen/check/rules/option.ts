import { type Finding, finding } from '../../../findings/finding.ts';
import { shortened, stateInWords, type Subject } from '../subject.ts';
import { takeBoolean, takeInteger } from '../../option-values.ts';
import { has, LATER_POINTS, MAX_OPTION, releasesWith, SERIES, type XenRelease } from '../../releases.ts';
import { parseUcodeValue, type UcodeWord } from '../../ucode-option.ts';

const isOption = (word: string): boolean => /^(?:no-)?ucode(?:=|$)/.test(word);

/** No option at all, words where Xen does not read them, several of them. */
export function* checkOption({ release, line, found, files, efi, loader }: Subject): Generator<Finding> {
  const at = { offset: found.at.xen };
  const section = loader.id === 'uki' && !found.byKey && files.some(({ kind }) => kind === 'ucode');
  if (line.words.length === 0 && efi === null && !section && !line.state.scan) {
    yield finding('xen/no-option', at, { release: release.name });
  }
  const dashed = line.dom0From === undefined ? [] : found.xenLine.slice(line.dom0From).split(' ').filter(isOption);
  for (const word of dashed) {
    yield finding('xen/option-for-dom0', at, { word: shortened(word), where: 'the part behind " -- "' });
  }
  for (const { path, arguments: words, at: offset, kind } of files) {
    for (const word of words.filter(isOption)) {
      const where = kind === 'kernel' ? 'the line of the dom0 kernel' : `the line of the module ${shortened(path)}`;
      yield finding('xen/option-for-dom0', { offset }, { word: shortened(word), where });
    }
  }
  if (line.words.length > 1) {
    yield finding('xen/several-options', at, { found: line.words.length, now: stateInWords(line.state) });
  }
  for (const { word, cut } of line.words) {
    if (cut) yield finding('xen/option-cut', at, { word: shortened(word), found: word.length, expected: MAX_OPTION });
  }
}

/** Elements that only some releases have: the name, the trait, and the rule for it. */
const BORROWED = [
  ['allow-same', 'allowSame', 'xen/allow-same'],
  ['digest-check', 'digestCheck', 'xen/digest-check'],
  ['nmi', 'nmi', 'xen/nmi'],
] as const;

/** The elements of each value. */
export function* checkValue({ release, line, found }: Subject): Generator<Finding> {
  const at = { offset: found.at.xen, field: 'ucode' };
  for (const word of line.words) {
    for (const { text } of word.parse.unknown) {
      const borrowed = has(release, 'list') ? text.split(',') : word.value.split(',');
      const known = BORROWED.filter(([name]) => borrowed.some((element) => takeBoolean(name, element) !== undefined));
      for (const [, , rule] of known) {
        if (rule === 'xen/digest-check') {
          yield finding(rule, at, { release: release.name, expected: releasesWith('digestCheck') });
        } else yield finding(rule, at, { release: release.name });
      }
      if (known.length === 0) {
        const data = { found: shortened(text), word: shortened(word.word), now: stateInWords(word.parse.state) };
        yield finding('xen/unknown-element', at, { ...data, release: release.name });
      }
    }
    yield* indexNotLast(word, release, at.offset);
    yield* laterMeaning(word, release, at.offset);
  }
}

function* indexNotLast({ value, word }: UcodeWord, release: XenRelease, offset: number): Generator<Finding> {
  if (!has(release, 'list')) return;
  const elements = value.split(',');
  const index = elements.slice(0, -1).findLast((text) => text !== '' && takeInteger(text).rest === '');
  if (index === undefined) return;
  yield finding('xen/index-not-last', { offset, field: 'ucode' }, { word: shortened(word), index });
}

/** The first later release to which the value means another index or scan. */
function* laterMeaning({ value, word }: UcodeWord, release: XenRelease, offset: number): Generator<Finding> {
  const now = stateInWords(parseUcodeValue(release, value).state);
  const other = [...SERIES, ...LATER_POINTS]
    .filter(({ minor, point }) => minor > release.minor || (minor === release.minor && point > release.point))
    .sort((a, b) => a.minor - b.minor || a.point - b.point)
    .find((later) => stateInWords(parseUcodeValue(later, value).state) !== now);
  if (other === undefined) return;
  const later = stateInWords(parseUcodeValue(other, value).state);
  const data = { word: shortened(word), now, later, release: release.name, other: other.name };
  yield finding('xen/value-differs', { offset, field: 'ucode' }, data);
}
