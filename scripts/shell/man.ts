/** Manual pages in the man macros (man(7)): one for the program, one for each command. */
import { EXIT, EXIT_MEANING } from '../../src/cli/exit-codes.ts';
import type { Argument, Command, Flag, Program } from './program.ts';

/** Text that roff prints as it is; between alternatives and after commas it may break the line. */
const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', '\\(cq')
    .replaceAll(/[|,]/g, '$&\\:')
    .replaceAll(/^(?=[.'])/gm, '\\&');

const bold = (text: string): string => `\\fB${plain(text)}\\fR`;
const italic = (text: string): string => `\\fI${plain(text)}\\fR`;

const pageName = (program: string, command: string): string => [program, ...command.split(' ')].join('-');

const head = ({ name, version }: Program, page: string): string =>
  `.TH ${plain(page.toUpperCase())} 1 "" "${name} ${plain(version)}" "User Commands"\n.ad l\n.nh\n`;

const section = (title: string, body: string): string => (body === '' ? '' : `.SH ${title}\n${body}`);

const item = (term: string, about: string): string => `.TP\n${term}\n${about}\n`;

const reference = (page: string): string => `.BR ${plain(page)} (1)`;

function flagTerm({ char, name, value, repeatable }: Flag): string {
  const title = value?.title === 'VALUE' && value.offer.kind === 'words' ? value.offer.words.join('|') : value?.title;
  const long = bold(`--${name}`) + (title === undefined ? '' : `=${italic(title)}${repeatable ? '...' : ''}`);
  return char === undefined ? long : `${bold(`-${char}`)}, ${long}`;
}

const flagItem = (flag: Flag): string =>
  item(
    flagTerm(flag),
    plain(flag.about) +
      (flag.required ? ' (required)' : '') +
      (flag.fallback === undefined ? '' : ` (default: ${plain(flag.fallback)})`),
  );

const byName = (a: Flag, b: Flag): number => (a.name < b.name ? -1 : 1);

/** A command's own flags first, then the groups, those of every command last. */
function optionsSection(flags: readonly Flag[]): string {
  const groups = [...new Set(flags.map(({ group }) => group))].sort(
    (a, b) => weight(a) - weight(b) || (a < b ? -1 : 1),
  );
  const bodies = groups.map((group) => {
    const items = flags.filter((flag) => flag.group === group).sort(byName);
    return (group === '' ? '' : `.SS ${group}\n`) + items.map(flagItem).join('');
  });
  return section('OPTIONS', bodies.join(''));
}

function weight(group: string): number {
  if (group === '') return 0;
  return group === 'GLOBAL' ? 2 : 1;
}

const argumentWord = ({ name, required, rest }: Argument): string => {
  const word = `${italic(name.toUpperCase())}${rest ? '...' : ''}`;
  return required ? word : `[${word}]`;
};

const exitStatus = (): string =>
  Object.entries(EXIT)
    .map(([key, code]) => item(bold(String(code)), plain(EXIT_MEANING[key as keyof typeof EXIT])))
    .join('');

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ['COLUMNS', 'width of the terminal, where it does not tell itself'],
  ['NO_COLOR', 'when it is set and not empty, help is printed without colours'],
  ['SOURCE_DATE_EPOCH', 'seconds since 1970 that files in images are dated with, for reproducible builds'],
  ['UCODEKIT_DEBUG', 'when it is set, a mistake in the program is shown with the place where it happened'],
];

export function commandPage(program: Program, command: Command): string {
  const { name, summary, description, args, flags, examples } = command;
  const page = pageName(program.name, name);
  const synopsis = [
    bold(`${program.name} ${name}`),
    ...args.map(argumentWord),
    ...flags.filter(({ required }) => required).map(flagTerm),
    `[${italic('OPTION')}...]`,
  ].join(' ');
  return [
    head(program, page),
    section('NAME', `${plain(page)} \\- ${plain(summary)}\n`),
    section('SYNOPSIS', `${synopsis}\n`),
    section('DESCRIPTION', description === '' ? '' : `${plain(description)}\n`),
    section('ARGUMENTS', args.map((arg) => item(italic(arg.name.toUpperCase()), plain(arg.about))).join('')),
    optionsSection(flags),
    section('EXAMPLES', examples.map((example) => `.PP\n.nf\n.RS\n${plain(example)}\n.RE\n.fi\n`).join('')),
    section('EXIT STATUS', exitStatus()),
    section('SEE ALSO', `${reference(program.name)}\n`),
  ].join('');
}

export function programPage(program: Program): string {
  const { name, summary, commands } = program;
  const list = commands.map((command) => item(reference(pageName(name, command.name)), plain(command.summary)));
  return [
    head(program, name),
    section('NAME', `${plain(name)} \\- ${plain(summary.charAt(0).toLowerCase() + summary.slice(1))}\n`),
    section('SYNOPSIS', `${bold(name)} ${italic('COMMAND')} [${italic('ARGUMENT')}...] [${italic('OPTION')}...]\n`),
    section('COMMANDS', list.join('')),
    section(
      'OPTIONS',
      item(bold('--help'), `show how the program, a topic or a command is used`) +
        item(bold('--version'), 'show the version'),
    ),
    section('EXIT STATUS', exitStatus()),
    section('ENVIRONMENT', ENVIRONMENT.map(([variable, about]) => item(bold(variable), plain(about))).join('')),
  ].join('');
}

/** Pages by file name. */
export const manualPages = (program: Program): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    program.commands.map((command) => [`${pageName(program.name, command.name)}.1`, commandPage(program, command)]),
  ),
  [`${program.name}.1`]: programPage(program),
});
