import type { Field } from '../milvus/schema.ts'
import { DenseVectorColumn } from './dense-vector.ts'
import { floatLimit } from './limits.ts'
import { misfit, misfitOf } from './misfit.ts'

/** All ones in a float32 that is NaN or infinite. */
const exponentBits = 0x7f800000

/** Rows of a FLOAT_VECTOR field. `values` is, byte for byte, the packed `FloatArray.data` of Milvus' schema.proto (both are little-endian). */
export class FloatVectorColumn extends DenseVectorColumn {
  /** The numbers that `bytes` holds. */
  values: Float32Array
  private words: Int32Array

  constructor(field: Field, rowsHint: number) {
    super(field, { number: 2, message: true }, field.dim ?? 0, 4, rowsHint)
    this.values = new Float32Array(this.bytes.buffer)
    this.words = new Int32Array(this.bytes.buffer)
  }

  /** Index in `values` where the open row goes; there is room for it. */
  start(): number {
    const start = this.rows * this.dim
    this.open()
    return start
  }

  add(value: number): number {
    const index = this.filled / 4
    this.filled += 4
    // Written so that NaN is refused too.
    if (!(value < floatLimit && value > -floatLimit)) return misfitOf(misfit.outOfRange, index)
    if (index < this.dim) this.values[this.rows * this.dim + index] = value
    return 0
  }

  addFloats(bytes: Uint8Array, from: number, to: number): number {
    this.addBytes(bytes, from, to)
    return 0
  }

  protected firstNotFinite(): number {
    const { words, dim } = this
    const start = this.rows * dim
    for (let i = 0; i < dim; i++) if ((words[start + i]! & exponentBits) === exponentBits) return i
    return -1
  }

  protected remake(): void {
    this.values = new Float32Array(this.bytes.buffer)
    this.words = new Int32Array(this.bytes.buffer)
  }
}
