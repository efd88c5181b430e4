/** Completion for fish 3.0 and later. */
import { firstWords, type Argument, type Command, type Flag, type Offer, type Program, verbsOf } from './program.ts';

const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, (sign) => `\\${sign}`)}'`;

/** What follows a flag or stands as a word. */
function offered(offer: Offer): string {
  switch (offer.kind) {
    case 'files':
      return '-F';
    case 'folders':
      return "-f -a '(__fish_complete_directories)'";
    case 'words':
      return `-f -a ${quoted(offer.words.join(' '))}`;
    case 'nothing':
      return '-f';
  }
}

const at = (command: string): string => `complete -c ucodekit -n ${quoted(`__ucodekit_at ${command}`)}`;

function flagLine(command: string, { name, char, about, value }: Flag): string {
  const names = char === undefined ? `-l ${name}` : `-s ${char} -l ${name}`;
  return `${at(command)} ${names}${value === undefined ? '' : ` -r ${offered(value.offer)}`} -d ${quoted(about)}\n`;
}

const argumentLine = (command: string, { offer }: Argument): string =>
  offer.kind === 'nothing' ? '' : `${at(command)} ${offered(offer)}\n`;

const commandLines = ({ name, flags, args }: Command): string =>
  [
    ...flags.map((flag) => flagLine(name, flag)),
    `${at(name)} -l help -d 'show how it is used'\n`,
    ...args.slice(0, 1).map((arg) => argumentLine(name, arg)),
  ].join('');

const word = (condition: string, { name, summary }: { readonly name: string; readonly summary: string }): string =>
  `complete -c ucodekit -n ${quoted(condition)} -a ${name} -d ${quoted(summary)}\n`;

export function fishCompletion(program: Program): string {
  const first = firstWords(program);
  return `# fish completion for ${program.name}. Made from its table of commands.

# Whether the words before the cursor begin with these.
function __ucodekit_at
    set -l words (commandline -opc)[2..-1]
    test (count $words) -ge (count $argv); and test "$words[1..$(count $argv)]" = "$argv"
end

# Whether the words before the cursor are just these.
function __ucodekit_after
    set -l words (commandline -opc)[2..-1]
    test "$words" = "$argv"
end

complete -c ucodekit -f
complete -c ucodekit -n __ucodekit_after -l help -d 'show how it is used'
complete -c ucodekit -n __ucodekit_after -l version -d 'show the version'
${first.map((one) => word('__ucodekit_after', one)).join('')}${program.topics
    .flatMap(({ name }) => verbsOf(program, name).map((verb) => word(`__ucodekit_after ${name}`, verb)))
    .join('')}${program.commands.map(commandLines).join('')}`;
}
