/** What a collection is and whether it is loaded, asked of the server and put into redkite's own terms (schema.ts). */

import { failure, RedkiteError } from '../errors/errors.ts'
import type { MilvusConnection, SendOptions } from './connection.ts'
import { memberName } from './member-name.ts'
import { type CollectionSchema, DataType, type Field, plainField } from './schema.ts'
import type { StatusMessage } from './status-message.ts'

export interface CollectionDescription {
  /** `schema.collection` is the name that was asked for, an alias perhaps; this is the collection's own. */
  readonly name: string
  /** Another one where an alias was switched, or the collection was made anew. */
  readonly id: string
  readonly aliases: readonly string[]
  readonly schema: CollectionSchema
}

export type LoadState = 'missing' | 'not loaded' | 'loading' | 'loaded'

/** The messages of milvus.proto and schema.proto, as far as they are read here. */
interface KeyValue {
  readonly key: string
  readonly value: string
}

interface FieldMessage {
  readonly name: string
  readonly data_type: number
  readonly is_primary_key: boolean
  readonly autoID: boolean
  readonly nullable: boolean
  readonly default_value: object | null
  readonly is_function_output: boolean
  readonly is_dynamic: boolean
  readonly is_partition_key: boolean
  readonly element_type: number
  readonly type_params: readonly KeyValue[]
}

/** Milvus lists fields of structs apart from the others, each with its members. */
interface StructMessage {
  readonly name: string
  readonly nullable: boolean
  readonly fields: readonly FieldMessage[]
}

interface DescribeAnswer {
  readonly status: StatusMessage
  readonly collection_name: string
  readonly collectionID: string
  readonly aliases: readonly string[]
  readonly schema: {
    readonly name: string
    readonly enable_dynamic_field: boolean
    readonly fields: readonly FieldMessage[]
    readonly functions: readonly { readonly output_field_names: readonly string[] }[]
    readonly struct_array_fields: readonly StructMessage[]
  }
}

export async function describeCollection(
  connection: MilvusConnection,
  collection: string,
  options: SendOptions = {},
): Promise<CollectionDescription> {
  const answer = await connection
    .call<DescribeAnswer>('DescribeCollection', { collection_name: collection }, collection, options)
    .catch(async (error: unknown) => {
      throw (await databaseMissing(connection, collection, error)) ?? error
    })
  return {
    name: answer.collection_name || answer.schema.name || collection,
    id: answer.collectionID,
    aliases: answer.aliases,
    schema: toSchema(connection, collection, answer.schema),
  }
}

export async function loadState(connection: MilvusConnection, collection: string): Promise<LoadState> {
  const states: readonly LoadState[] = ['missing', 'not loaded', 'loading', 'loaded']
  const answer = await connection.call<{ status: StatusMessage; state: number }>(
    'GetLoadState',
    { collection_name: collection },
    collection,
  )
  return states[answer.state] ?? 'missing'
}

/** 2.3.5 says "collection not found" when it is the database that is not there. */
async function databaseMissing(
  connection: MilvusConnection,
  collection: string,
  error: unknown,
): Promise<RedkiteError | undefined> {
  if (!(error instanceof RedkiteError) || error.code !== 'MILVUS_COLLECTION_MISSING') return undefined
  const { endpoint, database } = connection
  try {
    const answer = await connection.call<{ status: StatusMessage; db_names: string[] }>('ListDatabases', {}, '')
    if (answer.db_names.includes(database)) return undefined
    return failure('MILVUS_DATABASE_MISSING', { endpoint, database, collection }, 'it is not in the list of databases')
  } catch {
    // Not every user may list databases; the collection is missing either way.
    return undefined
  }
}

function toSchema(
  connection: MilvusConnection,
  collection: string,
  message: DescribeAnswer['schema'],
): CollectionSchema {
  const outputs = new Set(message.functions.flatMap((one) => one.output_field_names))
  const all = message.fields.map((field) => toField(field, outputs))
  const dynamicField = message.enable_dynamic_field || all.some((field) => field.dynamic)
  const fields = all.filter((field) => !field.dynamic)
  fields.push(...message.struct_array_fields.map(toStructArray))
  const primaryKey = fields.find((field) => field.primaryKey)
  if (!primaryKey) {
    const { endpoint, database } = connection
    throw failure('MILVUS_SCHEMA_ODD', { endpoint, database, collection }, 'no field is the primary key')
  }
  return { collection, fields, primaryKey, dynamicField }
}

function toField(message: FieldMessage, functionOutputs: ReadonlySet<string>): Field {
  return {
    name: message.name,
    type: message.data_type,
    primaryKey: message.is_primary_key,
    autoId: message.autoID,
    nullable: message.nullable,
    hasDefault: message.default_value !== null,
    functionOutput: message.is_function_output || functionOutputs.has(message.name),
    dynamic: message.is_dynamic,
    partitionKey: message.is_partition_key,
    dim: numberParameter(message, 'dim'),
    maxLengthBytes: numberParameter(message, 'max_length'),
    elementType: message.element_type === 0 ? undefined : message.element_type,
    maxCapacity: numberParameter(message, 'max_capacity'),
  }
}

function toStructArray({ name, nullable, fields }: StructMessage): Field {
  const members = fields.map((field) => toMember(name, nullable, toField(field, new Set())))
  return plainField(name, DataType.ArrayOfStruct, { nullable, maxCapacity: members[0]?.maxCapacity, members })
}

/** Some servers say a member's own type where others say that of its array. */
function toMember(struct: string, nullable: boolean, member: Field): Field {
  const name = memberName(struct, member.name)
  const { type } = member
  if (type === DataType.Array || type === DataType.ArrayOfVector) return { ...member, name, nullable }
  const vector = type >= DataType.BinaryVector && type < DataType.ArrayOfVector
  return { ...member, name, nullable, type: vector ? DataType.ArrayOfVector : DataType.Array, elementType: type }
}

function numberParameter(message: FieldMessage, key: string): number | undefined {
  const text = message.type_params.find((parameter) => parameter.key === key)?.value
  return text === undefined ? undefined : Number(text)
}
