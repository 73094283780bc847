import type { Field } from '../milvus/schema.ts'
import { DenseVectorColumn } from './dense-vector.ts'
import { misfit, misfitOf } from './misfit.ts'

/**
 * What the two 16-bit vectors share. A number becomes a float32 first and then 16 bits, to nearest and even each time, as numpy's `astype` of a
 * float32 array does: models give float32, and so do the other writers of Milvus. A number that would become infinite is refused.
 */
export abstract class HalfVectorColumn extends DenseVectorColumn {
  /** The row as float32; `putFloats` takes it from here. */
  readonly floats: Float32Array
  private readonly floatBytes: Uint8Array
  protected words: Uint16Array

  constructor(
    field: Field,
    memberNumber: number,
    /** The bits of the exponent: all ones are a NaN or an infinity. */
    private readonly exponentBits: number,
    rowsHint: number,
  ) {
    super(field, { number: memberNumber, message: false }, field.dim ?? 0, 2, rowsHint)
    this.floats = new Float32Array(this.dim)
    this.floatBytes = new Uint8Array(this.floats.buffer)
    this.words = new Uint16Array(this.bytes.buffer)
  }

  /** Puts `floats` from `from` to `to` into the open row, which begins at `start` in `words`; 0, or the misfit of the first that is too large. */
  protected abstract convert(from: number, to: number, start: number): number

  /** The whole row out of `floats`. */
  putFloats(): number {
    this.begin()
    this.filled = this.rowBytes
    return this.convert(0, this.dim, this.rows * this.dim)
  }

  add(value: number): number {
    const index = this.filled / 2
    this.filled += 2
    if (index >= this.dim) return 0
    this.floats[index] = value
    return this.convert(index, index + 1, this.rows * this.dim)
  }

  addFloats(bytes: Uint8Array, from: number, to: number): number {
    const first = this.filled / 2
    const count = (to - from) >> 2
    if (count * 4 !== to - from) return misfitOf(misfit.bytes, this.dim * 4, to - from)
    this.filled += count * 2
    if (first + count > this.dim) return 0
    this.floatBytes.set(bytes.subarray(from, to), first * 4)
    return this.convert(first, first + count, this.rows * this.dim)
  }

  protected firstNotFinite(): number {
    const { words, dim, exponentBits } = this
    const start = this.rows * dim
    for (let i = 0; i < dim; i++) if ((words[start + i]! & exponentBits) === exponentBits) return i
    return -1
  }

  protected remake(): void {
    this.words = new Uint16Array(this.bytes.buffer)
  }
}
