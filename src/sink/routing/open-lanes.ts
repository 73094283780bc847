/**
 * The lanes of a sink and what deals records out to them. What the settings alone decide is opened before the first record, so that a wrong
 * name ends the start; what topics or records yet to come decide, when they come.
 */
import { isRouted, isRoutedByRecord, perCollection } from '../../config/routing.ts'
import type { NullValues, SinkSettings } from '../../config/sink.ts'
import { compileTopicRouting, readsDetails } from '../../decode/compile.ts'
import type { RowDecoder } from '../../decode/decoder.ts'
import { addIgnored, type IgnoredNames, nothingIgnored } from '../../decode/ignored-names.ts'
import { failure } from '../../errors/errors.ts'
import type { TopicPartitionOffset } from '../../kafka/topic-partition-list.ts'
import type { TopicRouting } from '../../mapping/topic-routing.ts'
import type { MilvusConnection } from '../../milvus/connection.ts'
import { openPartition } from '../../milvus/partitions.ts'
import { WriteTarget } from '../../milvus/request.ts'
import { type CollectionSchema, DataType, plainField } from '../../milvus/schema.ts'
import { SchemaGuard } from '../../milvus/schema-guard.ts'
import { makeMissing } from '../../preflight/make-missing.ts'
import { Effects } from '../effect.ts'
import { KeySource } from '../keys.ts'
import { Lane } from '../lane.ts'
import type { OpenOptions } from '../open.ts'
import { openEffects } from '../open-effects.ts'
import { connectWithin, openCollection } from '../open-milvus.ts'
import type { SourceAssignment } from '../ports.ts'
import { OneLane, type Router } from '../router.ts'
import { type Destination, LaneTable } from './lane-table.ts'
import { RecordRouter } from './record-router.ts'
import { type RecordTopics, TopicRouter } from './topic-router.ts'

export interface LanesOptions extends OpenOptions {
  /** Those that exist. A function, as a promise that nobody waits for must not fail. */
  readonly topics: () => Promise<readonly string[]>
  readonly assignments: () => readonly SourceAssignment[]
  /** Where the record in a row was read first, in a replay. */
  readonly originOf: ((row: number) => TopicPartitionOffset | undefined) | undefined
}

export interface OpenedLanes {
  readonly router: Router
  readonly connection: MilvusConnection
  /** Keys that records brought and their collections have no place for. */
  ignored(): IgnoredNames
}

export async function openLanes(options: LanesOptions): Promise<OpenedLanes> {
  const { settings, log, untilCaughtUp, isReplay } = options
  const make = async (own: SinkSettings) => {
    if (!isReplay) await makeMissing({ settings: own, log, waits: !untilCaughtUp })
  }
  if (!isRouted(settings)) {
    await make(settings)
    const connection = await connectWithin(settings)
    return closingOnError(connection, async () => {
      const lane = await openLane(connection, options, settings, '')
      const { decoder } = lane.effects
      return {
        router: new OneLane(lane, wantsDetails(options, decoder)),
        connection,
        ignored: () => decoder.ignoredNames(),
      }
    })
  }
  const topics = await options.topics()
  const topicRouting = compileTopicRouting(settings, (text) => log.warn(text))
  const parts = perCollection(settings, topics, topicRouting && ((topic) => topicRouting.ofAll(topic)))
  const known = isReplay ? [] : parts.filter(({ collection }) => collection !== '')
  for (const own of known) await make(own)
  const connection = await connectWithin(settings)
  return closingOnError(connection, async () => {
    const table = new LaneTable({
      open: ({ collection, partition }) => openLane(connection, options, { ...settings, collection }, partition),
      log,
      sleep: (delayMs) => Bun.sleep(delayMs),
      now: () => performance.now(),
    })
    // Which of them get records is the records' business when these say where they go; a missing one is then no reason to stop.
    if (!isRoutedByRecord(settings.routing)) {
      for (const { collection } of known) {
        const destination: Destination = { collection, partition: '' }
        await table.open(destination)
        const refusal = table.refusal(destination)
        if (refusal !== undefined) throw refusal
      }
    }
    return { router: routerOf(options, table, topicRouting), connection, ignored: () => ignoredOf(table.lanes) }
  })
}

