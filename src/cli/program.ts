import { Command, CommanderError } from 'commander'
import { errors, RedkiteError } from '../errors/errors.ts'
import { exit } from '../errors/exit.ts'
import { versionLine } from '../version.ts'
import type { Io } from './io.ts'

const examples = `
Examples:
  redkite connect-standalone.properties milvus-sink-connector.properties
  redkite connect-standalone.properties milvus-sink-connector.properties --until-caught-up
  redkite run worker.properties sink.properties --set topics=orders --set batch.size=5000

The two files are those of Kafka Connect's connect-standalone.sh, unchanged.
Exit codes: 0 done, 64 wrong use, 78 wrong configuration, 66 file missing, 65 a record that cannot be written; all in docs/errors.md.
`

/** Parses argv, runs the verb, returns the exit code. Every error ends as one message on stderr. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  if (argv[0] === '--version' || argv[0] === '-V') {
    io.out(`${versionLine()}\n`)
    return exit.ok
  }
  let code: number = exit.ok
  const program = new Command('redkite')
    .description('Streams records from Apache Kafka into Milvus and Zilliz Cloud.')
    .option('-V, --version', 'print the versions of redkite, Bun and librdkafka')
    .helpOption('-h, --help')
    .addHelpText('after', examples)
    .configureOutput({ writeOut: io.out, writeErr: io.err, getErrHasColors: () => io.colours })
    .showSuggestionAfterError()
    .exitOverride()
  program
    .command('run', { isDefault: true })
    .description('run sinks until stopped (the default verb)')
    .argument('<worker.properties>', "the worker's file, as connect-standalone.sh takes it")
    .argument('<sink.properties...>', 'a file for each sink')
    .option('--set <key=value>', 'set a key, over the environment and the files; may be repeated', collect, [])
    .option('--until-caught-up', 'stop with exit code 0 when everything that was there at the start is in Milvus')
    .action(async (worker: string, sinks: string[], options: { set: string[]; untilCaughtUp?: boolean }) => {
      const { run } = await import('./run.ts')
      code = await run(
        { files: [worker, ...sinks], sets: options.set, untilCaughtUp: options.untilCaughtUp === true },
        io,
      )
    })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return code
  } catch (error) {
    return report(error, io)
  }
}

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

/** One message with the cause and the cure; a stack trace only for a bug. */
export function report(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.usage
  if (error instanceof RedkiteError) {
    io.err(`redkite: ${error.message} [${error.code}]\n`)
    return error.exit
  }
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
  io.err(`redkite: ${errors.INTERNAL.say(what)}\n`)
  return exit.internal
}
