/**
 * What Milvus puts where a record brings nothing: the default values of a collection's fields, as bytes on the wire. redkite sends a null there
 * and needs them for nothing else, so they are asked for here.
 */

import { ColumnBatch } from '../columns/batch.ts'
import { ScalarColumn } from '../columns/scalar.ts'
import { compileJsonPlan } from '../decode/json/plan.ts'
import { failure } from '../errors/errors.ts'
import type { MilvusConnection } from '../milvus/connection.ts'
import { type CollectionSchema, DataType, type Field } from '../milvus/schema.ts'
import type { StatusMessage } from '../milvus/status-message.ts'
import type { Defaults } from './row-hash.ts'

/** `schema.ValueField`: `data` names the member that is set. */
type DefaultValue = { readonly data?: string } & Readonly<Record<string, unknown>>

interface Answer {
  readonly status: StatusMessage
  readonly schema: {
    readonly fields: readonly { readonly name: string; readonly default_value: DefaultValue | null }[]
  }
}

export async function readDefaults(connection: MilvusConnection, schema: CollectionSchema): Promise<Defaults> {
  const defaults = new Map<string, Uint8Array>()
  const fields = schema.fields.filter(({ hasDefault }) => hasDefault)
  if (fields.length === 0) return defaults
  const { collection } = schema
  const answer = await connection.call<Answer>('DescribeCollection', { collection_name: collection }, collection)
  for (const field of fields) {
    const value = answer.schema.fields.find(({ name }) => name === field.name)?.default_value
    if (value?.data !== undefined) defaults.set(field.name, onTheWire(field, value[value.data], collection))
  }
  return defaults
}

/** Through the JSON decoder and a column, as a record that brought the value would go. */
function onTheWire(field: Field, value: unknown, collection: string): Uint8Array {
  const alone: CollectionSchema = { collection, fields: [field], primaryKey: field, dynamicField: false }
  const record = Buffer.from(`{${JSON.stringify(field.name)}:${asJson(field, value)}}`)
  const batch = new ColumnBatch(alone)
  const column = batch.columns[0]
  if (
    compileJsonPlan(alone, { envelope: false }).decode(record, 0, record.length, batch) !== 0 ||
    !(column instanceof ScalarColumn)
  ) {
    throw failure('INTERNAL', `the default of field "${field.name}" cannot be read`)
  }
  return column.wire.bytes.slice(0, column.wire.ends[1])
}

function asJson(field: Field, value: unknown): string {
  if (field.type === DataType.Json) return Buffer.from(value as Uint8Array).toString()
  if (field.type === DataType.Timestamptz && typeof value !== 'string')
    return JSON.stringify(isoOf(BigInt(String(value))))
  return typeof value === 'string' && !numeric.has(field.type) ? JSON.stringify(value) : String(value)
}

/** An int64 comes as a string too. */
const numeric: ReadonlySet<number> = new Set([DataType.Int8, DataType.Int16, DataType.Int32, DataType.Int64])

function isoOf(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const seconds = new Date(Number(micros - fraction) / 1000).toISOString().slice(0, -5)
  return `${seconds}.${String(fraction).padStart(6, '0')}Z`
}
