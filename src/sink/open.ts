import type { SinkSettings, WorkerSettings } from '../config/setup.ts'
import { compileJsonPlan, type JsonPlan } from '../decode/json/plan.ts'
import { RecordKey } from '../decode/key.ts'
import { CaughtUp, type EndOffset } from '../delivery/caught-up.ts'
import { failure } from '../errors/errors.ts'
import { Admin, type CommittedOffset } from '../kafka/admin.ts'
import { Consumer } from '../kafka/consumer.ts'
import { connect, type MilvusConnection } from '../milvus/connection.ts'
import { describeCollection, loadState } from '../milvus/describe.ts'
import { WriteTarget } from '../milvus/request.ts'
import { type CollectionSchema, DataType } from '../milvus/schema.ts'
import type { Log } from '../ops/log.ts'
import { KeySource } from './keys.ts'
import { systemClock } from './ports.ts'
import { revokeTimeoutMs, Sink } from './sink.ts'

/** Kafka answers within a second or two; a minute of silence at the start helps nobody. */
const askTimeoutMs = 15_000

export interface OpenOptions {
  readonly settings: SinkSettings
  readonly worker: WorkerSettings
  readonly untilCaughtUp: boolean
  readonly log: Log
}

/** A sink whose Kafka and Milvus have answered: everything that can be found out before the first record has been. */
export interface OpenedSink {
  readonly name: string
  readonly sink: Sink
  readonly plan: JsonPlan
  /** Records between the group's offsets and the goal, when there is a goal. */
  readonly recordsToRead: number | undefined
  run(): Promise<void>
  /** Gives it up before it has run. */
  abandon(): Promise<void>
  /** Records between what was read and the partitions' ends; undefined until the first fetch has told. */
  lag(): number | undefined
}

export async function openSink({ settings, worker, untilCaughtUp, log }: OpenOptions): Promise<OpenedSink> {
  const [milvus, kafka] = await Promise.allSettled([openMilvus(settings, log), askKafka(settings, untilCaughtUp)])
  if (kafka.status === 'rejected' || milvus.status === 'rejected') {
    if (milvus.status === 'fulfilled') await milvus.value.connection.close()
    throw kafka.status === 'rejected' ? kafka.reason : (milvus as PromiseRejectedResult).reason
  }
  const { connection, schema, plan } = milvus.value
  const goal = kafka.value
  const recordKey = settings.keyConverter && new RecordKey(schema, settings.keyConverter)
  const caughtUp = goal === undefined ? undefined : new CaughtUp(goal.ends)
  const sink = new Sink({
    schema,
    decoder: plan,
    target: connection,
    write: new WriteTarget(settings.collection),
    clock: systemClock,
    log,
    random: Math.random,
    batchRowsMax: settings.batchRowsMax,
    batchBytesMax: settings.batchBytesMax,
    lingerMs: settings.lingerMs,
    inFlightMax: settings.requestsInFlightMax,
    retryBackoffMs: settings.retryBackoffMs,
    retryBackoffMaxMs: settings.errors.retryDelayMaxMs,
    commitIntervalMs: worker.offsetFlushIntervalMs,
    shutdownTimeoutMs: settings.shutdownTimeoutMs,
    retryLimits: { retriesMax: settings.retriesMax, retryTimeoutMs: settings.errors.retryTimeoutMs },
    keySource: new KeySource(settings.keyMode, recordKey, () => consumer?.assignments ?? []),
    nullValues: settings.nullValues,
    onReject: settings.errors.tolerance === 'all' ? 'skip' : 'stop',
    caughtUp,
  })
  let consumer: Consumer | undefined
  return {
    name: settings.name,
    sink,
    plan,
    recordsToRead: goal?.records,
    async run() {
      consumer = new Consumer(settings.consumer, settings.topics.subscribe, sink, { revokeTimeoutMs })
      const stopWatching = caughtUp === undefined ? () => {} : watchGroup(settings, caughtUp, sink)
      try {
        await sink.run(consumer)
      } finally {
        stopWatching()
      }
    },
    abandon: () => connection.close(),
    lag() {
      if (consumer === undefined) return undefined
      let lag = 0
      for (const assignment of consumer.assignments) {
        if (!assignment.owned) continue
        const end = consumer.endOffset(assignment.index)
        if (end === undefined) return undefined
        lag += Math.max(0, end - (sink.position(assignment.index) ?? end))
      }
      return lag
    },
  }
}

