/** The command line: verbs, their options and help. Wrong use exits 64 with a short message. */
import { existsSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { nearest } from '../config/nearest.ts'
import { exit } from '../errors/exit.ts'
import { versionLine } from '../version.ts'
import { addBenchOptions, type BenchArguments, benchFlags } from './bench-options.ts'
import { addCompletionVerb } from './completion-verb.ts'
import { addConsoleVerb } from './console-verb.ts'
import type { HttpFlags } from './http.ts'
import type { Io } from './io.ts'
import { report } from './report.ts'
import { addUnattendedOptions, type UnattendedFlags, unattended } from './run-options.ts'

const examples = `
Examples:
  redkite check worker.properties orders.properties
  redkite worker.properties orders.properties users.properties --until-caught-up

Exit codes: 0 done, 64 wrong use, 65 record, 78 settings; all: docs/errors.md`

const hint = 'redkite --help shows how'

/** Parses argv, runs the verb, returns the exit code. Every error ends as one message on stderr. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const result = { code: exit.ok as number }
  const program = commandLine(io, result)
  if (argv.length === 0) {
    io.err(`${program.helpInformation()}${examples}\n`)
    return exit.usage
  }
  try {
    // As many programs have it: the verb as an option.
    const words = argv[0] === '--bench' ? ['bench', ...argv.slice(1)] : argv
    checkVerb(program, words[0]!)
    await program.parseAsync(words, { from: 'user' })
    return result.code
  } catch (error) {
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
      subcommandTerm: (command) => command.name(),
      // `-h` is known to everybody, and a screen has 24 lines.
      visibleCommands: (command) => command.commands.filter((each) => each.name() !== 'help'),
      // What an option takes stands in its description, in fewer words.
      optionDescription: ({ description, defaultValue }) =>
        defaultValue === undefined ? description : `${description} (default: ${defaultValue})`,
    })
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      getErrHasColors: () => io.colours,
      outputError: (text, write) => write(`${text.replace(/^error: /, 'redkite: ').trimEnd()}\n${hint}\n`),
    })
    .exitOverride()
  program.on('option:version', () => {
    io.out(`${versionLine()}\n`)
    throw new CommanderError(exit.ok, 'redkite.version', '')
  })
  const runVerb = program
    .command('run', { isDefault: true })
    .summary('run sinks until stopped; the verb when none is named')
    .helpOption('-h, --help', 'show this')
    .description('Runs sinks until stopped, each from the topics of its file into its collection.')
    .argument('<worker.properties>', "the worker's file of connect-standalone.sh")
    .argument('<sink.properties...>', 'a file for each sink, or a folder of them')
    .option('--set <key=value>', 'set a key, over environment and files', collect)
    .option('--until-caught-up', 'end with 0 when what is there now is in Milvus')
    .option('--shutdown-timeout <seconds>', 'how long to finish what is in flight at the end', seconds)
    .option('--http <[host:]port>', "a page, /metrics, /readyz and Connect's REST")
    .option('--http-token-file <file>', 'what pausing and restarting over HTTP takes')
    .option('--http-name <name>', 'a name that others call this machine by', collect)
  addUnattendedOptions(runVerb).action(async (worker: string, sinks: string[], options: RunFlags) => {
    const { run } = await import('./run.ts')
    result.code = await run(
      {
        files: [worker, ...sinks],
        sets: [...(options.set ?? []), ...shutdownSetting(options.shutdownTimeout)],
        untilCaughtUp: options.untilCaughtUp === true,
        ...unattended(options),
        http: httpFlags(options),
      },
      io,
    )
  })
  program
    .command('verify')
    .summary('prove that collections hold what their topics say')
    .helpOption('-h, --help', 'show this')
    .description(
      'Reads the topics of each sink up to their end, and its collection, and compares every row. Writes nothing and commits nothing. Exit code 40 where rows differ.',
    )
    .argument('<worker.properties>', "the worker's file, as connect-standalone.sh takes it")
    .argument('<sink.properties...>', 'a file for each sink')
    .option('--set <key=value>', 'set a key, over environment and files; may be repeated', collect)
    .option('--sample <keys>', 'compare so many keys chosen at random, instead of all', whole(1))
    .option('--rows <rows>', 'rows of each kind to name', whole(0), 20)
    .option('--json', 'one JSON object a line for each sink; its fields are in docs/verify.md')
    .action(async (worker: string, sinks: string[], options: VerifyOptions) => {
      const { verify } = await import('./verify.ts')
      const { set: sets = [], sample, rows: rowsMax, json = false } = options
      result.code = await verify({ files: [worker, ...sinks], sets, sample, rowsMax, json }, io)
    })
  program
    .command('check')
    .summary('try all that a run needs, write nothing')
    .helpOption('-h, --help', 'show this')
    .description(
      'Tries the files, Kafka, Milvus, and sample records: a line each, with what to do where it is not as it should be. Writes nothing and joins no group. Exit code 41 where a run would fail.',
    )
    .argument('<worker.properties>', "the worker's file, as connect-standalone.sh takes it")
    .argument('<sink.properties...>', 'a file for each sink')
    .option('--set <key=value>', 'set a key, over environment and files; may be repeated', collect)
    .option('--records <records>', 'sample records to try', whole(0), 100)
    .option('--json', 'one JSON object a line; its fields are in docs/check.md')
    .action(async (worker: string, sinks: string[], options: CheckOptions) => {
      const { check } = await import('./check.ts')
      const { set: sets = [], records, json = false } = options
      result.code = await check({ files: [worker, ...sinks], sets, records, json }, io)
    })
  program
    .command('plan')
    .summary('a dry run: what would become of the records')
    .helpOption('-h, --help', 'show this')
    .description(
      'Reads the records that a run would read next, converts them, and says which field goes where, how many rows come of them, and what cannot be written. Writes nothing, commits nothing, joins no group.',
    )
    .argument('<worker.properties>', "the worker's file, as connect-standalone.sh takes it")
    .argument('<sink.properties...>', 'a file for each sink')
    .option('--set <key=value>', 'set a key, over environment and files; may be repeated', collect)
    .option('--records <records>', 'records to read', whole(1), 10_000)
    .option('--all', 'read all records that wait')
    .option('--json', 'one JSON object a line for each sink; its fields are in docs/check.md')
    .action(async (worker: string, sinks: string[], options: PlanOptions) => {
      const { plan } = await import('./plan.ts')
      const { set: sets = [], records, all = false, json = false } = options
      result.code = await plan({ files: [worker, ...sinks], sets, records: all ? undefined : records, json }, io)
    })
  program
    .command('init')
    .summary('write the two files, from a topic and Milvus')
    .helpOption('-h, --help', 'show this')
    .description(
      'Looks at a topic and at Milvus and writes the two files of a run, with comments. On a terminal it asks for what no option says. Changes nothing in Kafka, nor in Milvus without --create.',
    )
    .option('--bootstrap <host:port>', 'Kafka brokers')
    .option('--topic <topic>', 'topic to read')
    .option('--milvus <endpoint>', 'Milvus or Zilliz Cloud')
    .option('--token-env <name>', 'environment variable that holds the token')
    .option('--database <name>', 'database of the collection')
    .option('--into <collection>', "collection; the topic's name unless given")
    .option('--name <name>', 'name of the sink, and of its group')
    .option('--set <key=value>', 'one more setting for the files; may be repeated', collect)
    .option('--out <folder>', 'where the files go', '.')
    .option('--force', 'write over files that are there')
    .option('--collection', 'print the schema that a missing collection would get; no files')
    .option('--create', 'create that collection now')
    .option('--json', 'print the schema as JSON')
    .action(async (options: InitOptions) => {
      const { init } = await import('./init.ts')
      const { set: sets = [], out: folder, force = false, collection = false, create = false, json = false } = options
      const { bootstrap, topic, milvus, tokenEnv, database, into, name } = options
      const answers = { bootstrap, topic, milvus, tokenEnv, database, into, name, sets }
      result.code = await init({ ...answers, folder, force, collection, create, json }, io)
    })
  addBenchOptions(program.command('bench'))
    .summary('measure how fast a sink is here; also --bench')
    .helpOption('-h, --help', 'show this')
    .description(
      'Measures how fast a sink is on this machine, and what holds it up. Makes records of its own in an embedded Kafka unless told what to read; makes a collection of its own and drops it.',
    )
    .action(async (files: string[], given: BenchArguments) => {
      const flags = benchFlags(files, given)
      result.code = await (await import('./bench.ts')).bench(flags, io)
    })
  const dlq = program
    .command('dlq')
    .summary('look at dead letters, send them again')
    .helpOption('-h, --help', 'show this')
    .helpCommand(false)
    .description('Looks at the dead letters of sinks, or sends them again.')
  dlq
    .command('list')
    .summary('what is in the dead-letter topics, by reason')
    .helpOption('-h, --help', 'show this')
    .description('Reads the dead-letter topic of each sink to its end and says what is in it. Changes nothing.')
    .argument('<worker.properties>', "the worker's file, as connect-standalone.sh takes it")
    .argument('<sink.properties...>', 'a file for each sink')
    .option('--set <key=value>', 'set a key, over environment and files; may be repeated', collect)
    .option('--json', 'one JSON object a line for each sink; its fields are in docs/dead-letters.md')
    .action(async (worker: string, sinks: string[], options: DlqOptions) => {
      const { dlqList } = await import('./dlq.ts')
      result.code = await dlqList(
        { files: [worker, ...sinks], sets: options.set ?? [], json: options.json === true },
        io,
      )
    })
  dlq
    .command('replay')
    .summary('send dead letters again')
    .helpOption('-h, --help', 'show this')
    .description(
      'Sends the dead letters that were not sent again yet the way of all records. What fails again goes back to the topic. A letter sent again can overwrite a newer row of its key: see docs/dead-letters.md.',
    )
    .argument('<worker.properties>', "the worker's file, as connect-standalone.sh takes it")
    .argument('<sink.properties...>', 'a file for each sink')
    .option('--set <key=value>', 'set a key, over environment and files; may be repeated', collect)
    .action(async (worker: string, sinks: string[], options: DlqOptions) => {
      const { dlqReplay } = await import('./dlq.ts')
      result.code = await dlqReplay({ files: [worker, ...sinks], sets: options.set ?? [] }, io)
    })
  addConsoleVerb(program, io, result)
  addCompletionVerb(program, io, result)
  return program
}

interface RunFlags extends UnattendedFlags {
  readonly set?: readonly string[]
  readonly untilCaughtUp?: boolean
  readonly shutdownTimeout?: number
  readonly http?: string
  readonly httpTokenFile?: string
  readonly httpName?: readonly string[]
}

interface DlqOptions {
  readonly set?: readonly string[]
  readonly json?: boolean
}

interface CheckOptions {
  readonly set?: readonly string[]
  readonly records: number
  readonly json?: boolean
}

interface PlanOptions extends CheckOptions {
  readonly all?: boolean
}

interface InitOptions {
  readonly bootstrap?: string
  readonly topic?: string
  readonly milvus?: string
  readonly tokenEnv?: string
  readonly database?: string
  readonly into?: string
  readonly name?: string
  readonly set?: readonly string[]
  readonly out: string
  readonly force?: boolean
  readonly collection?: boolean
  readonly create?: boolean
  readonly json?: boolean
}

interface VerifyOptions {
  readonly set?: readonly string[]
  readonly sample?: number
  readonly rows: number
  readonly json?: boolean
}

/** More are no sample any more, and no list that anybody reads. */
const wholeMax = 1_000_000

function whole(min: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > wholeMax) {
      throw new InvalidArgumentError(`It takes a whole number from ${min} to ${wholeMax}.`)
    }
    return value
  }
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

const shutdownSecondsMax = 3_600

function seconds(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= shutdownSecondsMax)) {
    throw new InvalidArgumentError(`It takes seconds from 0 to ${shutdownSecondsMax}.`)
  }
  return value
}

function httpFlags({ http, httpTokenFile: tokenFile, httpName: names = [] }: RunFlags): HttpFlags | undefined {
  return http === undefined ? undefined : { http, tokenFile, names }
}

function shutdownSetting(timeout: number | undefined): string[] {
  return timeout === undefined ? [] : [`shutdown.timeout.ms=${Math.round(timeout * 1_000)}`]
}

/** The default verb takes any word for a file: a verb that is misspelt must not end as a file that is missing. */
function checkVerb(program: Command, word: string): void {
  const verbs = ['help', ...program.commands.map((command) => command.name())]
  if (/^-|[./\\]/.test(word) || verbs.includes(word) || existsSync(word)) return
  const verb = nearest(word, verbs)
  const meant = verb === undefined ? '' : `; did you mean ${verb}?`
  program.error(`error: "${word}" is neither a verb nor a file${meant}`, { exitCode: exit.usage })
}
