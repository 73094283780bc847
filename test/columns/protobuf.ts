import schemaProto from '@zilliz/milvus2-sdk-node/dist/milvus/proto-json/schema.base.js'
import protobuf from 'protobufjs'
import type { Column } from '../../src/columns/column.ts'

/** Reads what columns encode with protobufjs and Milvus' own descriptors, so that a test sees what the server sees. */

const json = 'default' in schemaProto ? (schemaProto as { default: protobuf.INamespace }).default : schemaProto
const FieldData = protobuf.Root.fromJSON(json as protobuf.INamespace).lookupType('milvus.proto.schema.FieldData')

type ScalarValues = Record<string, { data?: unknown[] }>

export interface DecodedField {
  readonly type: number
  readonly fieldName: string
  readonly isDynamic?: boolean
  readonly validData?: boolean[]
  readonly scalars?: ScalarValues & { readonly arrayData?: { data?: ScalarValues[]; elementType: number } }
  readonly vectors?: {
    readonly dim?: string
    readonly floatVector?: { data?: number[] }
    readonly binaryVector?: Uint8Array
    readonly float16Vector?: Uint8Array
    readonly bfloat16Vector?: Uint8Array
    readonly int8Vector?: Uint8Array
    readonly sparseFloatVector?: { contents?: Uint8Array[]; dim?: string }
    readonly vectorArray?: {
      readonly dim?: string
      readonly data?: NonNullable<DecodedField['vectors']>[]
      readonly elementType: number
    }
  }
  readonly structArrays?: { readonly fields: readonly DecodedField[] }
}

export function decodeColumn(column: Column, from = 0, to = column.rows): DecodedField {
  const bytes = new Uint8Array(column.encodedBytes(from, to) + 2).fill(0xee)
  const end = column.encode(bytes, 1, from, to)
  if (end !== bytes.length - 1) throw new Error(`encodedBytes said ${bytes.length - 2}, encode wrote ${end - 1}`)
  if (bytes[0] !== 0xee || bytes[end] !== 0xee) throw new Error('encode wrote outside of its place')
  const message = FieldData.decode(bytes.subarray(1, end))
  return FieldData.toObject(message, { longs: String, arrays: false }) as DecodedField
}

/**
 * The values of a column, one a row, null where valid_data says so: float vectors as their numbers, other dense ones as their bytes, sparse ones as
 * pairs, int64 as text, JSON as its text, structs as objects.
 */
export function columnValues(column: Column, from = 0, to = column.rows): unknown[] {
  return fieldValues(decodeColumn(column, from, to))
}

function fieldValues(decoded: DecodedField): unknown[] {
  if (decoded.structArrays !== undefined) return structValues(decoded.structArrays.fields)
  const values = decoded.vectors === undefined ? scalarValues(decoded) : vectorValues(decoded)
  const valid = decoded.validData
  if (valid === undefined) return values
  let next = 0
  return valid.map((is) => (is ? values[next++] : null))
}

/** A row's structs; null where it is null in each of its members. */
function structValues(members: readonly DecodedField[]): unknown[] {
  const columns = members.map(fieldValues) as (readonly unknown[] | null)[][]
  return columns[0]!.map((first, row) => {
    const arrays = columns.map((column) => column[row]!)
    if (new Set(arrays.map((array) => array?.length)).size > 1) throw new Error(`members of ${JSON.stringify(arrays)}`)
    return (
      first?.map((_, at) => Object.fromEntries(members.map(({ fieldName }, m) => [fieldName, arrays[m]![at]]))) ?? null
    )
  })
}

function scalarValues({ scalars }: DecodedField): unknown[] {
  const arrays = scalars?.arrayData
  if (arrays !== undefined) return (arrays.data ?? []).map((row) => Object.values(row)[0]?.data ?? [])
  const list = Object.values(scalars ?? {})[0]?.data ?? []
  return list.map((value) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value))
}

function vectorValues({ vectors }: Pick<DecodedField, 'vectors'>): unknown[] {
  const { dim: dimText, vectorArray, ...members } = vectors!
  if (vectorArray !== undefined) return (vectorArray.data ?? []).map((row) => vectorValues({ vectors: row }))
  const dim = Number(dimText)
  const { floatVector, sparseFloatVector, binaryVector, int8Vector } = members
  if (floatVector !== undefined) return inRows(floatVector.data ?? [], dim)
  if (sparseFloatVector !== undefined) return (sparseFloatVector.contents ?? []).map(pairs)
  if (binaryVector !== undefined) return inRows([...binaryVector], dim / 8)
  if (int8Vector !== undefined) return inRows([...int8Vector], dim)
  return inRows([...(members.float16Vector ?? members.bfloat16Vector!)], dim * 2)
}

function inRows(all: readonly number[], length: number): number[][] {
  return Array.from({ length: all.length / length }, (_, row) => all.slice(row * length, (row + 1) * length))
}

function pairs(bytes: Uint8Array): [number, number][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length / 8 }, (_, i) => [
    view.getUint32(i * 8, true),
    view.getFloat32(i * 8 + 4, true),
  ])
}
