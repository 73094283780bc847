/**
 * The hash of a row as decode/ put it into columns. A scalar's bytes in a column are those that Milvus sends back, since protobuf has one
 * way to write each value, so both sides hash bytes (`result-page.ts` is the other one). JSON, times and shapes are hashed by their meaning.
 */
import type { ColumnBatch } from '../columns/batch.ts'
import { DenseVectorColumn } from '../columns/dense-vector.ts'
import type { ScalarColumn } from '../columns/scalar.ts'
import type { SparseFloatVectorColumn } from '../columns/sparse-float-vector.ts'
import { type MemberColumn, StructArrayColumn } from '../columns/struct-array.ts'
import { DataType } from '../milvus/schema.ts'
import { addArray } from './array-values.ts'
import { canonicalText } from './canonical-text.ts'
import { type FieldHashes, hex } from './findings.ts'
import { Hash64 } from './hash64.ts'
import { addVectorArray, inOrderOfNames } from './struct-values.ts'

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** Stands for a null in a row's hash. */
export const nullWord = 0x6e756c6c

/** What a field holds where a record brought nothing for it and Milvus puts its default in: the value's bytes on the wire, by field name. */
export type Defaults = ReadonlyMap<string, Uint8Array>

/** A column whose rows lie as bytes with ends. */
type WireColumn = ScalarColumn | SparseFloatVectorColumn | MemberColumn

export class RowHasher {
  readonly #columns: readonly (WireColumn | DenseVectorColumn | StructArrayColumn)[]
  readonly #members: ReadonlyMap<StructArrayColumn, readonly MemberColumn[]>
  readonly #defaults: readonly (DataView | undefined)[]

  constructor(
    readonly batch: ColumnBatch,
    defaults: Defaults,
  ) {
    this.#columns = batch.columns.filter((column) => !column.field.primaryKey) as WireColumn[]
    const structs = this.#columns.filter((column) => column instanceof StructArrayColumn)
    this.#members = new Map(
      structs.map((column) => [column, inOrderOfNames(column.members, (member) => member.field.name)]),
    )
    this.#defaults = this.#columns.map(({ field }) => {
      const bytes = defaults.get(field.name)
      return bytes && new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    })
  }

  /** Of a row of the batch, without its key. */
  row(row: number, hash: Hash64): void {
    hash.begin()
    for (let i = 0; i < this.#columns.length; i++) this.#add(i, row, hash)
    hash.end()
  }

  /** Of each of its fields alone. */
  fields(row: number): FieldHashes {
    const hash = new Hash64()
    const hashes = this.#columns.map(({ field }, i): [string, string] => {
      hash.begin()
      this.#add(i, row, hash)
      hash.end()
      return [field.name, hex(hash)]
    })
    return new Map(hashes)
  }

  #add(index: number, row: number, hash: Hash64): void {
    const column = this.#columns[index]!
    if (column instanceof DenseVectorColumn) addVector(column, row, hash)
    else if (column instanceof StructArrayColumn) {
      for (const member of this.#members.get(column)!) addWire(member, row, undefined, hash)
    } else addWire(column, row, this.#defaults[index], hash)
  }
}

/** Of a row's key, which an Int64Column or a VarCharColumn holds. */
export function hashKey(column: ScalarColumn, row: number, hash: Hash64): void {
  const { view, ends } = column.wire
  hash.begin()
  hash.addBytes(view, ends[row]!, ends[row + 1]!)
  hash.end()
}

/** A text that Milvus may give back in another form. */
export function addCanonical(text: Uint8Array, canonical: (text: string) => string, hash: Hash64): void {
  const bytes = encoder.encode(canonical(decoder.decode(text)))
  hash.addBytes(new DataView(bytes.buffer), 0, bytes.length)
}

function addWire({ field, wire }: WireColumn, row: number, fallback: DataView | undefined, hash: Hash64): void {
  const { view, bytes, ends } = wire
  const from = ends[row]!
  const to = ends[row + 1]!
  const canonical = canonicalText(field.type)
  if (from === to) {
    if (fallback === undefined) hash.addWord(nullWord)
    else if (canonical !== undefined)
      addCanonical(textOf(new Uint8Array(fallback.buffer), 0, fallback.byteLength), canonical, hash)
    else hash.addBytes(fallback, 0, fallback.byteLength)
  } else if (canonical !== undefined) addCanonical(textOf(bytes, from, to), canonical, hash)
  else if (field.type === DataType.Array) addArray(bytes, view, from, to, hash)
  else if (field.type === DataType.ArrayOfVector) addVectorArray(bytes, view, from, to, hash)
  else hash.addBytes(view, from, to)
}

function addVector(column: DenseVectorColumn, row: number, hash: Hash64): void {
  if (column.isNull(row)) {
    hash.addWord(nullWord)
    return
  }
  const { bytes, rowBytes } = column
  hash.addBytes(new DataView(bytes.buffer, row * rowBytes, rowBytes), 0, rowBytes)
}

/** Behind its tag and length. */
function textOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  let at = from + 1
  while (bytes[at++]! >= 128);
  return bytes.subarray(at, to)
}