function routerOf(options: LanesOptions, table: LaneTable, topicRouting: TopicRouting | undefined): Router {
  const { settings, assignments } = options
  const recordTopics = recordTopicsOf(options, topicRouting)
  const nowhere = laneOfNothing(assignments, topicRouting?.whole, settings.nullValues)
  const details = topicRouting?.wantsDetails === true || wantsDetails(options, table.lanes[0]?.effects.decoder)
  if (isRoutedByRecord(settings.routing)) {
    return new RecordRouter(settings, table, assignments, nowhere, details, recordTopics)
  }
  const isPerRecord = options.originOf !== undefined || topicRouting?.changesByRecord === true
  return new TopicRouter(settings, table, assignments, nowhere, details, recordTopics, isPerRecord)
}

function recordTopicsOf(
  { assignments, originOf }: LanesOptions,
  topicRouting: TopicRouting | undefined,
): RecordTopics | undefined {
  if (topicRouting === undefined && originOf === undefined) return undefined
  return {
    of: (arena, row) => {
      const place = originOf?.(row) ?? assignments()[arena.assignment[row]!]!
      return topicRouting === undefined ? place.topic : topicRouting.of(place, arena, row)
    },
    waiting: () => topicRouting!.waiting(),
  }
}

/** Without a decoder to ask yet, yes: it costs a little and is never wrong. */
function wantsDetails({ settings, originOf }: LanesOptions, decoder: RowDecoder | undefined): boolean {
  const { keyMode, routing } = settings
  if (decoder === undefined || readsDetails(settings, decoder) || routing.header !== undefined) return true
  return originOf !== undefined && (keyMode === 'kafka' || isRouted(settings))
}

async function openLane(
  connection: MilvusConnection,
  { log, assignments, originOf }: LanesOptions,
  settings: SinkSettings,
  partition: string,
): Promise<Lane> {
  const warn = (text: string) => log.warn(text)
  const { schema, plan } = await openCollection(connection, settings, log, warn)
  if (partition !== '')
    await openPartition(connection, settings.collection, partition, settings.onDemand.createCollection)
  return new Lane({
    schema,
    effects: openEffects(plan, schema, settings, assignments, { originOf, warn }),
    target: new SchemaGuard(connection, schema, log),
    write: new WriteTarget(settings.collection, partition),
  })
}

async function closingOnError<T>(connection: MilvusConnection, use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    await connection.close()
    throw error
  }
}

function ignoredOf(lanes: readonly Lane[]): IgnoredNames {
  return addIgnored(lanes.map((lane) => lane.effects.decoder.ignoredNames()))
}

/**
 * For rejects and ends before there is any lane, and for records that transforms pass over or refuse, so that no collection has to be there for them: no row is ever
 * put into it.
 */
function laneOfNothing(
  assignments: () => readonly SourceAssignment[],
  transforms: RowDecoder | undefined,
  nullValues: NullValues,
): Lane {
  const key = plainField('none', DataType.Int64, { primaryKey: true })
  const schema: CollectionSchema = { collection: '', fields: [key], primaryKey: key, dynamicField: false }
  const refuse = () => failure('INTERNAL', 'a record was put into the lane that takes none')
  const refusing: RowDecoder = { decode: () => -1, failure: refuse, ignoredNames: () => nothingIgnored }
  const keys = new KeySource('record_value', undefined, assignments)
  return new Lane({
    schema,
    effects: new Effects(transforms ?? refusing, keys, nullValues, assignments),
    target: { send: () => Promise.reject(refuse()), close() {} },
    write: new WriteTarget('none'),
  })
}
