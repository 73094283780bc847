import type { Field } from '../milvus/schema.ts'
import { TextualColumn } from './textual.ts'

/** Rows of a TEXT field: `StringArray.data` as for VARCHAR, of any length. */
export class TextColumn extends TextualColumn {
  constructor(field: Field, rowsHint: number) {
    super(field, 6, rowsHint)
  }
}
