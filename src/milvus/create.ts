/**
 * Makes what is missing in Milvus: a database, a collection with its indexes, loaded. Each step may have been done by somebody else meanwhile
 * (two tasks, two processes, a start that was killed half-way), so what counts is not whether the step was taken but whether the thing is there.
 */
import { failure, RedkiteError } from '../errors/errors.ts'
import type { MilvusConnection } from './connection.ts'
import { describeCollection, loadState } from './describe.ts'
import { DataType } from './schema.ts'
import { collectionBytes, fieldBytes } from './schema-message.ts'

export interface NewField {
  readonly name: string
  readonly type: DataType
  readonly primaryKey?: boolean
  readonly nullable?: boolean
  /** Of a vector. */
  readonly dim?: number | undefined
  /** Of a VARCHAR. */
  readonly maxLengthBytes?: number | undefined
}

export interface NewIndex {
  readonly type: string
  readonly metric: string
  /** As Milvus wants them: `M`, `efConstruction`, `nlist`. */
  readonly params: Readonly<Record<string, string>>
}

export type Consistency = keyof typeof consistencyLevels

export interface NewCollection {
  readonly name: string
  readonly fields: readonly NewField[]
  readonly dynamicField: boolean
  readonly shards: number
  readonly consistency: Consistency
  /** Of each vector. */
  readonly index: NewIndex
}

/** `common.ConsistencyLevel`. */
const consistencyLevels = { Strong: 0, Session: 1, Bounded: 2, Eventually: 3 } as const

/** An empty collection is loaded within seconds; one with rows that somebody released takes longer. */
const loadTimeoutMs = 120_000
const askAgainMs = 100

/** The connection is to the database that is to be made: servers allow that. */
export async function createDatabase(connection: MilvusConnection): Promise<void> {
  const { database } = connection
  await connection.order('CreateDatabase', { db_name: database }, '').catch(async (error: unknown) => {
    const { db_names } = await connection.call<{ status: null; db_names: string[] }>('ListDatabases', {}, '')
    if (!db_names.includes(database)) throw error
  })
}

/** Whether it was made here, or was there already. */
export async function createCollection(connection: MilvusConnection, collection: NewCollection): Promise<boolean> {
  const { name, fields, dynamicField, shards, consistency } = collection
  const schema = { name, enable_dynamic_field: dynamicField, fields: fields.map(toMessage) }
  const message = {
    collection_name: name,
    schema: await collectionBytes(schema),
    shards_num: shards,
    consistency_level: consistencyLevels[consistency],
  }
  try {
    await connection.order('CreateCollection', message, name)
    return true
  } catch (error) {
    if (await exists(connection, name)) return false
    throw error
  }
}

/** Makes the indexes that are missing, loads the collection, and resolves when it can be used. */
export async function loadCollection(connection: MilvusConnection, collection: string, index: NewIndex): Promise<void> {
  if ((await loadState(connection, collection)) === 'loaded') return
  const { schema } = await describeCollection(connection, collection)
  for (const { name, type } of schema.fields) {
    if (type === DataType.FloatVector) await createIndex(connection, collection, name, index)
  }
  await connection.order('LoadCollection', { collection_name: collection, replica_number: 1 }, collection)
  const end = performance.now() + loadTimeoutMs
  while ((await loadState(connection, collection)) !== 'loaded') {
    if (performance.now() > end) {
      const { endpoint, database } = connection
      const why = `it is being loaded for ${loadTimeoutMs / 1_000} s`
      throw failure('MILVUS_COLLECTION_NOT_LOADED', { endpoint, database, collection }, why)
    }
    await Bun.sleep(askAgainMs)
  }
}

/** Whether the server can: Milvus 2.6 and later. The field is nullable, as the rows that are there have no value for it. */
export async function addField(connection: MilvusConnection, collection: string, field: NewField): Promise<boolean> {
  const message = { collection_name: collection, schema: await fieldBytes(toMessage({ ...field, nullable: true })) }
  try {
    await connection.order('AddCollectionField', message, collection)
    return true
  } catch (error) {
    if (error instanceof RedkiteError && error.code === 'MILVUS_UNSUPPORTED') return false
    const { schema } = await describeCollection(connection, collection)
    if (schema.fields.some(({ name }) => name === field.name)) return true
    throw error
  }
}

async function createIndex(
  connection: MilvusConnection,
  collection: string,
  field: string,
  { type, metric, params }: NewIndex,
): Promise<void> {
  const message = {
    collection_name: collection,
    field_name: field,
    index_name: field,
    extra_params: pairs({
      index_type: type,
      metric_type: metric,
      ...(Object.keys(params).length > 0 ? { params: JSON.stringify(params) } : {}),
    }),
  }
  await connection.order('CreateIndex', message, collection).catch(async (error: unknown) => {
    // Somebody else's index will do, whatever it is.
    if (!(await isIndexed(connection, collection, field))) throw error
  })
}

async function isIndexed(connection: MilvusConnection, collection: string, field: string): Promise<boolean> {
  try {
    const { index_descriptions: indexes } = await connection.call<{
      status: null
      index_descriptions: { field_name: string }[]
    }>('DescribeIndex', { collection_name: collection }, collection)
    return indexes.some(({ field_name }) => field_name === field)
  } catch {
    return false
  }
}

async function exists(connection: MilvusConnection, collection: string): Promise<boolean> {
  return describeCollection(connection, collection).then(
    () => true,
    () => false,
  )
}

function toMessage({ name, type, primaryKey = false, nullable = false, dim, maxLengthBytes }: NewField) {
  return {
    name,
    data_type: type,
    is_primary_key: primaryKey,
    nullable,
    type_params: pairs({
      ...(dim === undefined ? {} : { dim: String(dim) }),
      ...(maxLengthBytes === undefined ? {} : { max_length: String(maxLengthBytes) }),
    }),
  }
}

function pairs(values: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }))
}
