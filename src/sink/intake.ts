import type { ColumnBatch } from '../columns/batch.ts'
import { reason } from '../decode/json/reason.ts'
import type { KeyIndex } from '../delivery/key-index.ts'
import type { RedkiteError } from '../errors/errors.ts'
import type { Arena } from '../kafka/arena.ts'
import type { Counts } from './counts.ts'
import type { RowBatch } from './row-batch.ts'

/** What turns a record's bytes into a row; decode/ compiles one for each collection and converter. */
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
  /** The record at `cursor` could not be converted. */
  Rejected = 2,
}

/** When a batch is full, whichever comes first. */
export interface BatchLimits {
  readonly rowsMax: number
  readonly bytesMax: number
}

/**
 * Fills batches from the arena: the data plane's inner loop. Nothing is allocated for a record; `cursor` is the next record of the
 * arena, so that a batch may end, or a record be refused, anywhere.
 */
export class Intake {
  cursor = 0

  constructor(
    readonly arena: Arena,
    readonly decoder: RowDecoder,
    readonly keys: KeyIndex,
    readonly limits: BatchLimits,
    readonly counts: Counts,
    /** Whether records of this assignment are still ours to write. */
    readonly isOwned: (assignment: number) => boolean,
  ) {}

  get isEmpty(): boolean {
    return this.cursor >= this.arena.rows
  }

  fill(batch: RowBatch): Filled {
    const { arena, decoder, keys, counts, limits } = this
    const { bytes, valueStart, valueEnd, assignment, offset } = arena
    const columns = batch.columns
    let row = this.cursor
    let lastAssignment = -1
    let owned = true
    for (; row < arena.rows; row++) {
      if (columns.rows >= limits.rowsMax || columns.bytes >= limits.bytesMax) {
        this.cursor = row
        return Filled.Full
      }
      const from = assignment[row]!
      if (from !== lastAssignment) {
        lastAssignment = from
        owned = this.isOwned(from)
      }
      if (!owned) continue
      const start = valueStart[row]!
      if (start < 0) {
        this.#passTombstone(batch, row)
        continue
      }
      const end = valueEnd[row]!
      const result = decoder.decode(bytes, start, end, columns)
      if (result < 0) {
        if (result === reason.nullValue) {
          this.#passTombstone(batch, row)
          continue
        }
        this.cursor = row
        return Filled.Rejected
      }
      counts.records++
      counts.valueBytes += end - start
      batch.add(from, offset[row]!, keys)
    }
    this.cursor = row
    return Filled.Drained
  }

  #passTombstone(batch: RowBatch, row: number): void {
    this.counts.records++
    this.counts.tombstones++
    batch.passed(this.arena.assignment[row]!, this.arena.offset[row]! + 1)
  }

  /** Passes over the record at `cursor`. */
  skip(batch: RowBatch): void {
    this.counts.records++
    batch.passed(this.arena.assignment[this.cursor]!, this.arena.offset[this.cursor]! + 1)
    this.cursor++
  }
}
