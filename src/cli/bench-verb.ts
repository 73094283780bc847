/** `redkite bench`: what it takes, and what of that goes together. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { gridOf, listOf } from '../bench/grid.ts'
import { collect, whole } from './arguments.ts'
import type { BenchFlags } from './bench.ts'
import type { Io } from './io.ts'

export interface BenchArguments {
  readonly null?: boolean
  readonly milvus?: string
  readonly tokenEnv?: string
  readonly topic?: string
  readonly bootstrap?: string
  readonly set?: readonly string[]
  readonly format: BenchFlags['format']
  readonly dims: number
  readonly rows?: number
  readonly duration?: number
  readonly rate?: number
  readonly tasks?: number
  readonly batchRows?: readonly number[]
  readonly batchBytes?: readonly number[]
  readonly inFlight?: readonly number[]
  readonly sweep?: boolean
  readonly json?: boolean
}

/** A rate needs an end. */
const rateSecondsDefault = 10

export function addBenchVerb(program: Command, io: Io, result: { code: number }): void {
  addBenchOptions(program.command('bench'))
    .summary('measure how fast a sink is here; also --bench')
    .helpOption('-h, --help', 'show this')
    .description('Measures how fast a sink is here: with records of its own, a topic, or a run.')
    .action(async (files: string[], given: BenchArguments, command: Command) => {
      const flags = sayingWhatIsWrong(command, () => benchFlags(files, given))
      result.code = await (await import('./bench.ts')).bench(flags, io)
    })
}

/** Commander says what is wrong with one option; what does not go together it has to be told. */
function sayingWhatIsWrong<T>(command: Command, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof InvalidArgumentError) command.error(`error: ${error.message}`)
    throw error
  }
}

/** The options on a command, as one line each. */
export function addBenchOptions(command: Command): Command {
  return command
    .usage('[options] [worker.properties sink.properties]')
    .argument('[files...]')
    .option('--milvus <host:port>', 'Milvus, or its URL; as the files say, or localhost')
    .option('--null', 'into a Milvus of its own that only counts')
    .option('--token-env <name>', 'environment variable that holds the token')
    .option('--topic <topic>', 'read this topic of JSON records; with --bootstrap')
    .option('--bootstrap <host:port>', 'Kafka brokers of --topic')
    .option('--set <key=value>', 'set a key, as for run; may be repeated', collect)
    .addOption(
      new Option('--format <format>', 'json, avro, protobuf or raw')
        .choices(['json', 'avro', 'protobuf', 'raw'])
        .default('json'),
    )
    .option('--dims <numbers>', 'numbers in a vector', whole(1, 32_768), 768)
    .option('--rows <rows>', 'end after so many', whole(1, 700_000_000))
    .option('--duration <seconds>', 'end after so long', whole(1, 86_400))
    .option('--rate <rows/s>', 'records come at this rate: how late are rows', whole(1, 10_000_000))
    .option('--tasks <tasks>', 'tasks.max', whole(1, 64))
    .option('--batch-rows <rows>', 'batch.size', list)
    .option('--batch-bytes <bytes>', 'batch.bytes; 512k, 2m', list)
    .option('--in-flight <requests>', 'max.in.flight.requests', list)
    .option('--sweep', 'try a grid of settings, or of lists: 500,5000')
    .option('--json', 'one JSON object; its fields are in docs/bench.md')
}

/** Refuses what does not go together. */
export function benchFlags(files: readonly string[], given: BenchArguments): BenchFlags {
  const { milvus, topic, bootstrap, rate, tasks, batchRows = [], batchBytes = [], inFlight = [] } = given
  const isSweep = given.sweep === true
  const cells = gridOf({ batchRows, batchBytes, inFlight, isSweep })
  const isNull = given.null === true
  const readsTopic = topic !== undefined || files.length > 0
  const wrong = [
    [cells === undefined, 'several values of one option go with --sweep'],
    [isNull && milvus !== undefined, '--null and --milvus exclude each other'],
    [
      files.length > 0 && (topic !== undefined || bootstrap !== undefined),
      'files say which topics are read; leave --topic and --bootstrap out',
    ],
    [files.length === 1 || files.length > 2, 'give two files, the worker and one sink'],
    [(topic === undefined) !== (bootstrap === undefined), '--topic goes with --bootstrap'],
    [readsTopic && given.rate !== undefined, '--rate is for records that the bench makes'],
    [rate !== undefined && (tasks ?? 1) > 1, '--rate takes one task'],
    [
      isSweep && (rate !== undefined || given.duration !== undefined),
      '--sweep reads the same records for each setting; leave --rate and --duration out',
    ],
  ] as const
  for (const [isWrong, why] of wrong) if (isWrong) throw new InvalidArgumentError(why)
  const seconds = given.duration ?? (rate === undefined || given.rows !== undefined ? undefined : rateSecondsDefault)
  return {
    files,
    ...{ sets: given.set ?? [], topic, bootstrap, milvus, isNull, tokenEnv: given.tokenEnv },
    ...{ format: given.format, dims: given.dims, rows: given.rows, rowsPerSecond: rate, tasks },
    durationMs: seconds === undefined ? undefined : seconds * 1_000,
    cells: cells!,
    json: given.json === true,
  }
}

function list(text: string): readonly number[] {
  const values = listOf(text)
  if (values === undefined) throw new InvalidArgumentError('It takes numbers, as 1000 or 512k or 1,2,4.')
  return values
}
