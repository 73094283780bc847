import type { Field } from '../milvus/schema.ts'
import { ByteVectorColumn } from './byte-vector.ts'

/** Rows of a BINARY_VECTOR field: `VectorField.binary_vector`, eight dimensions a byte, the first in the highest bit as numpy's `packbits` has it. */
export class BinaryVectorColumn extends ByteVectorColumn {
  constructor(field: Field, rowsHint: number) {
    super(field, 3, (field.dim ?? 0) >> 3, 0, 255, rowsHint)
  }
}