async function openMilvus(
  settings: SinkSettings,
  log: Log,
): Promise<{ connection: MilvusConnection; schema: CollectionSchema; plan: JsonPlan }> {
  const connection = await connect({
    endpoint: settings.endpoint,
    token: settings.token?.reveal(),
    database: settings.database,
    tls: settings.tls,
    requestTimeoutMs: settings.requestTimeoutMs,
  })
  try {
    const { schema } = await describeCollection(connection, settings.collection)
    const plan = compileJsonPlan(schema, {
      envelope: settings.valueConverter.schemasEnable,
      keyElsewhere: settings.keyMode !== 'record_value',
    })
    checkKey(settings, schema)
    if (settings.collectionRequireLoaded && (await loadState(connection, settings.collection)) === 'not loaded') {
      const { endpoint, database } = connection
      throw failure(
        'MILVUS_COLLECTION_NOT_LOADED',
        { endpoint, database, collection: settings.collection },
        'collection.require.loaded=false writes into it all the same',
      )
    }
    const { name, autoId } = schema.primaryKey
    log.info(
      `Milvus ${connection.serverVersion} at ${connection.endpoint}: collection "${settings.collection}", ${autoId ? `key "${name}" made by Milvus` : `upsert by "${name}"`}`,
    )
    if (autoId) {
      log.warn(
        `collection "${settings.collection}" makes its own keys (autoID): records read again after a crash become second rows; let the records bring the key, or use a VARCHAR key with pk.mode=kafka, to rule that out`,
      )
    }
    return { connection, schema, plan }
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** What is asked of the key must be possible with the key that the collection has. */
function checkKey({ collection, keyMode, nullValues }: SinkSettings, { primaryKey }: CollectionSchema): void {
  const { name, autoId, type } = primaryKey
  const made = `Milvus makes the keys of collection "${collection}" (autoID)`
  if (autoId && keyMode !== 'record_value')
    throw failure('KEYS_CONFLICT', 'pk.mode', `${made}, so \`pk.mode=${keyMode}\` cannot be; remove it`)
  if (autoId && nullValues === 'delete') {
    throw failure(
      'KEYS_CONFLICT',
      'behavior.on.null.values',
      `${made}, so a record key finds no row to delete; use \`ignore\``,
    )
  }
  if (keyMode === 'kafka' && type !== DataType.VarChar) {
    const wanted = `\`pk.mode=kafka\` makes keys of text, but the primary key "${name}" is no VARCHAR; use a collection whose key is`
    throw failure('KEYS_CONFLICT', 'pk.mode', wanted)
  }
}

/** Sees that Kafka answers and the topics exist; with a goal, where they end now. */
async function askKafka(
  settings: SinkSettings,
  untilCaughtUp: boolean,
): Promise<{ ends: EndOffset[]; records: number } | undefined> {
  const admin = new Admin(settings.admin)
  try {
    const topics = await admin.topicPartitions(settings.topics.subscribe, askTimeoutMs)
    if (!untilCaughtUp) return undefined
    const partitions = [...topics].flatMap(([topic, count]) =>
      Array.from({ length: count }, (_, partition) => ({ topic, partition })),
    )
    const isolation =
      settings.consumer['isolation.level'] === 'read_uncommitted' ? 'read_uncommitted' : 'read_committed'
    const [ends, beginnings, committed] = await Promise.all([
      admin.endOffsets(partitions, isolation, askTimeoutMs),
      admin.beginningOffsets(partitions, askTimeoutMs),
      admin.committed(settings.groupId, partitions, askTimeoutMs),
    ])
    return { ends, records: recordsBetween([...beginnings, ...committed], ends) }
  } finally {
    await admin.close()
  }
}

/** Offsets from where the group will begin to where the partitions end: at least as many as there are records. */
function recordsBetween(starts: readonly CommittedOffset[], ends: readonly EndOffset[]): number {
  const begins = new Map<string, number>()
  for (const { topic, partition, offset } of starts) {
    const place = `${topic}/${partition}`
    begins.set(place, Math.max(offset ?? 0, begins.get(place) ?? 0))
  }
  let records = 0
  for (const { topic, partition, offset } of ends) {
    records += Math.max(0, offset - (begins.get(`${topic}/${partition}`) ?? 0))
  }
  return records
}

/** Partitions that another member of the group works on are caught up when the group has committed so. */
function watchGroup(settings: SinkSettings, caughtUp: CaughtUp, sink: Sink): () => void {
  const admin = new Admin(settings.admin)
  let asking = false
  const timer = setInterval(async () => {
    const open = caughtUp.open()
    if (asking || open.length === 0) return
    asking = true
    try {
      for (const { topic, partition, offset } of await admin.committed(settings.groupId, open, askTimeoutMs)) {
        if (offset !== undefined) caughtUp.settled(topic, partition, offset)
      }
      sink.caughtUpMayBeDone()
    } catch {
      // The next turn asks again; what is wrong with Kafka is the consumer's to report.
    } finally {
      asking = false
    }
  }, 1_000)
  return () => {
    clearInterval(timer)
    void admin.close()
  }
}
