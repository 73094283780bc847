import type { Field } from '../milvus/schema.ts'
import { bytesTag, nestedBytes, varintBytes, varintTag, writeNested, writeVarint } from './wire.ts'

/**
 * What surrounds a column's values in schema.proto's `FieldData`: type (1) and name (2) before them, is_dynamic (6) and valid_data (7) after.
 *
 * valid_data has a byte a row, and Milvus then wants values only of the valid rows.
 */
export class FieldDataFrame {
  private readonly head: Uint8Array
  private readonly tail: Uint8Array

  constructor(field: Field) {
    const name = new TextEncoder().encode(field.name)
    this.head = new Uint8Array(1 + varintBytes(field.type) + nestedBytes(name.length))
    this.head[0] = varintTag(1)
    const at = writeNested(this.head, writeVarint(this.head, 1, field.type), 2, name.length)
    this.head.set(name, at)
    this.tail = field.dynamic ? new Uint8Array([varintTag(6), 1]) : new Uint8Array(0)
  }

  /** Bytes of the whole message around `values` bytes of values; `validRows` is 0 for a column that takes no nulls. */
  bytes(values: number, validRows: number): number {
    return this.head.length + values + this.tail.length + (validRows === 0 ? 0 : nestedBytes(validRows))
  }

  writeHead(out: Uint8Array, at: number): number {
    out.set(this.head, at)
    return at + this.head.length
  }

  writeTail(out: Uint8Array, at: number): number {
    out.set(this.tail, at)
    return at + this.tail.length
  }

  /** valid_data, the last member of a column that takes nulls; nothing for no rows. */
  writeValid(out: Uint8Array, at: number, column: { isNull(row: number): boolean }, from: number, to: number): number {
    if (from === to) return at
    out[at] = bytesTag(7)
    let next = writeVarint(out, at + 1, to - from)
    for (let row = from; row < to; row++) out[next++] = column.isNull(row) ? 0 : 1
    return next
  }
}
