import type { Field } from '../milvus/schema.ts'
import type { KeyColumn } from './column.ts'
import { ScalarColumn } from './scalar.ts'
import { varintBytesMax, writeVarint64 } from './wire.ts'

/** Rows of an INT64 field: `LongArray.data`. A value comes as two 32-bit halves, because a number is exact only to 2^53. */
export class Int64Column extends ScalarColumn implements KeyColumn {
  constructor(field: Field, rowsHint: number) {
    super(field, { number: 3, packed: true }, rowsHint, 5)
  }

  put(high: number, low: number): void {
    const at = this.wire.start(varintBytesMax)
    this.wire.endAt(writeVarint64(this.wire.bytes, at, high, low))
  }

  hash(row: number): number {
    return this.wire.hash(row)
  }

  sameKey(row: number, other: KeyColumn, otherRow: number): boolean {
    return this.wire.same(row, (other as Int64Column).wire, otherRow)
  }

  putFrom(other: KeyColumn, otherRow: number): void {
    this.wire.putFrom((other as Int64Column).wire, otherRow)
  }

  keyAt(row: number): bigint {
    const { bytes, ends } = this.wire
    let value = 0n
    for (let at = ends[row]!, shift = 0n; at < ends[row + 1]!; at++, shift += 7n)
      value |= BigInt(bytes[at]! & 127) << shift
    return BigInt.asIntN(64, value)
  }
}
