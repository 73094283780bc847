import type { Field } from '../milvus/schema.ts'
import { HalfVectorColumn } from './half-vector.ts'
import { misfit, misfitOf } from './misfit.ts'

/** The bits of `bfloat16Limit` as a float32: half a step above the largest bfloat16. NaN and infinities lie above. */
const limitBits = 0x7f7f8000

/** Rows of a BFLOAT16_VECTOR field: `VectorField.bfloat16_vector`. A bfloat16 is the upper half of a float32. */
export class BFloat16VectorColumn extends HalfVectorColumn {
  private readonly floatWords: Int32Array

  constructor(field: Field, rowsHint: number) {
    super(field, 5, 0x7f80, rowsHint)
    this.floatWords = new Int32Array(this.floats.buffer)
  }

  protected convert(from: number, to: number, start: number): number {
    const { floatWords, words } = this
    for (let i = from; i < to; i++) {
      const word = floatWords[i]!
      if ((word & 0x7fffffff) >= limitBits) return misfitOf(misfit.outOfRange, i)
      // Half a step more, or just below it where the upper half is even: so a tie goes to even.
      words[start + i] = (word + 0x7fff + ((word >>> 16) & 1)) >>> 16
    }
    return 0
  }
}
