import type { Field } from '../../milvus/schema.ts'
import { varintBytesMax, writeVarint64 } from '../wire.ts'
import { ArrayColumn } from './array.ts'

/** Rows of an ARRAY of INT64; a value comes as two 32-bit halves, as for `Int64Column`. */
export class Int64ArrayColumn extends ArrayColumn {
  constructor(field: Field, rowsHint: number) {
    super(field, { number: 3, packed: true }, rowsHint)
  }

  add(high: number, low: number): number {
    this.room(varintBytesMax)
    this.at = writeVarint64(this.wire.bytes, this.at, high, low)
    this.count++
    return 0
  }
}
