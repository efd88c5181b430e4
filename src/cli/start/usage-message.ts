/** Errors in a command line, reworded: oclif's sentences as one line that names the flag or argument. */

const REWORDED: readonly (readonly [RegExp, string])[] = [
  // What oclif adds about flags with several values does not hold for ours, which take one each.
  [/\n\nNote: [^]*$/, ''],
  [/\n?See more help with --help$/, ''],
  [/^The following errors? occurred:\n\s*/, ''],
  [/^Parsing (--\S+)\s*\n\s*/, '$1: '],
  [/^Missing \d+ required args?:\n/, 'missing: '],
  [/^Nonexistent flags?: /, 'there is no flag '],
  [/^Unexpected arguments?: /, 'one word too many: '],
  [/^Expected (\S+) to be one of: /, '$1 is none of '],
  [/--(\S+)=true cannot also be provided when using/g, '--$1 does not go together with'],
  [/All of the following must be provided when using (--\S+): /g, '$1 needs also '],
  [/Missing required flag (\S+)/g, 'the flag --$1 is missing'],
  [/^(missing: )?(\S+) {2,}/gm, '$1$2: '],
  [/Expected an integer/g, 'expected an integer'],
  [/\s*\n\s*/g, '; '],
];

export const usageMessage = (text: string): string =>
  REWORDED.reduce((message, [pattern, words]) => message.replace(pattern, words), text).trim();
