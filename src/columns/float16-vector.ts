import type { Field } from '../milvus/schema.ts'
import { HalfVectorColumn } from './half-vector.ts'
import { float16Limit } from './limits.ts'
import { misfit, misfitOf } from './misfit.ts'

/** Rows of a FLOAT16_VECTOR field: `VectorField.float16_vector`, two little-endian bytes a number. */
export class Float16VectorColumn extends HalfVectorColumn {
  private halves: Float16Array

  constructor(field: Field, rowsHint: number) {
    super(field, 4, 0x7c00, rowsHint)
    this.halves = new Float16Array(this.bytes.buffer)
  }

  protected convert(from: number, to: number, start: number): number {
    const { floats, halves } = this
    for (let i = from; i < to; i++) {
      const float = floats[i]!
      // Written so that NaN is refused too.
      if (!(float < float16Limit && float > -float16Limit)) return misfitOf(misfit.outOfRange, i)
      halves[start + i] = float
    }
    return 0
  }

  protected override remake(): void {
    super.remake()
    this.halves = new Float16Array(this.bytes.buffer)
  }
}
