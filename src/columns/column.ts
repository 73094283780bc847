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
  /** Nullable, or with a default. */
  readonly takesNull: boolean
  /** Opens a row without a value: null, or the field's default. Only where `takesNull`. */
  putNull(): void
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
  /** Whether a row of this column holds the same key as a row of that one, a column of the same field. */
  sameKey(row: number, other: KeyColumn, otherRow: number): boolean
  /** Opens a row with the key of that row, as if it had been decoded here. */
  putFrom(other: KeyColumn, otherRow: number): void
  /** The key as a value, for the few places that are not in the data plane. */
  keyAt(row: number): bigint | string
}
