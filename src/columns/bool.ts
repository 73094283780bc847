import type { Field } from '../milvus/schema.ts'
import { ScalarColumn } from './scalar.ts'

/** Rows of a BOOL field: `BoolArray.data`, a byte a row. */
export class BoolColumn extends ScalarColumn {
  constructor(field: Field, rowsHint: number) {
    super(field, { number: 1, packed: true }, rowsHint, 1)
  }

  put(value: boolean): void {
    const at = this.wire.start(1)
    this.wire.bytes[at] = value ? 1 : 0
    this.wire.endAt(at + 1)
  }
}
