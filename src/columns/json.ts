import type { Field } from '../milvus/schema.ts'
import { TextualColumn } from './textual.ts'

/** Rows of a JSON field, or of the hidden dynamic field: `JSONArray.data`, one JSON text a row. That it is JSON is up to who puts it in. */
export class JsonColumn extends TextualColumn {
  constructor(field: Field, rowsHint: number) {
    super(field, 9, rowsHint)
  }
}
