import type { ColumnBatch } from '../columns/batch.ts'
import type { NullValues } from '../config/sink.ts'
import { reason } from '../decode/json/reason.ts'
import { failure, type RedkiteError } from '../errors/errors.ts'
import type { Arena } from '../kafka/arena.ts'
import type { Counts } from './counts.ts'
import type { KeySource } from './keys.ts'
import type { RowBatch } from './row-batch.ts'

/** What turns a record's value into a row; decode/ compiles one for each collection and converter. */
export interface RowDecoder {
  /** Adds a row to `batch` and returns 0, or leaves it as it was and returns a negative reason. */
  decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number
  /** What was wrong with the last record that was refused. */
  failure(): RedkiteError
}

export enum Filled {
  /** All records of the arena are in. */
  Drained = 0,
  /** The batch is full; the arena holds more. */
  Full = 1,
  /** The record at `cursor` can be neither written nor deleted: see `rejection`. */
  Rejected = 2,
}

export interface IntakeOptions {
  readonly arena: Arena
  readonly decoder: RowDecoder
  readonly keySource: KeySource
  readonly nullValues: NullValues
  readonly batchBytesMax: number
  readonly counts: Counts
  /** Whether records of this assignment are still ours to write. */
  readonly isOwned: (assignment: number) => boolean
}

/**
 * Fills batches from the arena: the data plane's inner loop. Nothing is allocated for a record; `cursor` is the next record of the
 * arena, so that a batch may end, or a record be refused, anywhere.
 */
export class Intake {
  cursor = 0
  /** Why the record at `cursor` was rejected. */
  rejection: RedkiteError | undefined

  constructor(readonly options: IntakeOptions) {}

  get isEmpty(): boolean {
    return this.cursor >= this.options.arena.rows
  }

  fill(batch: RowBatch): Filled {
    const { arena, decoder, keySource, counts, batchBytesMax, isOwned } = this.options
    const { bytes, valueStart, valueEnd, assignment, offset } = arena
    const columns = batch.columns
    const keyInValue = keySource.mode === 'record_value'
    let row = this.cursor
    let lastAssignment = -1
    let owned = true
    for (; row < arena.rows; row++) {
      if (batch.isFull || columns.bytes >= batchBytesMax) {
        this.cursor = row
        return Filled.Full
      }
      const from = assignment[row]!
      if (from !== lastAssignment) {
        lastAssignment = from
        owned = isOwned(from)
      }
      if (!owned) continue
      const start = valueStart[row]!
      const end = valueEnd[row]!
      let result: number = reason.nullValue
      if (start >= 0) {
        if (!keyInValue && keySource.open(arena, row, columns) < 0) return this.#reject(row, keySource.failure())
        result = decoder.decode(bytes, start, end, columns)
      }
      if (result === 0) {
        counts.records++
        counts.valueBytes += end - start
        batch.addPut(from, offset[row]!)
      } else if (result !== reason.nullValue) {
        return this.#reject(row, decoder.failure())
      } else if (!this.#takeTombstone(batch, row)) {
        return Filled.Rejected
      }
    }
    this.cursor = row
    return Filled.Drained
  }

  /** Passes over the record at `cursor`, which the batch keeps as a reject. */
  passOver(batch: RowBatch, error: RedkiteError): void {
    const { arena, counts } = this.options
    counts.records++
    batch.addReject(arena.assignment[this.cursor]!, arena.offset[this.cursor]!, error)
    this.cursor++
  }

  #takeTombstone(batch: RowBatch, row: number): boolean {
    const { arena, keySource, nullValues, counts } = this.options
    const assignment = arena.assignment[row]!
    const offset = arena.offset[row]!
    if (nullValues === 'fail') {
      this.#reject(row, failure('TOMBSTONE'))
      return false
    }
    if (nullValues === 'ignore') {
      counts.tombstones++
      batch.passed(assignment, offset + 1)
    } else {
      if (keySource.delete(arena, row, batch.deletedKeys) < 0) {
        this.#reject(row, keySource.failure())
        return false
      }
      batch.addDelete(assignment, offset)
    }
    counts.records++
    return true
  }

  #reject(row: number, error: RedkiteError): Filled {
    this.cursor = row
    this.rejection = error
    return Filled.Rejected
  }
}
