import { DataType, type Field } from '../milvus/schema.ts'
import { ScalarColumn } from './scalar.ts'
import { varintBytesMax, writeVarint64 } from './wire.ts'

const bits: Record<number, number> = { [DataType.Int8]: 8, [DataType.Int16]: 16, [DataType.Int32]: 32 }

/** The largest number of such a type. */
export function integerMax(type: number): number {
  return 2 ** (bits[type]! - 1) - 1
}

/** Rows of an INT8, INT16 or INT32 field; `IntArray.data` holds all three. */
export class IntegerColumn extends ScalarColumn {
  readonly min: number
  readonly max: number

  constructor(field: Field, rowsHint: number) {
    super(field, { number: 2, packed: true }, rowsHint, 4)
    this.max = integerMax(field.type)
    this.min = -this.max - 1
  }

  /** `value` is whole and within `min` and `max`. */
  put(value: number): void {
    const at = this.wire.start(varintBytesMax)
    this.wire.endAt(writeVarint64(this.wire.bytes, at, value >> 31, value))
  }
}
