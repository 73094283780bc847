import type { Field } from '../../milvus/schema.ts'
import { misfit, misfitOf } from '../misfit.ts'
import { ArrayColumn } from './array.ts'

/** Rows of an ARRAY of DOUBLE. */
export class DoubleArrayColumn extends ArrayColumn {
  constructor(field: Field, rowsHint: number) {
    super(field, { number: 5, packed: true }, rowsHint)
  }

  add(value: number): number {
    const index = this.count++
    if (!Number.isFinite(value)) return misfitOf(misfit.outOfRange, index)
    this.room(8)
    this.wire.view.setFloat64(this.at, value, true)
    this.at += 8
    return 0
  }
}
