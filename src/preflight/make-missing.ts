/**
 * Before a sink is opened: makes the database and the collection that are missing, where the settings ask for it (`database.create`,
 * `auto.create`), and adds fields (`auto.evolve`). Several tasks and processes may do so at once (milvus/create.ts).
 */
import type { SinkSettings } from '../config/setup.ts'
import { failure, RedkiteError } from '../errors/errors.ts'
import type { MilvusConnection } from '../milvus/connection.ts'
import { createCollection, createDatabase, loadCollection } from '../milvus/create.ts'
import { describeCollection } from '../milvus/describe.ts'
import type { Log } from '../ops/log.ts'
import { connectWithin } from '../sink/open-milvus.ts'
import { askBounds, type PartitionBounds } from '../sink/topic-bounds.ts'
import { addMissingFields } from './add-fields.ts'
import { checkProposal, proposeCollection } from './propose.ts'
import { collectionLines } from './shown-collection.ts'

/** Producers that have just started send more within this time: a sample of one record says little. */
const moreRecordsMs = 1_000
const askAgainMs = 1_000

export interface MakeMissingOptions {
  readonly settings: SinkSettings
  readonly log: Log
  /** Whether to wait for the first records of topics that are empty, instead of giving up. */
  readonly waits: boolean
}

export async function makeMissing(options: MakeMissingOptions): Promise<void> {
  const { settings, log } = options
  const { onDemand, collection } = settings
  if (!onDemand.createCollection && !onDemand.createDatabase && !onDemand.addFields) return
  const connection = await connectWithin(settings)
  try {
    let missing = await missingPart(connection, collection)
    if (missing === 'database' && onDemand.createDatabase) {
      await createDatabase(connection)
      log.info(`created database "${connection.database}"`)
      missing = await missingPart(connection, collection)
    }
    if (missing === undefined && onDemand.addFields) {
      await addMissingFields(connection, options, (await describeCollection(connection, collection)).schema)
    }
    if (!onDemand.createCollection || missing === 'database') return
    if (missing === 'collection') await create(connection, options)
    // Also where it was there: another task may be at it, or a start before this one was killed half-way.
    await loadCollection(connection, collection, onDemand.index)
  } finally {
    await connection.close()
  }
}

async function create(connection: MilvusConnection, options: MakeMissingOptions): Promise<void> {
  const { settings, log } = options
  const partitions = await firstRecords(options)
  const proposal = await proposeCollection(settings, partitions, connection.serverVersion)
  checkProposal(proposal)
  const isOurs = await createCollection(connection, proposal.collection)
  if (!isOurs) log.info(`collection "${settings.collection}" was created by somebody else meanwhile`)
  else for (const line of collectionLines(proposal)) log.info(line)
}

/** Waits until there are records to look at. */
async function firstRecords({ settings, log, waits }: MakeMissingOptions): Promise<readonly PartitionBounds[]> {
  for (let waited = false; ; waited = true) {
    const { stretches, recordsMax } = await askBounds(settings)
    if (recordsMax > 0) {
      if (!waited) return stretches
      await Bun.sleep(moreRecordsMs)
      return (await askBounds(settings)).stretches
    }
    const { collection, topics } = settings
    if (!waits) throw failure('AUTO_CREATE_NO_RECORDS', collection, topics.text)
    if (!waited)
      log.info(`collection "${collection}" is made when there are records in ${topics.text}; waiting for them`)
    await Bun.sleep(askAgainMs)
  }
}

async function missingPart(
  connection: MilvusConnection,
  collection: string,
): Promise<'database' | 'collection' | undefined> {
  try {
    await describeCollection(connection, collection)
    return undefined
  } catch (error) {
    if (error instanceof RedkiteError && error.code === 'MILVUS_DATABASE_MISSING') return 'database'
    if (error instanceof RedkiteError && error.code === 'MILVUS_COLLECTION_MISSING') return 'collection'
    throw error
  }
}

/** Whether a run mends this error by making what is missing. */
export function isMadeOnDemand({ onDemand }: SinkSettings, { code }: RedkiteError): boolean {
  if (!onDemand.createCollection) return false
  return code === 'MILVUS_COLLECTION_MISSING' || (code === 'MILVUS_DATABASE_MISSING' && onDemand.createDatabase)
}
