import type { Field } from '../milvus/schema.ts'
import { ScalarColumn } from './scalar.ts'

/** Rows of a JSON field, or of the hidden dynamic field: `JSONArray.data`, one JSON text a row, written as in `VarCharColumn`. */
export class JsonColumn extends ScalarColumn {
  constructor(field: Field, rowsHint: number) {
    super(field, { number: 9, packed: false }, rowsHint, 48)
  }

  end(start: number, textEnd: number): void {
    this.wire.endText(start, textEnd)
  }
}
