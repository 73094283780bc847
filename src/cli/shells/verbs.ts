/** The command line as completions and the man page see it: read from commander's own tree, so that neither can be out of date. */
import type { Command, Option } from 'commander'

export interface VerbShape {
  /** `run`, `dlq list`. */
  readonly name: string
  readonly summary: string
  readonly description: string
  readonly usage: string
  readonly isDefault: boolean
  readonly options: readonly OptionShape[]
  /** Words that its first argument may be; empty where it takes files. */
  readonly words: readonly string[]
}

export interface OptionShape {
  readonly long: string
  readonly short: string | undefined
  /** What it takes, as `<file>`; undefined for a switch. */
  readonly takes: string | undefined
  readonly description: string
  readonly choices: readonly string[]
  readonly kind: 'switch' | 'file' | 'folder' | 'setting' | 'choice' | 'text'
}

export interface CommandLineShape {
  readonly description: string
  readonly verbs: readonly VerbShape[]
}

const defaultVerb = 'run'

export function shapeOf(program: Command): CommandLineShape {
  return { description: program.description(), verbs: program.commands.flatMap((verb) => verbShapes(verb, '')) }
}

/** A verb with verbs below it is complete with these alone. */
function verbShapes(command: Command, before: string): VerbShape[] {
  const name = `${before}${command.name()}`
  const below = command.commands.filter((each) => each.name() !== 'help')
  const [first] = command.registeredArguments
  const shape: VerbShape = {
    name,
    summary: command.summary(),
    description: command.description(),
    usage: command.usage(),
    isDefault: name === defaultVerb,
    options: command.options.map(optionShape),
    words: below.length > 0 ? below.map((each) => each.name()) : [...(first?.argChoices ?? [])],
  }
  return [shape, ...below.flatMap((each) => verbShapes(each, `${name} `))]
}

function optionShape({ flags, long, short, description, argChoices = [] }: Option): OptionShape {
  const takes = /<.*>|\[.*\]$/.exec(flags)?.[0]
  return { long: long!, short, takes, description, choices: argChoices, kind: kindOf(takes, argChoices) }
}

function kindOf(takes: string | undefined, choices: readonly string[]): OptionShape['kind'] {
  if (takes === undefined) return 'switch'
  if (choices.length > 0) return 'choice'
  if (takes === '<key=value>') return 'setting'
  if (takes === '<file>' || takes === '<path>') return 'file'
  return takes === '<folder>' ? 'folder' : 'text'
}
