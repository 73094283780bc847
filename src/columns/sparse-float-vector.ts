import type { Field } from '../milvus/schema.ts'
import type { Column } from './column.ts'
import { FieldDataFrame } from './field-data.ts'
import { floatLimit } from './limits.ts'
import { misfit, misfitOf } from './misfit.ts'
import { nestedBytes, varintBytes, varintTag, writeNested, writeVarint } from './wire.ts'
import { WireRows } from './wire-rows.ts'

/** An index and its number: uint32 and float32, little-endian. */
const pairBytes = 8
/** A tag and the longest length. */
const headBytesMax = 6
/** Indexes are below this, as Milvus has it. */
const indexLimit = 2 ** 32 - 1
/** An index and a place in the row are one exact double. A row of so many pairs has 16 MiB. */
const placeLimit = 2 ** 21

/**
 * Rows of a SPARSE_FLOAT_VECTOR field: `SparseFloatArray.contents`. Milvus wants a row's pairs ordered by index, each index once, no number below 0.
 * Records have them in any order.
 */
export class SparseFloatVectorColumn implements Column {
  readonly wire: WireRows
  readonly takesNull: boolean
  private readonly frame: FieldDataFrame
  private at = 0
  private first = 0
  private lastIndex = -1
  private ordered = true
  private sortKeys = new Float64Array(256)
  private unordered = new Uint8Array(0)

  constructor(
    readonly field: Field,
    rowsHint: number,
  ) {
    this.wire = new WireRows(rowsHint, 256)
    this.frame = new FieldDataFrame(field)
    this.takesNull = field.nullable || field.hasDefault
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
    this.lastIndex = -1
    this.ordered = true
  }

  /** Pairs may come in any order. */
  add(index: number, value: number): number {
    const { wire, at } = this
    if (!(index >= 0 && index < indexLimit && Number.isInteger(index)))
      return misfitOf(misfit.sparseIndex, this.pairs())
    // Written so that NaN is refused too.
    if (!(value >= 0 && value < floatLimit)) return misfitOf(misfit.sparseValue, this.pairs())
    wire.reach(at + pairBytes)
    wire.view.setUint32(at, index, true)
    wire.view.setFloat32(at + 4, value, true)
    if (index <= this.lastIndex) this.ordered = false
    this.lastIndex = index
    this.at = at + pairBytes
    return 0
  }

  end(): number {
    if (!this.ordered) {
      const answer = this.order()
      if (answer !== 0) return answer
    }
    const { wire, at, first } = this
    const next = writeNested(wire.bytes, wire.start(0), 1, at - first)
    wire.bytes.copyWithin(next, first, at)
    wire.endAt(next + at - first)
    return 0
  }

  /** The whole row as it lies on the wire, ordered or not. */
  putBytes(bytes: Uint8Array, from: number, to: number): number {
    if ((to - from) % pairBytes !== 0) return misfitOf(misfit.sparseBytes, -1, to - from)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.begin()
    for (let at = from; at < to; at += pairBytes) {
      const answer = this.add(view.getUint32(at, true), view.getFloat32(at + 4, true))
      if (answer !== 0) return answer
    }
    return this.end()
  }

  encodedBytes(from: number, to: number): number {
    const dim = this.dim(from, to)
    const values = nestedBytes(dimBytes(dim) + nestedBytes(this.sparseBytes(from, to, dim)))
    return this.frame.bytes(values, this.takesNull ? to - from : 0)
  }

  encode(out: Uint8Array, at: number, from: number, to: number): number {
    const { wire, frame } = this
    const dim = this.dim(from, to)
    const sparse = this.sparseBytes(from, to, dim)
    let next = frame.writeHead(out, at)
    next = writeNested(out, next, 4, dimBytes(dim) + nestedBytes(sparse))
    next = writeDim(out, next, 1, dim)
    next = writeNested(out, next, 6, sparse)
    const rows = wire.bytes.subarray(wire.ends[from]!, wire.ends[to]!)
    out.set(rows, next)
    next = writeDim(out, next + rows.length, 2, dim)
    next = frame.writeTail(out, next)
    return this.takesNull ? frame.writeValid(out, next, wire, from, to) : next
  }

  truncate(rows: number): void {
    this.wire.truncate(rows)
  }

  compact(kept: Uint8Array): void {
    this.wire.compact(kept)
  }

  private pairs(): number {
    return (this.at - this.first) / pairBytes
  }

  /** Puts the open row's pairs in order of their indexes; a misfit if one is there twice. */
  private order(): number {
    const { wire, first, at } = this
    const count = this.pairs()
    if (count >= placeLimit) return misfitOf(misfit.capacity, placeLimit - 1, count)
    if (count > this.sortKeys.length) {
      this.sortKeys = new Float64Array(count * 2)
    }
    if (this.unordered.length < at - first) this.unordered = new Uint8Array(this.sortKeys.length * pairBytes)
    const { sortKeys, unordered } = this
    unordered.set(wire.bytes.subarray(first, at))
    for (let i = 0; i < count; i++) sortKeys[i] = wire.view.getUint32(first + i * pairBytes, true) * placeLimit + i
    sortKeys.subarray(0, count).sort()
    let last = -1
    for (let i = 0; i < count; i++) {
      const index = Math.floor(sortKeys[i]! / placeLimit)
      if (index === last) return misfitOf(misfit.sparseTwice, i)
      last = index
      const from = (sortKeys[i]! - index * placeLimit) * pairBytes
      const to = first + i * pairBytes
      for (let byte = 0; byte < pairBytes; byte++) wire.bytes[to + byte] = unordered[from + byte]!
    }
    return 0
  }

  /** One more than the largest index of these rows. */
  private dim(from: number, to: number): number {
    const { ends, view } = this.wire
    let dim = 0
    for (let row = from; row < to; row++) {
      const end = ends[row + 1]!
      if (end - ends[row]! > pairBytes) dim = Math.max(dim, view.getUint32(end - pairBytes, true) + 1)
    }
    return dim
  }

  private sparseBytes(from: number, to: number, dim: number): number {
    return this.wire.ends[to]! - this.wire.ends[from]! + dimBytes(dim)
  }
}

function dimBytes(dim: number): number {
  return dim === 0 ? 0 : 1 + varintBytes(dim)
}

function writeDim(out: Uint8Array, at: number, field: number, dim: number): number {
  if (dim === 0) return at
  out[at] = varintTag(field)
  return writeVarint(out, at + 1, dim)
}
