import schemaProto from '@zilliz/milvus2-sdk-node/dist/milvus/proto-json/schema.base.js'
import protobuf from 'protobufjs'
import type { Column } from '../../src/columns/column.ts'

/** Reads what columns encode with protobufjs and Milvus' own descriptors, so that a test sees what the server sees. */

const json = 'default' in schemaProto ? (schemaProto as { default: protobuf.INamespace }).default : schemaProto
const FieldData = protobuf.Root.fromJSON(json as protobuf.INamespace).lookupType('milvus.proto.schema.FieldData')

export interface DecodedField {
  readonly type: number
  readonly fieldName: string
  readonly isDynamic?: boolean
  readonly validData?: boolean[]
  readonly scalars?: Record<string, { data: unknown[] }>
  readonly vectors?: { dim: string; floatVector: { data: number[] } }
}

export function decodeColumn(column: Column, from = 0, to = column.rows): DecodedField {
  const bytes = new Uint8Array(column.encodedBytes(from, to) + 2).fill(0xee)
  const end = column.encode(bytes, 1, from, to)
  if (end !== bytes.length - 1) throw new Error(`encodedBytes said ${bytes.length - 2}, encode wrote ${end - 1}`)
  if (bytes[0] !== 0xee || bytes[end] !== 0xee) throw new Error('encode wrote outside of its place')
  const message = FieldData.decode(bytes.subarray(1, end))
  return FieldData.toObject(message, { longs: String, arrays: false }) as DecodedField
}

/** The values of a column, one a row, null where valid_data says so: vectors as arrays, int64 as text, JSON as its text. */
export function columnValues(column: Column, from = 0, to = column.rows): unknown[] {
  const decoded = decodeColumn(column, from, to)
  let values: unknown[]
  if (decoded.vectors === undefined) {
    const list = Object.values(decoded.scalars ?? {})[0]?.data ?? []
    values = list.map((value) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value))
  } else {
    const dim = Number(decoded.vectors.dim)
    const all = decoded.vectors.floatVector.data ?? []
    values = Array.from({ length: all.length / dim }, (_, row) => all.slice(row * dim, (row + 1) * dim))
  }
  const valid = decoded.validData
  if (valid === undefined) return values
  let next = 0
  return valid.map((is) => (is ? values[next++] : null))
}
