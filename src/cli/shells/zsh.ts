import type { CommandLineShape, OptionShape, VerbShape } from './verbs.ts'

export function zshCompletion({ verbs }: CommandLineShape, keys: readonly string[]): string {
  const top = verbs.filter(({ name }) => !name.includes(' '))
  const described = (list: readonly VerbShape[], from: number) =>
    list.map(({ name, summary }) => `    ${quoted(`${name.slice(from)}:${summary}`)}`).join('\n')
  return `#compdef redkite
# zsh completion of redkite; redkite completion zsh prints it.

_redkite_keys() {
  local -a keys=(${keys.join(' ')})
  compadd -S = -q -a keys
}

_redkite() {
  local -a verbs=(
${described(top, 0)}
  )
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    _describe -t verbs verb verbs
    _files
    return
  fi
  local verb=$words[2]
  (( $+functions[_redkite_verb_$verb] )) || verb=run
  _redkite_verb_$verb
}
${top.map((verb) => verbFunction(verb, verbs, described)).join('\n')}
if [[ $funcstack[1] == _redkite ]]; then _redkite "$@"; else compdef _redkite redkite; fi
`
}

function verbFunction(
  verb: VerbShape,
  all: readonly VerbShape[],
  described: (list: readonly VerbShape[], from: number) => string,
): string {
  const { name } = verb
  const below = all.filter((each) => each.name.startsWith(`${name} `))
  if (below.length === 0) return `\n_redkite_verb_${name}() {\n  _arguments -s ${specs(verb)}\n}`
  const cases = below.map((each) => `    ${each.name.slice(name.length + 1)}) _arguments -s ${specs(each)} ;;`)
  return `
_redkite_verb_${name}() {
  local -a verbs=(
${described(below, name.length + 1)}
  )
  if (( CURRENT == 3 )); then _describe -t verbs verb verbs; return; fi
  case $words[3] in
${cases.join('\n')}
  esac
}`
}

function specs({ options, words }: VerbShape): string {
  const rest = words.length > 0 ? `*:word:(${words.join(' ')})` : '*:file:_files'
  return [...options.map(spec), '--help[show the help]', rest].map((each) => `\\\n    ${quoted(each)}`).join(' ')
}

function spec({ long, takes, description, kind, choices }: OptionShape): string {
  const said = description.replaceAll(/[[\]\\:]/g, '\\$&')
  const actions = {
    ...{ file: '_files', folder: '_files -/', setting: '_redkite_keys', text: ' ' },
    choice: `(${choices.join(' ')})`,
  }
  const value = kind === 'switch' ? '' : `:${takes!.replaceAll(/[<>[\]]/g, '').replaceAll(':', ' ')}:${actions[kind]}`
  return `${kind === 'setting' ? '*' : ''}${long}[${said}]${value}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
