import type { ColumnBatch } from '../columns/batch.ts'
import type { RedkiteError } from '../errors/errors.ts'
import type { Arena } from '../kafka/arena.ts'
import type { IgnoredNames } from './ignored-names.ts'

/**
 * What turns a record into a row. decode/ compiles one for each collection and converter, mapping/ wraps one.
 *
 * Most need the bytes of the value alone: `decode` and `failure`, and nothing else here. The optional members are for decoders that look at
 * more of a record, change more than its value, or have to wait.
 */
export interface RowDecoder {
  /**
   * Adds a row to `batch` and returns 0, or leaves the batch as it was and returns a negative `reason`: `record` (see `failure`), `nullValue`,
   * `dropped`, `deletes` (see `putDeletedKey`) or `waits` (see `waiting`); a plan that has a mapping in it also `declined` or `unseen`. May write into `bytes` behind `end` while it reads, and puts back
   * what was there.
   */
  decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number
  /** What was wrong with the last record that was refused. */
  failure(): RedkiteError

  /** Keys of records that the collection has no place for, by name: a bounded number of names, and how many keys had another. */
  ignoredNames(): IgnoredNames

  /** Whether the arena must hold the headers and timestamps of records, which cost a call each. */
  readonly wantsDetails?: boolean
  /**
   * Called with each record, tombstones too, before its key is read and its value decoded. 0, or a negative reason, and the record goes no
   * further: `dropped` where a filter passes over it, `record`, `waits`.
   */
  turnTo?(arena: Arena, row: number, place: RecordPlace): number
  /** Whether `decode` is called for null values too, with a `start` of -1. */
  readonly takesTombstones?: boolean
  /** The record's key as it is now, where `turnTo` may have changed it; read after `turnTo` for each record. */
  readonly key?: KeyBytes | undefined
  /** Whether `decode` opens the primary key's row too, where that comes from record keys: the key is made of the value. */
  readonly makesKey?: boolean

  /**
   * After `deletes`: adds the primary key to `deletedKeys` and returns 0. `nullValue` when the value does not have it, so that the record's key
   * is asked; another reason when it is there and wrong.
   */
  putDeletedKey?: ((deletedKeys: ColumnBatch) => number) | undefined

  /** Reads rows that lie inside of other records while those are walked; undefined where a row has to be known from end to end first. */
  readonly inPlace?: RowsInPlace | undefined

  /**
   * After `waits`: resolves when the same record may be tried again. Rejects only with what somebody has to mend; what passes by itself is
   * tried again within.
   */
  waiting?: (() => Promise<void>) | undefined
}

/** Rows of JSON that lie inside of other records, and are read where they come. */
export interface RowsInPlace {
  /**
   * Walks the object whose `{` is at `at` and fills the open row of `batch` from it, which may yet come to nothing; returns the index after its `}`, or a reason why
   * this is no JSON. `level` counts this object. The same limits hold for `bytes` as for a record's scanners (json/whitespace.ts).
   */
  walkRow(bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number, batch: ColumnBatch): number
  /** Counts the row that was walked last, which lies in `bytes[start…end]`; 0 or a negative reason, as `decode`. */
  finishRow(bytes: Uint8Array, view: DataView, start: number, end: number, batch: ColumnBatch): number
}

/** Where a record was read. */
export interface RecordPlace {
  readonly topic: string
  readonly partition: number
}

/** Bytes of a record's key; a start of -1 is no key. */
export interface KeyBytes {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}
