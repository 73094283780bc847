import type { Field } from '../../milvus/schema.ts'
import { floatLimit } from '../limits.ts'
import { misfit, misfitOf } from '../misfit.ts'
import { ArrayColumn } from './array.ts'

/** Rows of an ARRAY of FLOAT. */
export class FloatArrayColumn extends ArrayColumn {
  constructor(field: Field, rowsHint: number) {
    super(field, { number: 4, packed: true }, rowsHint)
  }

  add(value: number): number {
    const index = this.count++
    if (!(value < floatLimit && value > -floatLimit)) return misfitOf(misfit.outOfRange, index)
    this.room(4)
    this.wire.view.setFloat32(this.at, value, true)
    this.at += 4
    return 0
  }
}
