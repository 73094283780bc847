/**
 * The hash of a row as decode/ put it into columns. A scalar's bytes in a column are those that Milvus sends back, since protobuf has one
 * way to write each value, so both sides hash bytes (`result-page.ts` is the other one). JSON alone is hashed by its meaning.
 */
import type { ColumnBatch } from '../columns/batch.ts'
import { FloatVectorColumn } from '../columns/float-vector.ts'
import type { ScalarColumn } from '../columns/scalar.ts'
import { DataType } from '../milvus/schema.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Hash64 } from './hash64.ts'

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** Stands for a null in a row's hash. */
export const nullWord = 0x6e756c6c

/** What a field holds where a record brought nothing for it and Milvus puts its default in: the value's bytes on the wire, by field name. */
export type Defaults = ReadonlyMap<string, Uint8Array>

export class RowHasher {
  readonly #columns: readonly (ScalarColumn | FloatVectorColumn)[]
  readonly #defaults: readonly (DataView | undefined)[]

  constructor(
    readonly batch: ColumnBatch,
    defaults: Defaults,
  ) {
    this.#columns = batch.columns.filter((column) => !column.field.primaryKey) as (ScalarColumn | FloatVectorColumn)[]
    this.#defaults = this.#columns.map(({ field }) => {
      const bytes = defaults.get(field.name)
      return bytes && new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    })
  }

  /** Of a row of the batch, without its key. */
  row(row: number, hash: Hash64): void {
    hash.begin()
    for (let i = 0; i < this.#columns.length; i++) {
      const column = this.#columns[i]!
      if (column instanceof FloatVectorColumn) addVector(column, row, hash)
      else addScalar(column, row, this.#defaults[i], hash)
    }
    hash.end()
  }
}

/** Of a row's key, which an Int64Column or a VarCharColumn holds. */
export function hashKey(column: ScalarColumn, row: number, hash: Hash64): void {
  const { view, ends } = column.wire
  hash.begin()
  hash.addBytes(view, ends[row]!, ends[row + 1]!)
  hash.end()
}

export function addJson(text: Uint8Array, hash: Hash64): void {
  const canonical = encoder.encode(canonicalJson(decoder.decode(text)))
  hash.addBytes(new DataView(canonical.buffer), 0, canonical.length)
}

function addScalar({ field, wire }: ScalarColumn, row: number, fallback: DataView | undefined, hash: Hash64): void {
  const { view, bytes, ends } = wire
  const from = ends[row]!
  const to = ends[row + 1]!
  if (from === to) {
    if (fallback === undefined) hash.addWord(nullWord)
    else if (field.type === DataType.Json)
      addJson(textOf(new Uint8Array(fallback.buffer), 0, fallback.byteLength), hash)
    else hash.addBytes(fallback, 0, fallback.byteLength)
  } else if (field.type === DataType.Json) addJson(textOf(bytes, from, to), hash)
  else hash.addBytes(view, from, to)
}

function addVector(column: FloatVectorColumn, row: number, hash: Hash64): void {
  if (column.isNull(row)) {
    hash.addWord(nullWord)
    return
  }
  const rowBytes = column.dim * 4
  hash.addBytes(new DataView(column.values.buffer, row * rowBytes, rowBytes), 0, rowBytes)
}

/** Behind its tag and length. */
function textOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  let at = from + 1
  while (bytes[at++]! >= 128);
  return bytes.subarray(at, to)
}
