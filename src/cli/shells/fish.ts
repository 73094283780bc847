import type { CommandLineShape, OptionShape, VerbShape } from './verbs.ts'

export function fishCompletion({ verbs }: CommandLineShape, keys: readonly string[]): string {
  const top = verbs.filter(({ name }) => !name.includes(' '))
  return `# fish completion of redkite; redkite completion fish prints it.
function __redkite_verb
    set -l words (commandline -opc)
    set -e words[1]
    switch "$words[1]"
${top.map((verb) => switchCase(verb, verbs)).join('\n')}
        case '*'
            echo run
    end
end

function __redkite_first
    test (count (commandline -opc)) -eq 1
end

set -g __redkite_keys ${keys.map((key) => `${key}=`).join(' ')}
${top.map(({ name, summary }) => `complete -c redkite -n __redkite_first -a ${name} -d ${quoted(summary)}`).join('\n')}
${verbs.flatMap((verb) => lines(verb, verbs)).join('\n')}
`
}

function switchCase({ name }: VerbShape, all: readonly VerbShape[]): string {
  const isParent = all.some((each) => each.name.startsWith(`${name} `))
  return `        case ${name}\n            echo ${isParent ? '"$words[1..2]"' : name}`
}

function lines({ name, options, words }: VerbShape, all: readonly VerbShape[]): string[] {
  const here = `complete -c redkite -n ${quoted(`test (string trim -- (__redkite_verb)) = '${name}'`)}`
  const summaries = new Map(all.map((each) => [each.name, each.summary]))
  return [
    ...options.map((option) => `${here} ${optionArguments(option)}`),
    `${here} -s h -l help -d 'show the help'`,
    ...words.map((word) => `${here} -f -a ${word} -d ${quoted(summaries.get(`${name} ${word}`) ?? '')}`),
  ]
}

function optionArguments({ long, short, description, kind, choices }: OptionShape): string {
  const names = `-l ${long.slice(2)}${short === undefined ? '' : ` -s ${short.slice(1)}`} -d ${quoted(description)}`
  const values = {
    switch: '',
    file: ' -r -F',
    folder: " -x -a '(__fish_complete_directories)'",
    setting: " -x -a '$__redkite_keys'",
    choice: ` -x -a ${quoted(choices.join(' '))}`,
    text: ' -x',
  }
  return names + values[kind]
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
