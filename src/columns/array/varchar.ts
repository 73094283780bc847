import type { Field } from '../../milvus/schema.ts'
import { misfit, misfitOf } from '../misfit.ts'
import { copyUtf8 } from '../utf8.ts'
import { closeText } from '../wire.ts'
import { ArrayColumn } from './array.ts'

/** Rows of an ARRAY of VARCHAR; texts lie as in `VarCharColumn`. */
export class VarCharArrayColumn extends ArrayColumn {
  /** Of each element, in bytes. */
  readonly lengthBytesMax: number

  constructor(field: Field, rowsHint: number) {
    super(field, { number: 6, packed: false }, rowsHint)
    this.lengthBytesMax = field.maxLengthBytes ?? 65_535
  }

  /** Where the next element begins in `wire.bytes`: its text goes to `start + 2`, and has room for `bytes`. Then `endText`. */
  startText(bytes: number): number {
    this.room(bytes)
    return this.at
  }

  endText(textEnd: number): number {
    const index = this.count++
    const length = textEnd - this.at - 2
    if (length > this.lengthBytesMax) return misfitOf(misfit.length, index, length)
    this.at = closeText(this.wire.bytes, this.at, textEnd)
    return 0
  }

  addUtf8(bytes: Uint8Array, from: number, to: number): number {
    const text = this.startText(to - from + 16) + 2
    if (!copyUtf8(bytes, from, to, this.wire.bytes, text)) return misfitOf(misfit.notUtf8, this.count)
    return this.endText(text + to - from)
  }
}
