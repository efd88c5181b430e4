import type { Interfaces } from '@oclif/core';

const FLAG = '--format';
const JSON_FORMAT = 'json';

/**
 * `--format` of a command: one of its own formats, or `json`, which is `--json` under another name. The base of all commands looks for that
 * in the words, so the text that a command makes is never asked for it.
 */
export const formatFlag = <Format extends string>(
  formats: readonly Format[],
  byDefault: Format,
  summary = 'how to print',
): Interfaces.OptionFlag<Format> => ({
  name: 'format',
  type: 'option',
  input: [],
  options: [...formats, JSON_FORMAT],
  // oclif's type of a parser is conditional, and open as long as `Format` is.
  parse: ((word: string) =>
    Promise.resolve(formats.find((format) => format === word) ?? byDefault)) as Interfaces.OptionFlag<Format>['parse'],
  default: byDefault,
  summary,
});

/** Whether the words of a command line ask for `--format json`, in front of a `--`. The last `--format` counts. */
export function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const words = end === -1 ? argv : argv.slice(0, end);
  const last = words.findLastIndex((word) => word === FLAG || word.startsWith(`${FLAG}=`));
  return words[last] === `${FLAG}=${JSON_FORMAT}` || (words[last] === FLAG && words[last + 1] === JSON_FORMAT);
}
