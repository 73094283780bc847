import type { Field } from '../milvus/schema.ts'
import { TextualColumn } from './textual.ts'

/** Rows of a GEOMETRY field: `GeometryWktArray.data`. Milvus reads the WKT, and refuses what is none. */
export class GeometryColumn extends TextualColumn {
  constructor(field: Field, rowsHint: number) {
    super(field, 12, rowsHint)
  }
}
