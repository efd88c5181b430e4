/**
 * Intel's text form, `microcode.dat`: comment lines, then the words of the updates as C numbers between commas.
 * There is no specification; the reader takes what iucode_tool 2.3.1 takes (test/data/intel/dat-matrix.txt).
 */
import { bcdDate } from '../bytes/bcd-date.ts';
import { hex32, hex8 } from '../bytes/hex.ts';
import { type Finding, finding } from '../findings/finding.ts';
import type { IntelUpdate } from './intel/update.ts';

export interface DatText {
  /** The words as little-endian bytes; empty when the text was refused. */
  readonly bytes: Uint8Array;
  /** Empty, or why the text was refused. */
  readonly findings: readonly Finding[];
}

/** Bytes of a line that is not a comment from its first character on. */
const LINE_LIMIT = 2047;
/** An update of 1024 bytes. */
const LEAST_WORDS = 256;

const NEWLINE = 0x0a;
const SLASH = 0x2f;
const COMMA = 0x2c;
const PLUS = 0x2b;

/** White space of C's isspace(), without the line feed. */
const isBlank = (byte: number | undefined): boolean =>
  byte === 0x20 || (byte !== NEWLINE && byte !== undefined && byte >= 0x09 && byte <= 0x0d);

/** What a line has where something else belongs. */
interface Fault {
  /** Byte offset. */
  readonly at: number;
  readonly found: string;
  readonly expected: string;
}

/** The words so far, as bytes of which `count` words are filled. */
interface Words {
  view: DataView;
  count: number;
}

/** Reads the text. The first faulty line refuses all of it, as iucode_tool does. Comments only give no bytes and no finding. */
export function parseIntelDat(text: Uint8Array): DatText {
  const words: Words = { view: new DataView(new ArrayBuffer(4 * Math.ceil(text.length / 11) + 4)), count: 0 };
  let line = 0;
  let start = 0;
  for (let end = 0; start < text.length; start = end + 1) {
    line += 1;
    end = text.indexOf(NEWLINE, start);
    if (end < 0) end = text.length;
    const fault = readLine(text, start, end, words);
    if (fault === undefined) continue;
    const { at, found, expected } = fault;
    return refused(finding('dat/syntax', { offset: at }, { line, found, expected }));
  }
  if (words.count > 0 && words.count < LEAST_WORDS) {
    const data = { line, found: words.count, expected: LEAST_WORDS };
    return refused(finding('dat/too-short', { offset: text.length }, data));
  }
  return { bytes: new Uint8Array(words.view.buffer, 0, words.count * 4), findings: [] };
}

const refused = (found: Finding): DatText => ({ bytes: new Uint8Array(0), findings: [found] });

/** One line, `[start, end)`, without its line feed. */
function readLine(text: Uint8Array, start: number, end: number, words: Words): Fault | undefined {
  if (text[start] === SLASH) return undefined;
  // The tool reads pieces of 2047 bytes; a line feed that alone does not fit is forgiven behind a comment only.
  const counted = end === text.length || text.subarray(start, end).includes(SLASH) ? end - start : end + 1 - start;
  if (counted > LINE_LIMIT) return { at: start, found: `${counted} characters`, expected: `at most ${LINE_LIMIT}` };
  let at = skipBlanks(text, start, end);
  while (at < end && text[at] !== SLASH) {
    const number = readNumber(text, at, end);
    if (typeof number === 'string') return { at, found: number, expected: 'a C number of 32 bits' };
    push(words, number.value);
    const behind = skipBlanks(text, number.end, end);
    if (behind === end) return undefined;
    if (text[behind] === COMMA) {
      at = skipBlanks(text, behind + 1, end);
      continue;
    }
    if (text[behind] !== SLASH) return { at: behind, found: shown(text, behind, end), expected: 'a comma' };
    return behind > number.end
      ? undefined
      : { at: behind, found: 'a comment', expected: 'a comma or a blank before it' };
  }
  return undefined;
}

function skipBlanks(text: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(text[at])) at += 1;
  return at;
}

function push(words: Words, value: number): void {
  if (words.count * 4 === words.view.byteLength) {
    const larger = new Uint8Array(words.view.byteLength * 2);
    larger.set(new Uint8Array(words.view.buffer));
    words.view = new DataView(larger.buffer);
  }
  words.view.setUint32(words.count * 4, value, true);
  words.count += 1;
}

const shown = (text: Uint8Array, at: number, end: number): string =>
  text[at] === 0 ? 'a NUL byte' : quoted(text, at, end);

const quoted = (text: Uint8Array, at: number, end: number): string =>
  `"${Buffer.from(text.subarray(at, Math.min(at + 16, end)))
    .toString('latin1')
    .replaceAll(/[^ -~]/g, '?')}"`;

/** Value of a digit in a base of up to 16, or 16. */
function digit(byte: number | undefined): number {
  if (byte === undefined) return 16;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : 16;
}

/** What strtoul() makes of the text in base 0, or why it makes nothing of it. */
function readNumber(text: Uint8Array, start: number, end: number): { value: number; end: number } | string {
  let at = text[start] === PLUS ? start + 1 : start;
  let base = 10;
  if (text[at] === 0x30) {
    // 0x counts only with a digit behind it; else the zero is a number and the x is in its way.
    const hexadecimal = at + 2 < end && ((text[at + 1] as number) | 0x20) === 0x78 && digit(text[at + 2]) < 16;
    base = hexadecimal ? 16 : 8;
    if (hexadecimal) at += 2;
  }
  const first = at;
  let value = 0;
  for (let next = digit(text[at]); at < end && next < base; next = digit(text[at])) {
    value = value * base + next;
    if (value > 0xffff_ffff) return 'a number of more than 32 bits';
    at += 1;
  }
  return at === first ? shown(text, start, end) : { value, end: at };
}

const WORDS_PER_LINE = 4;
const HEX = Uint8Array.from('0123456789abcdef', (char) => char.charCodeAt(0));
/** `0x00000001,` and what separates it from the next. */
const WORD_SIZE = 12;

/** The updates as text in the classic layout: four words a line, a comment in front of each update. */
export function writeIntelDat(updates: readonly IntelUpdate[]): Uint8Array {
  return Buffer.concat(updates.flatMap((update) => [Buffer.from(comment(update)), wordLines(update.bytes)]));
}

const comment = ({ header, revision, size }: IntelUpdate): string =>
  `/* sig ${hex32(header.signature)}, pf_mask ${hex8(header.platformMask)}, ${bcdDate(header.date).text}, ` +
  `rev ${hex32(revision)}, size ${size} */\n`;

function wordLines(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = bytes.length >>> 2;
  const text = new Uint8Array(count * WORD_SIZE);
  for (let i = 0, at = 0; i < count; i++) {
    let word = view.getUint32(i * 4, true);
    text[at] = 0x30;
    text[at + 1] = 0x78;
    for (let place = at + 9; place > at + 1; place--) {
      text[place] = HEX[word & 15] as number;
      word >>>= 4;
    }
    text[at + 10] = COMMA;
    text[at + 11] = i % WORDS_PER_LINE === WORDS_PER_LINE - 1 || i === count - 1 ? NEWLINE : 0x09;
    at += WORD_SIZE;
  }
  return text;
}
