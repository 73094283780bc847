import type { Field } from '../milvus/schema.ts'
import { DenseVectorColumn } from './dense-vector.ts'
import { misfit, misfitOf } from './misfit.ts'

/** What vectors share whose elements are a byte each. */
export abstract class ByteVectorColumn extends DenseVectorColumn {
  constructor(
    field: Field,
    memberNumber: number,
    elements: number,
    readonly min: number,
    readonly max: number,
    rowsHint: number,
  ) {
    super(field, { number: memberNumber, message: false }, elements, 1, rowsHint)
  }

  add(value: number): number {
    const index = this.filled++
    if (!(value <= this.max && value >= this.min)) return misfitOf(misfit.outOfRange, index)
    if (!Number.isInteger(value)) return misfitOf(misfit.notWhole, index)
    if (index < this.rowBytes) this.bytes[this.rows * this.rowBytes + index] = value
    return 0
  }

  /** Floats are not rounded to bytes behind anybody's back. */
  addFloats(): number {
    return misfitOf(misfit.kind, -1)
  }

  protected firstNotFinite(): number {
    return -1
  }

  protected remake(): void {}
}
