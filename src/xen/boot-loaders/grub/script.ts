/** Words and statements of GRUB's script language, as far as a menu needs them. */

export interface GrubWord {
  readonly text: string;
  /** Has an expansion (`$name`); its text stands unexpanded. */
  readonly variable: boolean;
}

export interface GrubStatement {
  readonly words: readonly GrubWord[];
  /** Offset of the first word. */
  readonly start: number;
  /** What ended it: a brace opens or closes a block. */
  readonly end: '{' | '}' | ';';
}

const SEPARATORS = new Set(['\n', ';', '|', '&', '<', '>']);

/**
 * Splits a script into statements. Linear; a quote that is never closed ends with the text and is reported through `unterminated`
 * with its offset.
 */
export function* grubStatements(text: string, unterminated: (offset: number) => void): Generator<GrubStatement> {
  let words: GrubWord[] = [];
  let start = 0;
  let word: string[] | undefined;
  let variable = false;
  const endWord = (): void => {
    if (word !== undefined) words.push({ text: word.join(''), variable });
    word = undefined;
    variable = false;
  };
  const add = (piece: string, at: number): void => {
    if (word === undefined) {
      word = [];
      if (words.length === 0) start = at;
    }
    word.push(piece);
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    if (c === "'") {
      const end = text.indexOf("'", i + 1);
      if (end === -1) unterminated(i);
      add(text.slice(i + 1, end === -1 ? text.length : end), i);
      i = end === -1 ? text.length : end;
    } else if (c === '"') {
      const end = closingQuote(text, i + 1);
      if (end === -1) unterminated(i);
      const inside = text.slice(i + 1, end === -1 ? text.length : end);
      variable ||= /(?<!\\)\$/.test(inside);
      add(
        inside.replaceAll(/\\([\\"$\n])/g, (_, escaped: string) => (escaped === '\n' ? '' : escaped)),
        i,
      );
      i = end === -1 ? text.length : end;
    } else if (c === '\\') {
      if (text[i + 1] !== '\n') add(text[i + 1] ?? '', i);
      i++;
    } else if (c === '$') {
      const [name] = /^\$(?:\{[^}\n]*\}|\w+|[@*#?])?/.exec(text.slice(i, i + 256)) ?? ['$'];
      add(name, i);
      variable = true;
      i += name.length - 1;
    } else if (c === '#' && word === undefined) {
      const newline = text.indexOf('\n', i);
      i = (newline === -1 ? text.length : newline) - 1;
    } else if (c === '{' || c === '}') {
      endWord();
      yield { words, start: words.length === 0 ? i : start, end: c };
      words = [];
    } else if (SEPARATORS.has(c)) {
      endWord();
      if (words.length > 0) yield { words, start, end: ';' };
      words = [];
    } else if (c === ' ' || c === '\t' || c === '\r') endWord();
    else {
      const plain = /[^\s'"\\$#{};|&<>]+/y;
      plain.lastIndex = i;
      const run = plain.exec(text)?.[0] ?? c;
      add(run, i);
      i += run.length - 1;
    }
  }
  endWord();
  if (words.length > 0) yield { words, start, end: ';' };
}

/** Where the double quote that opens before `from` closes, or -1. */
function closingQuote(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return -1;
}

/** A word that GRUB reads back as `word`. */
export const grubQuote = (word: string): string =>
  /^[A-Za-z0-9_.,:=/+@%-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/**
 * What GRUB makes of its arguments when it builds a command line: words with blanks go into double quotes, and `\ ' "` get a
 * backslash (grub_create_loader_cmdline). Xen undoes neither.
 */
export const loaderCommandLine = (words: readonly string[]): string =>
  words
    .map((word) => {
      const escaped = word.replaceAll(/[\\'"]/g, String.raw`\$&`);
      return word.includes(' ') ? `"${escaped}"` : escaped;
    })
    .join(' ');
