/** The Milvus side of a sink, before its first record: whether the server answers, and whether the collection is one that can be written to. */
import type { SinkSettings } from '../config/setup.ts'
import { compileDecoder } from '../decode/compile.ts'
import type { RowDecoder } from '../decode/decoder.ts'
import type { Warn } from '../decode/schemas/schema-cache.ts'
import { failure } from '../errors/errors.ts'
import { connect } from '../milvus/connect.ts'
import type { MilvusConnection } from '../milvus/connection.ts'
import { describeCollection, loadState } from '../milvus/describe.ts'
import { type CollectionSchema, DataType } from '../milvus/schema.ts'
import { dangerOf } from '../milvus/server-features.ts'
import type { Log } from '../ops/log.ts'
import { needsOf } from '../preflight/needs.ts'

/** As long as a start may take where the address is right; a request later may take `request.timeout.ms`. */
const milvusTimeoutMs = 10_000

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

/** A collection that can be written to, and what turns records into its rows. */
export interface Collection {
  readonly schema: CollectionSchema
  readonly plan: RowDecoder
}

/** Connects within a bound, and looks at the sink's collection. */
export async function openMilvus(
  settings: SinkSettings,
  log: Log,
): Promise<Collection & { readonly connection: MilvusConnection }> {
  const connection = await connectWithin(settings)
  try {
    return { connection, ...(await openCollection(connection, settings, log)) }
  } catch (error) {
    await connection.close()
    throw error
  }
}

export async function connectWithin(settings: SinkSettings): Promise<MilvusConnection> {
  const connecting = connect({
    endpoint: settings.endpoint,
    token: settings.token?.reveal(),
    database: settings.database,
    tls: settings.tls,
    requestTimeoutMs: settings.requestTimeoutMs,
  })
  try {
    return await withinDeadline(connecting, () => unanswered(settings))
  } catch (error) {
    // It may still come about, and nobody waits for it.
    void connecting.then((connection) => connection.close()).catch(() => {})
    throw error
  }
}

/**
 * Looks at `settings.collection`: whether it is there, loaded, and one that these settings can write to. With `warn` its decoder waits for a Schema
 * Registry that is down.
 */
export async function openCollection(
  connection: MilvusConnection,
  settings: SinkSettings,
  log: Log,
  warn?: Warn,
): Promise<Collection> {
  const { collection } = settings
  const { schema } = await withinDeadline(describeCollection(connection, collection), () => unanswered(settings))
  const plan = compileDecoder(schema, settings, warn)
  checkKey(settings, schema)
  if (settings.collectionRequireLoaded && (await loadState(connection, collection)) === 'not loaded') {
    const { endpoint, database } = connection
    throw failure(
      'MILVUS_COLLECTION_NOT_LOADED',
      { endpoint, database, collection },
      'collection.require.loaded=false writes into it all the same',
    )
  }
  const { name, autoId } = schema.primaryKey
  log.info(
    `Milvus ${connection.serverVersion} at ${connection.endpoint}: collection "${collection}", ${autoId ? `key "${name}" made by Milvus` : `upsert by "${name}"`}`,
  )
  log.info(`collection "${collection}": ${needsOf(schema, settings.keyMode)}`)
  const danger = dangerOf(schema, connection.serverVersion)
  if (danger !== undefined) log.warn(`collection "${collection}": ${danger}`)
  if (autoId) {
    log.warn(
      `collection "${collection}" makes its own keys (autoID): records read again after a crash become second rows; let the records bring the key, or use a VARCHAR key with pk.mode=kafka, to rule that out`,
    )
  }
  return { schema, plan }
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
