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

  sameKey(a: number, b: number): boolean {
    return this.wire.same(a, b)
  }
}
