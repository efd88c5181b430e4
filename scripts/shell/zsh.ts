/** Completion for zsh, as a function file for $fpath that can also be sourced. */
import {
  firstWords,
  type Argument,
  type Command,
  type Flag,
  type Offer,
  type Program,
  spellings,
  verbsOf,
} from './program.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const escaped = (text: string): string => text.replaceAll(/[\\[\]:]/g, (sign) => `\\${sign}`);

function action(offer: Offer): string {
  switch (offer.kind) {
    case 'files':
      return '_files';
    case 'folders':
      return '_files -/';
    case 'words':
      return `(${offer.words.join(' ')})`;
    case 'nothing':
      return ' ';
  }
}

function flagSpec(flag: Flag): string {
  const names = spellings(flag);
  const value = flag.value === undefined ? '' : `:${escaped(flag.value.title)}:${action(flag.value.offer)}`;
  const spelt = names.map((name) => {
    if (flag.value === undefined) return name;
    return name.startsWith('--') ? `${name}=` : `${name}+`;
  });
  const once = flag.repeatable ? `'*'` : names.length > 1 ? `'(${names.join(' ')})'` : '';
  const braces = spelt.length > 1 ? `{${spelt.join(',')}}` : (spelt[0] ?? '');
  return `${once}${braces}${quoted(`[${escaped(flag.about)}]${value}`)}`;
}

const argumentSpec = ({ name, rest, offer }: Argument, i: number): string =>
  quoted(`${rest ? '*' : String(i + 1)}:${escaped(name)}:${action(offer)}`);

const commandCase = ({ name, flags, args }: Command): string => `    '${name}')
      shift ${name.split(' ').length} words
      (( CURRENT -= ${name.split(' ').length} ))
      _arguments -S \\
        ${[...flags.map(flagSpec), `--help'[show how it is used]'`, ...args.map(argumentSpec)].join(' \\\n        ')}
      ;;
`;

const menu = (words: readonly { readonly name: string; readonly summary: string }[]): string =>
  words.map(({ name, summary }) => quoted(`${name.replaceAll(':', '\\:')}:${summary}`)).join(' ');

export function zshCompletion(program: Program): string {
  const { name, topics, commands } = program;
  return `#compdef ${name}
# zsh completion for ${name}. Made from its table of commands.

_ucodekit() {
  local command
  local -a offered
  command="\${words[2]}"
  case "$command" in
    ${topics.map((topic) => topic.name).join('|')}) (( CURRENT > 3 )) && command="\${words[2]} \${words[3]}" ;;
  esac
  (( CURRENT > 2 )) || command=''
  case "$command" in
    '')
      offered=(${menu([...firstWords(program), { name: '--help', summary: 'show how it is used' }, { name: '--version', summary: 'show the version' }])})
      _describe -t commands command offered
      ;;
${topics
  .map(
    (topic) => `    '${topic.name}')
      offered=(${menu([...verbsOf(program, topic.name), { name: '--help', summary: 'show how it is used' }])})
      _describe -t commands command offered
      ;;
`,
  )
  .join('')}${commands.map(commandCase).join('')}  esac
}

# From $fpath the file itself is the function; sourced, it registers one.
if [[ "\${funcstack[1]}" == _ucodekit ]]; then
  _ucodekit "$@"
else
  compdef _ucodekit ${name}
fi
`;
}
