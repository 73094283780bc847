/** `redkite init`: looks at a topic and at Milvus, and writes the two files of a run. Asks for what no option says, on a terminal. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { failure } from '../errors/errors.ts'
import { exit } from '../errors/exit.ts'
import { systemReason } from '../errors/system.ts'
import { createCollection, loadCollection } from '../milvus/create.ts'
import { type Answers, draftFiles, type Found } from '../preflight/init/draft.ts'
import { type Look, look } from '../preflight/init/look.ts'
import { checkProposal, type Proposal } from '../preflight/propose.ts'
import { collectionJson, collectionLines } from '../preflight/shown-collection.ts'
import { connectWithin } from '../sink/open-milvus.ts'
import { folded } from './fold.ts'
import type { Io } from './io.ts'

export interface InitFlags {
  readonly bootstrap: string | undefined
  readonly topic: string | undefined
  readonly milvus: string | undefined
  readonly tokenEnv: string | undefined
  readonly database: string | undefined
  readonly into: string | undefined
  readonly name: string | undefined
  readonly sets: readonly string[]
  readonly folder: string
  readonly force: boolean
  /** Print the schema of the missing collection, and write no files. */
  readonly collection: boolean
  /** Make the collection now. */
  readonly create: boolean
  readonly json: boolean
}

const workerName = 'connect-standalone.properties'
const sinkName = 'milvus-sink-connector.properties'

export async function init(flags: InitFlags, io: Io): Promise<number> {
  const paths = [join(flags.folder, workerName), join(flags.folder, sinkName)]
  const writesFiles = !flags.collection
  const taken = paths.find(existsSync)
  if (writesFiles && !flags.force && taken !== undefined) throw failure('FILE_EXISTS', taken)
  const answers = await ask(flags, io)
  const seen = await look(answers, io.env)
  if (seen.proposal !== undefined) {
    io.out(
      flags.json
        ? `${JSON.stringify(collectionJson(seen.proposal))}\n`
        : folded(`${collectionLines(seen.proposal).join('\n')}\n`, io.outScreen.columns),
    )
  } else if (flags.collection) {
    const why = seen.found.create
      ? `${answers.topic} holds no records to take a schema from`
      : 'the collection is there'
    tell(io, `nothing to show: ${why}`)
  }
  const isMade = flags.create && seen.proposal !== undefined && (await make(seen, seen.proposal, io))
  if (!writesFiles) return exit.ok
  const draft = draftFiles(answers, foundNow(seen, isMade))
  write(paths[0]!, draft.worker)
  write(paths[1]!, draft.sink)
  tell(io, `wrote ${paths.join(' and ')}; next: redkite check ${paths.join(' ')}`)
  return exit.ok
}

function tell({ err, errScreen }: Io, text: string): void {
  err(`${folded(text, errScreen.columns)}\n`)
}

export function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  } catch (error) {
    throw failure('FILE_NOT_WRITTEN', path, systemReason(error))
  }
}

function foundNow({ found }: Look, isMade: boolean): Found {
  return isMade ? { ...found, create: false } : found
}

async function make({ settings }: Look, proposal: Proposal, io: Io): Promise<boolean> {
  checkProposal(proposal)
  const connection = await connectWithin(settings)
  try {
    await createCollection(connection, proposal.collection)
    await loadCollection(connection, proposal.collection.name, proposal.collection.index)
    tell(io, `created collection "${proposal.collection.name}" and loaded it`)
    return true
  } finally {
    await connection.close()
  }
}

async function ask(flags: InitFlags, io: Io): Promise<Answers> {
  const asked = async (given: string | undefined, option: string, question: string, fallback?: string) => {
    if (given !== undefined) return given
    const answer = io.ask === undefined ? '' : (await io.ask(`${question}${fallback ? ` [${fallback}]` : ''}: `)).trim()
    if (answer !== '') return answer
    if (fallback === undefined) throw failure('OPTION_MISSING', option)
    return fallback
  }
  const bootstrap = await asked(flags.bootstrap, '--bootstrap', 'Kafka brokers', 'localhost:9092')
  const topic = await asked(flags.topic, '--topic', 'Topic to read')
  const endpoint = await asked(flags.milvus, '--milvus', 'Milvus or Zilliz Cloud', 'http://localhost:19530')
  const tokenEnv = await asked(
    flags.tokenEnv,
    '--token-env',
    'Environment variable that holds the token (none: empty)',
    '',
  )
  const database = await asked(flags.database, '--database', 'Database', 'default')
  const collection = await asked(flags.into, '--into', 'Collection', topic.replaceAll(/[^A-Za-z0-9_]/g, '_'))
  const name = await asked(flags.name, '--name', 'Name of the sink', `${topic}-to-milvus`)
  return { bootstrap, topic, endpoint, tokenEnv, database, collection, name, sets: flags.sets }
}
