import type { Field } from '../milvus/schema.ts'
import type { Column } from './column.ts'
import type { DenseVectorColumn } from './dense-vector.ts'
import { FieldDataFrame } from './field-data.ts'
import { misfit, misfitOf } from './misfit.ts'
import { nestedBytes, varintBytes, varintTag, writeNested, writeVarint } from './wire.ts'
import { WireRows } from './wire-rows.ts'

/** Tags of four messages, one in the other, with their lengths, and a dimension. */
const headBytesMax = 5 * 6

/** A dimension, or a type: small numbers that are not 0. */
const numberBytes = (value: number): number => 1 + varintBytes(value)

function writeNumber(out: Uint8Array, at: number, field: number, value: number): number {
  out[at] = varintTag(field)
  return writeVarint(out, at + 1, value)
}

/**
 * A struct's member that is a vector: each row has as many vectors as the row has structs, and is an element of `VectorArray.data`, a `VectorField`
 * with all numbers of the row in one list.
 *
 * A row is filled by `begin`, then a vector put into `one` and `add` as often as it takes, and `end`. As in `ArrayColumn` the numbers are written behind room for
 * the longest head, and moved up against theirs.
 */
export class VectorArrayColumn implements Column {
  readonly wire: WireRows
  readonly takesNull: boolean
  readonly capacity: number
  private readonly frame: FieldDataFrame
  private at = 0
  private first = 0
  private count = 0

  constructor(
    readonly field: Field,
    /** A column of the vectors' type, whose open row takes the next one. */
    readonly one: DenseVectorColumn,
    rowsHint: number,
  ) {
    this.wire = new WireRows(rowsHint, 2 * one.rowBytes)
    this.frame = new FieldDataFrame(field)
    this.takesNull = field.nullable || field.hasDefault
    this.capacity = field.maxCapacity ?? 4096
  }

  get rows(): number {
    return this.wire.rows
  }

  putNull(): void {
    this.wire.endNull()
  }

  begin(): void {
    this.first = this.wire.start(headBytesMax) + headBytesMax
    this.at = this.first
    this.count = 0
  }

  /** Puts the vector that `one` has open behind those of the row. */
  add(): void {
    const { wire, one, at } = this
    const end = at + one.rowBytes
    wire.reach(end)
    wire.bytes.set(one.bytes.subarray(0, one.rowBytes), at)
    this.at = end
    this.count++
  }

  mark(): number {
    return this.at
  }

  takeBack(mark: number, count: number): void {
    this.at = mark
    this.count = count
  }

  end(): number {
    if (this.count > this.capacity) return misfitOf(misfit.capacity, -1, this.count)
    const { wire, at, first, one } = this
    const { member, dim } = one
    const bytes = at - first
    const listed = member.message && bytes > 0
    const list = listed ? nestedBytes(bytes) : bytes
    let next = writeNested(wire.bytes, wire.start(0), 2, numberBytes(dim) + nestedBytes(list))
    next = writeNumber(wire.bytes, next, 1, dim)
    next = writeNested(wire.bytes, next, member.number, list)
    if (listed) next = writeNested(wire.bytes, next, 1, bytes)
    wire.bytes.copyWithin(next, first, at)
    wire.endAt(next + bytes)
    return 0
  }

  encodedBytes(from: number, to: number): number {
    return this.frame.bytes(nestedBytes(nestedBytes(this.arrayBytes(from, to))), this.takesNull ? to - from : 0)
  }

  encode(out: Uint8Array, at: number, from: number, to: number): number {
    const { wire, frame, one, field } = this
    const array = this.arrayBytes(from, to)
    let next = frame.writeHead(out, at)
    next = writeNested(out, next, 4, nestedBytes(array))
    next = writeNested(out, next, 8, array)
    next = writeNumber(out, next, 1, one.dim)
    const rows = wire.bytes.subarray(wire.ends[from]!, wire.ends[to]!)
    out.set(rows, next)
    next = writeNumber(out, next + rows.length, 3, field.elementType ?? 0)
    next = frame.writeTail(out, next)
    return this.takesNull ? frame.writeValid(out, next, wire, from, to) : next
  }

  truncate(rows: number): void {
    this.wire.truncate(rows)
  }

  compact(kept: Uint8Array): void {
    this.wire.compact(kept)
  }

  private arrayBytes(from: number, to: number): number {
    const rows = this.wire.ends[to]! - this.wire.ends[from]!
    return numberBytes(this.one.dim) + rows + numberBytes(this.field.elementType ?? 0)
  }
}
