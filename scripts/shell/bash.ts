/** Completion for bash 4.4 and later; needs nothing of the package bash-completion, which finds it by its file name. */
import { firstWords, type Command, type Offer, type Program, spellings, verbsOf } from './program.ts';

const quoted = (words: readonly string[]): string => `'${words.join(' ').replaceAll("'", `'\\''`)}'`;

function reply(offer: Offer): string {
  switch (offer.kind) {
    case 'files':
      return '_ucodekit_paths -f "$cur"';
    case 'folders':
      return '_ucodekit_paths -d "$cur"';
    case 'words':
      return `_ucodekit_words ${quoted(offer.words)} "$cur"`;
    case 'nothing':
      return ':';
  }
}

function commandCase({ name, flags, args }: Command): string {
  const valued = flags.flatMap((flag) =>
    flag.value === undefined ? [] : [`      ${spellings(flag).join(' | ')}) ${reply(flag.value.offer)} ;;\n`],
  );
  const known = [...flags.flatMap(spellings), '--help'];
  return `  '${name}')
    case $flag in
${valued.join('')}      *)
        if [[ $cur == -* ]]; then _ucodekit_words ${quoted(known)} "$cur"
        else ${reply(args[0]?.offer ?? { kind: 'nothing' })}
        fi ;;
    esac ;;
`;
}

const menu = (name: string, words: readonly string[]): string =>
  `  '${name}') _ucodekit_words ${quoted(words)} "$cur" ;;\n`;

export function bashCompletion(program: Program): string {
  const { name, topics, commands } = program;
  const names = ({ name }: { readonly name: string }): string => name;
  const top = [...firstWords(program).map(names), '--help', '--version'];
  const two = commands.map(names).filter((word) => word.includes(' '));
  const one = firstWords(program).map(names);
  return `# bash completion for ${name}. Made from its table of commands.
# shellcheck shell=bash

# Of the words in $1 those that begin with $2.
_ucodekit_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# Files (-f) or folders (-d) whose names begin with $2.
_ucodekit_paths() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
}

_ucodekit() {
  local cur=\${COMP_WORDS[COMP_CWORD]} flag=\${COMP_WORDS[COMP_CWORD - 1]} command=''
  COMPREPLY=()
  # readline takes --flag=value for three words.
  if [[ $cur == '=' ]]; then cur=''
  elif [[ $flag == '=' ]]; then flag=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if ((COMP_CWORD > 1)); then
    case \${COMP_WORDS[1]} in
      ${one.join(' | ')}) command=\${COMP_WORDS[1]} ;;
      *) return ;;
    esac
  fi
  if ((COMP_CWORD > 2)); then
    case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
      ${two.map((word) => `'${word}'`).join(' | ')}) command="\${COMP_WORDS[1]} \${COMP_WORDS[2]}" ;;
    esac
  fi
  case $command in
${menu('', top)}${topics.map((topic) => menu(topic.name, [...verbsOf(program, topic.name).map(names), '--help'])).join('')}${commands.map(commandCase).join('')}  esac
}

complete -F _ucodekit ${name}
`;
}
