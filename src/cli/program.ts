/** The command line: verbs, their options and help. Wrong use exits 64 with a short message. */
import { existsSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { nearest } from '../config/nearest.ts'
import { exit } from '../errors/exit.ts'
import { versionLine } from '../version.ts'
import { addBenchVerb } from './bench-verb.ts'
import { addCheckVerb } from './check-verb.ts'
import { addCompletionVerb } from './completion-verb.ts'
import { addConsoleVerb } from './console-verb.ts'
import { addDlqVerb } from './dlq-verb.ts'
import { folded } from './fold.ts'
import { addInitVerb } from './init-verb.ts'
import type { Io } from './io.ts'
import { addPlanVerb } from './plan-verb.ts'
import { report, warn, warningsOf } from './report.ts'
import { addRunVerb } from './run-verb.ts'
import { addVerifyVerb } from './verify-verb.ts'

const examples = `
Examples:
  redkite check worker.properties orders.properties
  redkite worker.properties orders.properties users.properties --until-caught-up

Exit codes: 0 done, 64 wrong use, 65 record, 78 settings; all: docs/errors.md`

/** Where nobody knows how wide the screen is. */
const helpColumns = 80

const hint = 'redkite --help shows how'

/** Parses argv, runs the verb, returns the exit code. Every error ends as one message on stderr. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const result = { code: exit.ok as number }
  const program = commandLine(io, result)
  if (argv.length === 0) {
    program.outputHelp({ error: true })
    return exit.usage
  }
  try {
    // As many programs have it: the verb as an option.
    const words = argv[0] === '--bench' ? ['bench', ...argv.slice(1)] : argv
    checkVerb(program, words)
    await program.parseAsync(helpAsked(program, words) ?? words, { from: 'user' })
    return result.code
  } catch (error) {
    warn(io, warningsOf(error))
    return report(error, io)
  }
}

/** All verbs with their options, from which help, completions and the man page are made. A verb that ran puts its exit code into `result`. */
export function commandLine(io: Io, result: { code: number }): Command {
  const program = new Command('redkite')
    .usage('[run] <worker.properties> <sink.properties...> [options]')
    .description('Streams records from Apache Kafka into Milvus and Zilliz Cloud.')
    .option('-V, --version', 'print the versions of redkite, Bun and librdkafka')
    .helpOption('-h, --help', 'show this, or with a verb its options')
    .helpCommand('help [verb]', 'show the options of a verb')
    .addHelpText('after', examples)
    .configureHelp({
      // With less room than that beside it a description goes on below its option.
      minWidthToWrap: 24,
      subcommandTerm: (command) => command.name(),
      // `-h` is known to everybody, and a screen has 24 lines.
      visibleCommands: (command) => command.commands.filter((each) => each.name() !== 'help'),
      // What an option takes stands in its description, in fewer words.
      optionDescription: ({ description, defaultValue }) =>
        defaultValue === undefined ? description : `${description} (default: ${defaultValue})`,
      argumentDescription: ({ description }) => description,
    })
    .configureOutput({
      writeOut: (text) => io.out(folded(text, io.outScreen.columns)),
      writeErr: (text) => io.err(folded(text, io.errScreen.columns)),
      getOutHelpWidth: () => io.outScreen.columns ?? helpColumns,
      getErrHelpWidth: () => io.errScreen.columns ?? helpColumns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) => write(`${text.replace(/^error: /, 'redkite: ').trimEnd()}\n${hint}\n`),
    })
    .exitOverride()
  program.on('option:version', () => {
    io.out(`${versionLine()}\n`)
    throw new CommanderError(exit.ok, 'redkite.version', '')
  })
  addRunVerb(program, io, result)
  addVerifyVerb(program, io, result)
  addCheckVerb(program, io, result)
  addPlanVerb(program, io, result)
  addInitVerb(program, io, result)
  addBenchVerb(program, io, result)
  addDlqVerb(program, io, result)
  addConsoleVerb(program, io, result)
  addCompletionVerb(program, io, result)
  return program
}

/** `-h` anywhere asks for the help of its verb, whatever else the line says: it may stand where an option misses its value. */
function helpAsked(program: Command, words: readonly string[]): string[] | undefined {
  const help = words.indexOf('--') < 0 ? words : words.slice(0, words.indexOf('--'))
  if (!help.some((word) => word === '-h' || word === '--help') || words[0] === 'help') return undefined
  const verb = program.commands.find((command) => command.name() === words[0])
  if (verb === undefined) return [...(/^--?h(elp)?$/.test(words[0]!) ? [] : ['run']), '-h']
  const below = verb.commands.find((command) => command.name() === words[1])
  return [verb.name(), ...(below === undefined ? [] : [below.name()]), '-h']
}

/** The default verb takes any word for a file: a verb that is misspelt must not end as a file that is missing. */
function checkVerb(program: Command, words: readonly string[]): void {
  const verbs = ['help', ...program.commands.map((command) => command.name())]
  const isHelp = words[0] === 'help'
  const word = isHelp ? words[1] : words[0]
  if (word === undefined || verbs.includes(word) || word.startsWith('-')) return
  if (!isHelp && (/[./\\]/.test(word) || existsSync(word))) return
  const verb = nearest(word, [...verbs, '--version'])
  const meant = verb === undefined ? '' : `; did you mean ${verb}?`
  program.error(`error: "${word}" is ${isHelp ? 'no verb' : 'neither a verb nor a file'}${meant}`, {
    exitCode: exit.usage,
  })
}
