/** `redkite init`: what it takes. */
import type { Command } from 'commander'
import { collect } from './arguments.ts'
import type { Io } from './io.ts'

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

export function addInitVerb(program: Command, io: Io, result: { code: number }): void {
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
}
