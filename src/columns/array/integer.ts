import { DataType, type Field } from '../../milvus/schema.ts'
import { integerMax } from '../integer.ts'
import { misfit, misfitOf } from '../misfit.ts'
import { varintBytesMax, writeVarint64 } from '../wire.ts'
import { ArrayColumn } from './array.ts'

/** Rows of an ARRAY of INT8, INT16 or INT32. */
export class IntegerArrayColumn extends ArrayColumn {
  readonly min: number
  readonly max: number

  constructor(field: Field, rowsHint: number) {
    super(field, { number: 2, packed: true }, rowsHint)
    this.max = integerMax(field.elementType ?? DataType.Int32)
    this.min = -this.max - 1
  }

  add(value: number): number {
    const index = this.count++
    if (!(value <= this.max && value >= this.min)) return misfitOf(misfit.outOfRange, index)
    if (!Number.isInteger(value)) return misfitOf(misfit.notWhole, index)
    this.room(varintBytesMax)
    this.at = writeVarint64(this.wire.bytes, this.at, value >> 31, value)
    return 0
  }
}
