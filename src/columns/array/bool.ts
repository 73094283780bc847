import type { Field } from '../../milvus/schema.ts'
import { ArrayColumn } from './array.ts'

/** Rows of an ARRAY of BOOL. */
export class BoolArrayColumn extends ArrayColumn {
  constructor(field: Field, rowsHint: number) {
    super(field, { number: 1, packed: true }, rowsHint)
  }

  add(value: boolean): number {
    this.room(1)
    this.wire.bytes[this.at++] = value ? 1 : 0
    this.count++
    return 0
  }
}
