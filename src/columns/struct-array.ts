import type { Field } from '../milvus/schema.ts'
import type { ArrayColumn } from './array/array.ts'
import type { Column } from './column.ts'
import { FieldDataFrame } from './field-data.ts'
import type { VectorArrayColumn } from './vector-array.ts'
import { nestedBytes, writeNested } from './wire.ts'
import type { WireRows } from './wire-rows.ts'

/** A member of the structs: in each row one array, with an element a struct. */
export type MemberColumn = ArrayColumn | VectorArrayColumn

/**
 * Rows of an ARRAY of STRUCT field: `StructArrayField.fields`, a `FieldData` a member. Milvus keeps structs by their members, so the first struct of a row
 * is the first element of each of its arrays, and all of them have one length.
 *
 * A row is filled by `begin`, an element into each of `members` as often as there are structs, and `end`. What is null is the row; of one that is, each member
 * says so for itself, as pymilvus has it.
 */
export class StructArrayColumn implements Column {
  readonly takesNull: boolean
  private readonly frame: FieldDataFrame

  constructor(
    readonly field: Field,
    /** In the order of `field.members`. */
    readonly members: readonly MemberColumn[],
  ) {
    this.frame = new FieldDataFrame(field)
    this.takesNull = field.nullable
  }

  get rows(): number {
    return this.members[0]!.rows
  }

  get wires(): readonly WireRows[] {
    return this.members.map((member) => member.wire)
  }

  putNull(): void {
    for (const member of this.members) member.putNull()
  }

  begin(): void {
    for (const member of this.members) member.begin()
  }

  end(): number {
    for (const member of this.members) {
      const why = member.end()
      if (why !== 0) return why
    }
    return 0
  }

  encodedBytes(from: number, to: number): number {
    return this.frame.bytes(nestedBytes(this.membersBytes(from, to)), 0)
  }

  encode(out: Uint8Array, at: number, from: number, to: number): number {
    let next = this.frame.writeHead(out, at)
    next = writeNested(out, next, 8, this.membersBytes(from, to))
    for (const member of this.members) {
      next = writeNested(out, next, 1, member.encodedBytes(from, to))
      next = member.encode(out, next, from, to)
    }
    return this.frame.writeTail(out, next)
  }

  truncate(rows: number): void {
    for (const member of this.members) member.truncate(rows)
  }

  compact(kept: Uint8Array): void {
    for (const member of this.members) member.compact(kept)
  }

  private membersBytes(from: number, to: number): number {
    let bytes = 0
    for (const member of this.members) bytes += nestedBytes(member.encodedBytes(from, to))
    return bytes
  }
}
