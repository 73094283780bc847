/**
 * The session: cliffy's commands and loop, around what it lacks. Its tokenizer breaks words at ":" and "/", so words are quoted before it sees
 * them; its help promises options that there are none of; it has no completion, so readline gets one; and lines of a pipe that come while a command runs are lost to it, so they are given one by one.
 */
import { PassThrough, type Readable, type Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { CLI } from 'cliffy'
import { nearest } from '../config/nearest.ts'
import { version } from '../version.ts'
import { type Answer, table, wrong } from './answer.ts'
import { type CommandName, type CommandShape, commands } from './commands.ts'
import type { Words } from './control-socket.ts'

/** Who does what the commands say: an operator in this process, or one behind a socket. */
export interface Performer {
  answer(words: readonly string[]): Answer | Promise<Answer>
  words(): Words | Promise<Words>
  /** What `search` can search by. */
  fields(): Promise<readonly string[]>
}

export interface SessionOptions {
  readonly performer: Performer
  /** Said first, on a terminal. */
  readonly greeting: string
  readonly input: Readable & { readonly isTTY?: boolean }
  readonly output: Writable
  /** As a terminal shows them best. */
  readonly fold?: (text: string) => string
}

/** The parts of cliffy that its types hide. */
interface Opened {
  executeCommand(line: string): Promise<void>
  readonly readline: import('node:readline').Interface & { completer?: unknown }
}

/** Resolves at the end of the input, or at `exit`, with whether every command was done. */
export async function runSession(options: SessionOptions): Promise<boolean> {
  const { performer, greeting, input, output, fold = (text) => text } = options
  // Of a pipe it shall not read: a line that comes while a command runs would be lost.
  const cli = new CLI({ input: input.isTTY ? input : new PassThrough(), output, quietBlank: true })
  const opened = cli as unknown as Opened
  const write = (line: string) => void output.write(`${fold(line)}\n`)
  const ended = Promise.withResolvers<void>()
  let allDone = true
  let isClosed = false
  const known = await performer.words()
  cli.setName('redkite console').setVersion(version).setDelimiter('redkite> ')
  for (const [name, shape] of Object.entries(commands) as [CommandName, CommandShape][]) {
    cli.addCommand(name, {
      description: shape.help,
      parameters: [{ label: 'words', rest: true }],
      action: async ({ words }: { words?: string[] }) => {
        const { lines, isError } = await performer.answer([name, ...(words ?? [])])
        if (isError) allDone = false
        for (const line of lines) write(isError ? `! ${line}` : line)
      },
    })
  }
  cli.addCommand('exit', { description: 'end the session, as Ctrl-D does', action: () => ended.resolve() })
  const execute = opened.executeCommand.bind(cli)
  opened.executeCommand = async (line: string) => {
    const words = line.trim().split(/\s+/)
    if (words[0] === '') return
    if (words[0] === 'help') return helpLines(words[1]).forEach(write)
    if (!cli.hasCommand(words[0]!)) {
      allDone = false
      const near = nearest(words[0]!, Object.keys(commands))
      const cure = near === undefined ? 'help lists the commands' : `did you mean "${near}"?`
      return write(`! there is no command "${words[0]}"; ${cure}`)
    }
    try {
      await execute(words.map(quoted).join(' '))
    } catch (error) {
      allDone = false
      write(`! ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  if (input.isTTY) {
    const { readline } = opened
    readline.completer = async (line: string, done: (error: null, found: [string[], string]) => void) => {
      const fields = /^\s*search\s/.test(line) ? await performer.fields().catch(() => []) : []
      done(null, complete(line, { ...known, fields }))
    }
    readline.on('close', () => {
      isClosed = true
      write('')
      ended.resolve()
    })
    readline.on('SIGINT', () => readline.close())
    write(greeting)
    cli.show()
  } else {
    for (const line of (await text(input)).split('\n')) await opened.executeCommand(line)
    ended.resolve()
  }
  await ended.promise
  if (!isClosed) cli.hide()
  return allDone
}

function helpLines(command: string | undefined): string[] {
  const shapes = Object.entries(commands) as [string, CommandShape][]
  const asked = shapes.filter(([name]) => command === undefined || name === command)
  const rows = asked.map(([name, { takes, help }]) => [`${name} ${takes}`, help])
  return table(command === undefined ? [...rows, ['exit', 'end the session, as Ctrl-D does']] : rows)
}

/** So that cliffy takes it for one word; it has no way to write a quote of either kind within. */
function quoted(word: string): string {
  if (/^[\w.@-]+$/.test(word)) return word
  const bare = word.replace(/^(["'])(.*)\1$/, '$2')
  if (bare.includes('"') && bare.includes("'")) wrong('a word cannot have quotes of both kinds')
  return bare.includes('"') ? `'${bare}'` : `"${bare}"`
}

interface Known extends Words {
  readonly fields: readonly string[]
}

/** The words that may stand where the last one of the line is, and that one, as readline wants them. */
export function complete(line: string, known: Known): [string[], string] {
  const words = line.trimStart().split(/\s+/)
  const last = words.at(-1)!
  const all =
    words.length === 1
      ? ['help', 'exit', ...Object.keys(commands)]
      : words.length === 2
        ? second(words[0]!, known)
        : third(words)
  const found = all.filter((word) => word.startsWith(last)).sort()
  return [found.map((word) => `${word} `), last]
}

function second(command: string, known: Known): readonly string[] {
  if (command === 'help') return Object.keys(commands)
  const shape: CommandShape | undefined = commands[command as CommandName]
  const which = shape?.words
  if (which === 'sinks' || which === 'topics' || which === 'fields') return known[which]
  if (which === 'steerable') return [...new Set([...known.sinks, ...known.topics])]
  return typeof which === 'string' || which === undefined ? [] : which
}

function third([command]: readonly string[]): readonly string[] {
  if (command === 'set') return ['info', 'warn', 'error']
  return command === 'seek' ? ['earliest', 'latest'] : []
}
