import type { Field } from '../milvus/schema.ts'
import { ByteVectorColumn } from './byte-vector.ts'

/** Rows of an INT8_VECTOR field: `VectorField.int8_vector`, two's complement. */
export class Int8VectorColumn extends ByteVectorColumn {
  constructor(field: Field, rowsHint: number) {
    super(field, 7, field.dim ?? 0, -128, 127, rowsHint)
  }
}
