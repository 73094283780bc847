import type { Field } from '../milvus/schema.ts'
import { misfit, misfitOf } from './misfit.ts'
import { ScalarColumn } from './scalar.ts'
import { copyUtf8 } from './utf8.ts'

/**
 * What types share whose rows are texts, UTF-8 with a tag and length before each. Whoever decodes writes straight into `wire` (from
 * `wire.start(n) + 2`, then `end`), or has bytes that are UTF-8 already copied.
 */
export abstract class TextualColumn extends ScalarColumn {
  constructor(
    field: Field,
    memberNumber: number,
    rowsHint: number,
    /** What it is when `end` refuses a text. */
    private readonly refusal: number = misfit.length,
  ) {
    super(field, { number: memberNumber, packed: false }, rowsHint, 48)
  }

  /** Ends the open row, whose text lies from `start + 2` to `textEnd`; false if the type does not take it. */
  end(start: number, textEnd: number): boolean {
    this.wire.endText(start, textEnd)
    return true
  }

  putUtf8(bytes: Uint8Array, from: number, to: number): number {
    const start = this.wire.start(to - from + 16)
    if (!copyUtf8(bytes, from, to, this.wire.bytes, start + 2)) return misfitOf(misfit.notUtf8, -1)
    return this.end(start, start + 2 + to - from) ? 0 : misfitOf(this.refusal, -1, to - from)
  }
}
