import type { Field } from '../milvus/schema.ts'
import type { Column } from './column.ts'
import { FieldDataFrame } from './field-data.ts'
import { nestedBytes, writeNested } from './wire.ts'
import { WireRows } from './wire-rows.ts'

/** Which member of `ScalarField.data` a type uses. Packed members have one length for all rows, the others a tag and length a row. */
export interface ScalarMember {
  readonly number: number
  readonly packed: boolean
  /** What stands in the member behind the list; nothing for most. */
  readonly tail?: Uint8Array
}

const noTail = new Uint8Array(0)

/** What all scalar columns share: their rows lie in `WireRows`, and `FieldData.scalars` is put around a copy of them. */
export abstract class ScalarColumn implements Column {
  readonly wire: WireRows
  private readonly frame: FieldDataFrame
  readonly takesNull: boolean
  private readonly memberTail: Uint8Array

  constructor(
    readonly field: Field,
    private readonly member: ScalarMember,
    rowsHint: number,
    rowBytesHint: number,
  ) {
    this.wire = new WireRows(rowsHint, rowBytesHint)
    this.frame = new FieldDataFrame(field)
    this.takesNull = field.nullable || field.hasDefault
    this.memberTail = member.tail ?? noTail
  }

  get rows(): number {
    return this.wire.rows
  }

  putNull(): void {
    this.wire.endNull()
  }

  encodedBytes(from: number, to: number): number {
    const values = nestedBytes(nestedBytes(this.listBytes(this.valueBytes(from, to))))
    return this.frame.bytes(values, this.takesNull ? to - from : 0)
  }

  encode(out: Uint8Array, at: number, from: number, to: number): number {
    const bytes = this.valueBytes(from, to)
    const list = this.listBytes(bytes)
    let next = this.frame.writeHead(out, at)
    next = writeNested(out, next, 3, nestedBytes(list))
    next = writeNested(out, next, this.member.number, list)
    if (this.member.packed) next = writeNested(out, next, 1, bytes)
    const first = this.wire.ends[from]!
    out.set(this.wire.bytes.subarray(first, first + bytes), next)
    next += bytes
    out.set(this.memberTail, next)
    next = this.frame.writeTail(out, next + this.memberTail.length)
    return this.takesNull ? this.frame.writeValid(out, next, this.wire, from, to) : next
  }

  truncate(rows: number): void {
    this.wire.truncate(rows)
  }

  compact(kept: Uint8Array): void {
    this.wire.compact(kept)
  }

  private valueBytes(from: number, to: number): number {
    return this.wire.ends[to]! - this.wire.ends[from]!
  }

  private listBytes(bytes: number): number {
    return (this.member.packed ? nestedBytes(bytes) : bytes) + this.memberTail.length
  }
}
