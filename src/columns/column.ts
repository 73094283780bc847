import type { Field } from '../milvus/schema.ts'

/**
 * The rows of one field, lying in memory as Milvus wants them on the wire. One class a Milvus type, each in a file of its own; each adds a
 * method of its own by which decode/ puts a row in.
 *
 * Rows are never objects: a row is an index that all columns of a batch share.
 */
export interface Column {
  readonly field: Field
  readonly rows: number
  /** Bytes that rows `from` to `to` take as a `FieldData` message of schema.proto (without the tag and length around it). */
  encodedBytes(from: number, to: number): number
  /** Writes that message at `out[at]`; returns the index after it. */
  encode(out: Uint8Array, at: number, from: number, to: number): number
  /** Forgets the rows from `rows` on: takes back a record that failed half-way, or empties the column. Keeps the memory. */
  truncate(rows: number): void
  /** Keeps the rows whose byte in `kept` is not 0 and moves them together, in order: how superseded rows leave a batch. */
  compact(kept: Uint8Array): void
}

/** A column whose values identify rows; lets delivery/ find two rows of one key without an object a row. */
export interface KeyColumn extends Column {
  /** A 32-bit hash of the row's key; equal keys have equal hashes. */
  hash(row: number): number
  /** Whether two rows of this column hold the same key. */
  sameKey(a: number, b: number): boolean
}
