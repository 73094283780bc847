import type { SinkSettings, WorkerSettings } from '../config/setup.ts'
import { compileDecoder } from '../decode/compile.ts'
import type { RowDecoder } from '../decode/decoder.ts'
import { CaughtUp } from '../delivery/caught-up.ts'
import { failure } from '../errors/errors.ts'
import { Admin } from '../kafka/admin.ts'
import { Consumer } from '../kafka/consumer.ts'
import { openRecordKey } from '../mapping/record-key.ts'
import { connect, type MilvusConnection } from '../milvus/connection.ts'
import { describeCollection, loadState } from '../milvus/describe.ts'
import { WriteTarget } from '../milvus/request.ts'
import { type CollectionSchema, DataType } from '../milvus/schema.ts'
import { SchemaGuard } from '../milvus/schema-guard.ts'
import type { Log } from '../ops/log.ts'
import { makeMissing } from '../preflight/make-missing.ts'
import { openDeadLetters } from './dead-letter-open.ts'
import type { DeadLetters } from './dead-letters.ts'
import { ReplaySource } from './dlq/replay-source.ts'
import { Effects } from './effect.ts'
import { askKafka, lagToGoal } from './goal.ts'
import { KeySource } from './keys.ts'
import { Lane } from './lane.ts'
import { systemClock } from './ports.ts'
import { OneLane } from './router.ts'
import { revokeTimeoutMs, Sink } from './sink.ts'

/** As long as a start may take where the address is right; a request later may take `request.timeout.ms`. */
const milvusTimeoutMs = 10_000

export interface OpenOptions {
  readonly settings: SinkSettings
  readonly worker: WorkerSettings
  readonly untilCaughtUp: boolean
  readonly log: Log
  /** The records are dead letters, sent again (`redkite dlq replay`). */
  readonly isReplay?: boolean
}

/** A sink whose Kafka and Milvus have answered: everything that can be found out before the first record has been. */
export interface OpenedSink {
  readonly name: string
  readonly sink: Sink
  readonly plan: RowDecoder
  /** Records between the group's offsets at the start and the goal, when there is a goal. */
  readonly goal: number | undefined
  /** Whether that goal was reached. */
  isCaughtUp(): boolean
  run(): Promise<void>
  /** Gives it up before it has run. */
  abandon(): Promise<void>
  /** Records between what was read and the goal, or without one the partitions' ends; undefined until each has been fetched from. */
  lag(): number | undefined
}

export async function openSink(options: OpenOptions): Promise<OpenedSink> {
  const { settings, worker, untilCaughtUp, log, isReplay = false } = options
  if (!isReplay) await makeMissing({ settings, log, waits: !untilCaughtUp })
  // Kafka first: its threads connect while the Milvus SDK is being loaded.
  const asking = askKafka(settings, untilCaughtUp)
  const opening = openMilvus(settings, log)
  const [goal, { connection, schema, plan }] = await Promise.all([
    asking,
    withinDeadline(opening, () => unanswered(settings)),
  ]).catch((error: unknown) => {
    // Whichever fails first says why; the other may take its time.
    void opening.then((milvus) => milvus.connection.close()).catch(() => {})
    throw error
  })
  const onReject = await rejection(options).catch(async (error: unknown) => {
    await connection.close()
    throw error
  })
  const recordKey = openRecordKey(schema, settings)
  const caughtUp = goal === undefined ? undefined : new CaughtUp(goal.ends)
  const keySource = new KeySource(
    settings.keyMode,
    recordKey,
    () => consumer?.assignments ?? [],
    isReplay ? (row) => replay?.originOf(row) : undefined,
    () => plan.key,
  )
  const lane = new Lane({
    schema,
    effects: new Effects(plan, keySource, settings.nullValues, () => consumer?.assignments ?? []),
    target: new SchemaGuard(connection, schema),
    write: new WriteTarget(settings.collection),
  })
  const sink = new Sink({
    router: new OneLane(lane),
    closeTarget: () => connection.close(),
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
    onReject,
    logEachReject: settings.errors.logEnable,
    caughtUp,
  })
  let consumer: Consumer | undefined
  const replay = isReplay && goal !== undefined ? new ReplaySource(goal.ends, sink) : undefined
  return {
    name: settings.name,
    sink,
    plan,
    goal: goal?.records,
    isCaughtUp: () => caughtUp?.done === true,
    async run() {
      const listener = replay?.listener ?? sink
      consumer = new Consumer(settings.consumer, settings.topics.subscribe, listener, {
        revokeTimeoutMs,
        wantsDetails: plan.wantsDetails === true || (replay !== undefined && settings.keyMode === 'kafka'),
      })
      replay?.attach(consumer)
      const stopWatching = caughtUp === undefined ? () => {} : watchGroup(settings, caughtUp, sink)
      try {
        await sink.run(replay ?? consumer)
      } finally {
        stopWatching()
      }
    },
    async abandon() {
      if (typeof onReject === 'object') await onReject.close()
      await connection.close()
    },
    lag() {
      const owned = consumer?.assignments.filter((assignment) => assignment.owned) ?? []
      if (goal !== undefined && caughtUp !== undefined) return lagToGoal(goal, caughtUp, owned, sink)
      if (consumer === undefined) return undefined
      let lag = 0
      for (const { index } of owned) {
        const end = consumer.endOffset(index)
        const position = sink.position(index)
        if (end === undefined || position === undefined) return undefined
        lag += Math.max(0, end - position)
      }
      return lag
    },
  }
}

/** What becomes of records that cannot be written. */
async function rejection({ settings, log, isReplay = false }: OpenOptions): Promise<'stop' | 'skip' | DeadLetters> {
  const { tolerance, deadLetterTopic: topic } = settings.errors
  if (tolerance === 'none') return 'stop'
  return topic === undefined ? 'skip' : await openDeadLetters({ settings, topic, isReplay, log })
}

async function withinDeadline<T>(opening: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), milvusTimeoutMs)
  })
  try {
    return await Promise.race([opening, deadline])
  } finally {
    clearTimeout(timer)
  }
}

function unanswered({ endpoint: { host, port }, database, collection }: SinkSettings): Error {
  const place = { endpoint: `${host}:${port}`, database, collection }
  return failure('MILVUS_UNREACHABLE', place, `no answer within ${milvusTimeoutMs / 1_000} s`)
}

export async function openMilvus(
  settings: SinkSettings,
  log: Log,
): Promise<{ connection: MilvusConnection; schema: CollectionSchema; plan: RowDecoder }> {
  const connection = await connect({
    endpoint: settings.endpoint,
    token: settings.token?.reveal(),
    database: settings.database,
    tls: settings.tls,
    requestTimeoutMs: settings.requestTimeoutMs,
  })
  try {
    const { schema } = await describeCollection(connection, settings.collection)
    const plan = compileDecoder(schema, settings)
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
export function checkKey({ collection, keyMode, nullValues }: SinkSettings, { primaryKey }: CollectionSchema): void {
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

/** Partitions that another member of the group works on are caught up when the group has committed so. */
function watchGroup(settings: SinkSettings, caughtUp: CaughtUp, sink: Sink): () => void {
  const admin = new Admin(settings.admin)
  let asking = false
  const timer = setInterval(async () => {
    const open = caughtUp.open()
    if (asking || open.length === 0) return
    asking = true
    try {
      for (const { topic, partition, offset } of await admin.committed(settings.groupId, open)) {
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
