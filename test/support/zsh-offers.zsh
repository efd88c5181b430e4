# zsh -f zsh-offers.zsh FOLDER LINE: what the completions in FOLDER offer at the end of the line, one per line.
# A second zsh runs at a pseudo-terminal, because completion exists only there; each match is printed as it is added.
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT=; unsetopt beep; fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -D -u"
zpty -w z 'compadd() { [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]] && { builtin compadd "$@"; return }; local -a __hits; builtin compadd -O __hits "$@"; (( $#__hits )) && print -rl -- "offer:"${^__hits}; builtin compadd "$@" }'
zpty -w z 'finish() { print -r -- "the end" }; comppostfuncs=(finish); bindkey "^I" complete-word; zstyle ":completion:*" verbose false'
zpty -w z 'print re""ady'
zpty -r z text '*ready*'
zpty -w -n z "$2"$'\t'
zpty -r z text '*the end*'
print -rl -- ${${(M)${(f)text}:#*offer:*}#*offer:}
zpty -d z
