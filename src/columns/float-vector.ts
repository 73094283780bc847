import type { Field } from '../milvus/schema.ts'
import type { Column } from './column.ts'
import { FieldDataFrame } from './field-data.ts'
import { nestedBytes, varintBytes, varintTag, writeNested, writeVarint } from './wire.ts'

/**
 * Rows of a FLOAT_VECTOR field. `values` is, byte for byte, the packed `FloatArray.data` of Milvus' schema.proto (both are little-endian), so
 * that a vector is written once when it is decoded and copied once into the request.
 */
export class FloatVectorColumn implements Column {
  readonly dim: number
  values: Float32Array
  rows = 0
  /** 1 where the row is null; its numbers are then left out. */
  private nulls: Uint8Array
  private readonly frame: FieldDataFrame
  private readonly takesNull: boolean

  constructor(
    readonly field: Field,
    rowsHint: number,
  ) {
    this.dim = field.dim ?? 0
    this.values = new Float32Array((rowsHint + 1) * this.dim)
    this.nulls = new Uint8Array(rowsHint + 1)
    this.frame = new FieldDataFrame(field)
    this.takesNull = field.nullable || field.hasDefault
  }

  /** Index in `values` where the open row goes; there is room for it. */
  start(): number {
    const start = this.rows * this.dim
    if (this.rows >= this.nulls.length) this.grow()
    if (this.takesNull) this.nulls[this.rows] = 0
    return start
  }

  endNull(): void {
    this.start()
    this.nulls[this.rows] = 1
  }

  isNull(row: number): boolean {
    return this.takesNull && this.nulls[row] === 1
  }

  commit(): number {
    this.rows++
    return this.dim * 4
  }

  encodedBytes(from: number, to: number): number {
    return this.frame.bytes(nestedBytes(this.vectorsBytes(this.valid(from, to))), this.takesNull ? to - from : 0)
  }

  encode(out: Uint8Array, at: number, from: number, to: number): number {
    const valid = this.valid(from, to)
    const packed = valid * this.dim * 4
    let next = this.frame.writeHead(out, at)
    next = writeNested(out, next, 4, this.vectorsBytes(valid))
    out[next] = varintTag(1)
    next = writeVarint(out, next + 1, this.dim)
    next = writeNested(out, next, 2, nestedBytes(packed))
    next = writeNested(out, next, 1, packed)
    next = this.writeValues(out, next, from, to)
    next = this.frame.writeTail(out, next)
    if (!this.takesNull || from === to) return next
    next = this.frame.writeValidHead(out, next, to - from)
    for (let row = from; row < to; row++) out[next++] = 1 - this.nulls[row]!
    return next
  }

  truncate(rows: number): void {
    if (rows < this.rows) this.rows = rows
  }

  compact(kept: Uint8Array): void {
    let to = 0
    let row = 0
    while (row < this.rows) {
      if (kept[row] === 0) {
        row++
        continue
      }
      const from = row
      while (row < this.rows && kept[row] !== 0) row++
      if (from !== to) {
        this.values.copyWithin(to * this.dim, from * this.dim, row * this.dim)
        this.nulls.copyWithin(to, from, row)
      }
      to += row - from
    }
    this.rows = to
  }

  /** Copies the numbers of valid rows, as few copies as there are runs of them. */
  private writeValues(out: Uint8Array, at: number, from: number, to: number): number {
    const rowBytes = this.dim * 4
    let row = from
    while (row < to) {
      if (this.nulls[row] === 1) {
        row++
        continue
      }
      const first = row
      while (row < to && this.nulls[row] === 0) row++
      out.set(new Uint8Array(this.values.buffer, first * rowBytes, (row - first) * rowBytes), at)
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
    return 1 + varintBytes(this.dim) + nestedBytes(nestedBytes(valid * this.dim * 4))
  }

  private grow(): void {
    const rows = this.nulls.length * 2
    const values = new Float32Array(rows * this.dim)
    values.set(this.values)
    this.values = values
    const nulls = new Uint8Array(rows)
    nulls.set(this.nulls)
    this.nulls = nulls
  }
}
