/** Lines that a loader passes on as they are, split at blanks; only Linux knows quotes in them. */

/** Words of Xen's own line: split at spaces, nothing else is special. */
export const xenWords = (line: string): string[] => line.split(' ').filter((word) => word !== '');

/** The word that a line begins with, and everything behind it as it stands. */
export function keyword(line: string): { readonly name: string; readonly rest: string } {
  const [whole, name = ''] = /^[ \t]*([A-Za-z_-]*)/.exec(line) ?? [''];
  return { name, rest: line.slice(whole.length) };
}

/** Whether `rest` is separated from its keyword. */
export const startsBlank = (rest: string): boolean => rest === '' || rest.startsWith(' ') || rest.startsWith('\t');

/** A path and the rest of the line behind it. */
export function firstWord(line: string): { readonly word: string; readonly rest: string } {
  const text = line.trimStart();
  const end = text.search(/[ \t]/);
  return end === -1 ? { word: text, rest: '' } : { word: text.slice(0, end), rest: text.slice(end).trim() };
}

/**
 * Words of a Linux command line (next_arg() of lib/cmdline.c): blanks inside double quotes do not split; quotes around a whole word
 * or around a value are taken off. A quote that is not closed runs to the end of the line.
 */
export function linuxWords(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:[^\s"]|"[^"]*(?:"|$))+/g)) {
    const whole = /^"([^"]*)"?$/.exec(word);
    const value = /^([^="]+=)"([^"]*)"?$/.exec(word);
    if (whole !== null) words.push(whole[1] ?? '');
    else words.push(value === null ? word : `${value[1]}${value[2]}`);
  }
  return words;
}

/** A word as linuxWords reads it back. */
export const linuxWord = (word: string): string => (/\s/.test(word) ? `"${word}"` : word);

/** The lines of a text with the offset (in characters) at which each starts, without their line ends. */
export function* linesOf(text: string): Generator<{ readonly line: string; readonly start: number }> {
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end);
    yield { line: line.endsWith('\r') ? line.slice(0, -1) : line, start };
    start = end + 1;
  }
}
