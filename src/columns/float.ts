import type { Field } from '../milvus/schema.ts'
import { ScalarColumn } from './scalar.ts'

const float = new Float32Array(1)
const floatBytes = new Uint8Array(float.buffer)

/** Rows of a FLOAT field: `FloatArray.data`, packed fixed32. */
export class FloatColumn extends ScalarColumn {
  constructor(field: Field, rowsHint: number) {
    super(field, { number: 4, packed: true }, rowsHint, 4)
  }

  put(value: number): void {
    const at = this.wire.start(4)
    float[0] = value
    for (let i = 0; i < 4; i++) this.wire.bytes[at + i] = floatBytes[i]!
    this.wire.endAt(at + 4)
  }
}
