import type { Field } from '../milvus/schema.ts'
import { ScalarColumn } from './scalar.ts'

const double = new Float64Array(1)
const doubleBytes = new Uint8Array(double.buffer)

/** Rows of a DOUBLE field: `DoubleArray.data`, packed fixed64. */
export class DoubleColumn extends ScalarColumn {
  constructor(field: Field, rowsHint: number) {
    super(field, { number: 5, packed: true }, rowsHint, 8)
  }

  put(value: number): void {
    const at = this.wire.start(8)
    double[0] = value
    for (let i = 0; i < 8; i++) this.wire.bytes[at + i] = doubleBytes[i]!
    this.wire.endAt(at + 8)
  }
}
