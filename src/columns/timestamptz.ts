import type { Field } from '../milvus/schema.ts'
import { normalizeTimestamp, writeTimestamp } from './iso-timestamp.ts'
import { misfit, misfitOf } from './misfit.ts'
import { TextualColumn } from './textual.ts'

/**
 * Rows of a TIMESTAMPTZ field: texts in `StringArray.data`, which is where Milvus' proxy reads them and makes microseconds of them. A timestamp
 * without an offset is in the collection's time zone, which only Milvus knows.
 */
export class TimestamptzColumn extends TextualColumn {
  constructor(field: Field, rowsHint: number) {
    super(field, 6, rowsHint, misfit.timestamp)
  }

  override end(start: number, textEnd: number): boolean {
    return normalizeTimestamp(this.wire.bytes, start + 2, textEnd) && super.end(start, textEnd)
  }

  /** `micros` is 0 to 999,999. */
  putEpoch(seconds: number, micros: number): number {
    const start = this.wire.start(48)
    const end = writeTimestamp(this.wire.bytes, start + 2, seconds, micros)
    if (end < 0) return misfitOf(misfit.timestamp, -1)
    super.end(start, end)
    return 0
  }
}
