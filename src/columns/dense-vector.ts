import type { Field } from '../milvus/schema.ts'
import type { Column } from './column.ts'
import { FieldDataFrame } from './field-data.ts'
import { moveKept } from './kept-rows.ts'
import { misfit, misfitOf } from './misfit.ts'
import { nestedBytes, varintBytes, varintTag, writeNested, writeVarint } from './wire.ts'

/** Which member of schema.proto's `VectorField` a type uses: `bytes`, or a message whose packed list has these bytes. */
export interface VectorMember {
  readonly number: number
  readonly message: boolean
}

/** From here on a view and one memcpy are faster than a loop over the bytes. */
const loopBytesMax = 64

/**
 * What all vectors of one length share: `bytes` holds row after row as they go onto the wire, so that a vector is written once when it is decoded and
 * copied once into the request. Nulls leave their place empty, and are left out on the wire.
 *
 * Besides what each class adds, a row is filled by `begin`, `add…` as often as it takes, and `end`.
 */
export abstract class DenseVectorColumn implements Column {
  readonly dim: number
  /** Numbers that records bring for a row, each `elementBytes` long; of a BINARY_VECTOR these are bytes. */
  readonly elements: number
  readonly rowBytes: number
  bytes: Uint8Array
  rows = 0
  /** Bytes of the open row so far, also those for which there is no room. */
  protected filled = 0
  readonly takesNull: boolean
  /** 1 where the row is null. */
  private nulls: Uint8Array
  private readonly frame: FieldDataFrame

  constructor(
    readonly field: Field,
    readonly member: VectorMember,
    elements: number,
    private readonly elementBytes: number,
    rowsHint: number,
  ) {
    this.dim = field.dim ?? 0
    this.elements = elements
    this.rowBytes = elements * elementBytes
    this.bytes = new Uint8Array((rowsHint + 1) * this.rowBytes)
    this.nulls = new Uint8Array(rowsHint + 1)
    this.frame = new FieldDataFrame(field)
    this.takesNull = field.nullable || field.hasDefault
  }

  /** Puts one number into the open row, converted; 0 or a misfit. */
  abstract add(value: number): number

  /** The same for little-endian float32 numbers in memory. */
  abstract addFloats(bytes: Uint8Array, from: number, to: number): number

  /** The first of the open row's numbers that is NaN or infinite, -1 if there is none. */
  protected abstract firstNotFinite(): number

  /** Called after `bytes` has become another array. */
  protected abstract remake(): void

  putNull(): void {
    this.open()
    this.nulls[this.rows] = 1
  }

  /** The whole row, as it lies on the wire. */
  putBytes(bytes: Uint8Array, from: number, to: number): number {
    if (to - from !== this.rowBytes) return misfitOf(misfit.bytes, this.rowBytes, to - from)
    this.begin()
    this.addBytes(bytes, from, to)
    return this.end()
  }

  begin(): void {
    this.open()
    this.filled = 0
  }

  /** Puts bytes of the open row behind those that are there; `end` says when they are too many. */
  addBytes(bytes: Uint8Array, from: number, to: number): void {
    const length = to - from
    const at = this.rows * this.rowBytes + this.filled
    this.filled += length
    if (this.filled > this.rowBytes) return
    if (length > loopBytesMax) this.bytes.set(bytes.subarray(from, to), at)
    else for (let i = 0; i < length; i++) this.bytes[at + i] = bytes[from + i]!
  }

  end(): number {
    if (this.filled !== this.rowBytes) return misfitOf(misfit.dimension, -1, Math.ceil(this.filled / this.elementBytes))
    const index = this.firstNotFinite()
    return index < 0 ? 0 : misfitOf(misfit.notFinite, index)
  }

  isNull(row: number): boolean {
    return this.takesNull && this.nulls[row] === 1
  }

  commit(): number {
    this.rows++
    return this.rowBytes
  }

  encodedBytes(from: number, to: number): number {
    return this.frame.bytes(nestedBytes(this.vectorsBytes(this.valid(from, to))), this.takesNull ? to - from : 0)
  }

  encode(out: Uint8Array, at: number, from: number, to: number): number {
    const valid = this.valid(from, to)
    const packed = valid * this.rowBytes
    let next = this.frame.writeHead(out, at)
    next = writeNested(out, next, 4, this.vectorsBytes(valid))
    out[next] = varintTag(1)
    next = writeVarint(out, next + 1, this.dim)
    if (this.member.message) next = writeNested(out, next, this.member.number, nestedBytes(packed))
    next = writeNested(out, next, this.member.message ? 1 : this.member.number, packed)
    next = this.writeRows(out, next, from, to)
    next = this.frame.writeTail(out, next)
    return this.takesNull ? this.frame.writeValid(out, next, this, from, to) : next
  }

  truncate(rows: number): void {
    if (rows < this.rows) this.rows = rows
  }

  compact(kept: Uint8Array): void {
    const { bytes, nulls, rowBytes } = this
    this.rows = moveKept(kept, this.rows, (to, from, end) => {
      bytes.copyWithin(to * rowBytes, from * rowBytes, end * rowBytes)
      nulls.copyWithin(to, from, end)
    })
  }

  /** Makes sure that there is room for the open row, and that it is no null. */
  protected open(): void {
    if (this.rows >= this.nulls.length) this.grow()
    if (this.takesNull) this.nulls[this.rows] = 0
  }

  /** Copies valid rows, as few copies as there are runs of them. */
  private writeRows(out: Uint8Array, at: number, from: number, to: number): number {
    const { rowBytes } = this
    let row = from
    while (row < to) {
      if (this.nulls[row] === 1) {
        row++
        continue
      }
      const first = row
      while (row < to && this.nulls[row] === 0) row++
      out.set(this.bytes.subarray(first * rowBytes, row * rowBytes), at)
      at += (row - first) * rowBytes
    }
    return at
  }

  private valid(from: number, to: number): number {
    let valid = to - from
    if (this.takesNull) for (let row = from; row < to; row++) valid -= this.nulls[row]!
    return valid
  }

  private vectorsBytes(valid: number): number {
    const packed = nestedBytes(valid * this.rowBytes)
    return 1 + varintBytes(this.dim) + (this.member.message ? nestedBytes(packed) : packed)
  }

  private grow(): void {
    const rows = this.nulls.length * 2
    const bytes = new Uint8Array(rows * this.rowBytes)
    bytes.set(this.bytes)
    this.bytes = bytes
    const nulls = new Uint8Array(rows)
    nulls.set(this.nulls)
    this.nulls = nulls
    this.remake()
  }
}
