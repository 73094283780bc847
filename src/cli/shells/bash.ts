import type { CommandLineShape, OptionShape, VerbShape } from './verbs.ts'

/** One function; needs nothing of the bash-completion package. */
export function bashCompletion({ verbs }: CommandLineShape, keys: readonly string[]): string {
  const words = (list: readonly string[]) => list.join(' ')
  const top = verbs.filter(({ name }) => !name.includes(' '))
  const parents = top.filter(({ name }) => verbs.some((each) => each.name.startsWith(`${name} `)))
  return `# bash completion of redkite; redkite completion bash prints it.
_redkite() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} verb=\${COMP_WORDS[1]}
  COMPREPLY=()
  # bash takes "=" and what follows it for words of their own.
  if [[ $cur == = || $prev == = ]]; then return; fi
  case $verb in
${parents.map(({ name }) => `    ${name}) [[ $COMP_CWORD -gt 2 ]] && verb="${name} \${COMP_WORDS[2]}" ;;`).join('\n')}
    ${top.map(({ name }) => name).join('|')}) ;;
    *) [[ $COMP_CWORD -gt 1 ]] && verb=run ;;
  esac
  local options= given=
  case $verb in
${verbs.map(caseOf).join('\n')}
  esac
  case "$verb $prev" in
${verbs.flatMap((verb) => verb.options.flatMap((option) => valueCase(verb, option))).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$options --help" -- "$cur"))
  elif [[ -n $given ]]; then
    COMPREPLY=($(compgen -W "$given" -- "$cur"))
  else
    [[ $COMP_CWORD -eq 1 ]] && COMPREPLY=($(compgen -W "${words(top.map(({ name }) => name))}" -- "$cur"))
    compopt -o filenames 2>/dev/null
    COMPREPLY+=($(compgen -f -- "$cur"))
  fi
}
_redkite_keys="${words(keys)}"
complete -F _redkite redkite
`
}

function caseOf({ name, options, words }: VerbShape): string {
  const longs = options.map(({ long }) => long).join(' ')
  return `    "${name}") options="${longs}" given="${words.join(' ')}" ;;`
}

function valueCase({ name }: VerbShape, { long, kind, choices }: OptionShape): string[] {
  const at = `    "${name} ${long}")`
  if (kind === 'switch') return []
  if (kind === 'choice') return [`${at} COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$cur")); return ;;`]
  if (kind === 'setting') {
    return [
      `${at} compopt -o nospace 2>/dev/null; COMPREPLY=($(compgen -S = -W "$_redkite_keys" -- "$cur")); return ;;`,
    ]
  }
  if (kind === 'text') return [`${at} return ;;`]
  const how = kind === 'folder' ? '-d' : '-f'
  return [`${at} compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen ${how} -- "$cur")); return ;;`]
}
