import type { RedkiteError } from '../errors/errors.ts'
import type { Arena } from '../kafka/arena.ts'
import type { Counts } from './counts.ts'
import { Effect, type Effects } from './effect.ts'
import type { RowBatch } from './row-batch.ts'

export enum Filled {
  /** All records of the arena are in. */
  Drained = 0,
  /** The batch is full; the arena holds more. */
  Full = 1,
  /** The record at `cursor` can be neither written nor deleted: see `rejection`. */
  Rejected = 2,
  /** What it takes to read the record at `cursor` is not here yet: see `waiting`. */
  Waits = 3,
}

export interface IntakeOptions {
  readonly arena: Arena
  readonly effects: Effects
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

  constructor(readonly options: IntakeOptions) {}

  get isEmpty(): boolean {
    return this.cursor >= this.options.arena.rows
  }

  fill(batch: RowBatch): Filled {
    const { arena, effects, counts, batchBytesMax, isOwned } = this.options
    const { valueStart, valueEnd, assignment, offset } = arena
    const { columns, deletedKeys } = batch
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
      const effect = effects.of(arena, row, columns, deletedKeys)
      if (effect === Effect.Put) {
        counts.valueBytes += valueEnd[row]! - valueStart[row]!
        batch.addPut(from, offset[row]!)
      } else if (effect === Effect.Delete) {
        batch.addDelete(from, offset[row]!)
      } else if (effect >= Effect.Rejected) {
        this.cursor = row
        return effect === Effect.Rejected ? Filled.Rejected : Filled.Waits
      } else {
        if (effect === Effect.Tombstone) counts.tombstones++
        else counts.dropped++
        batch.passed(from, offset[row]! + 1)
      }
      counts.records++
    }
    this.cursor = row
    return Filled.Drained
  }

  /** Why the record at `cursor` was rejected. */
  get rejection(): RedkiteError {
    return this.options.effects.rejection!
  }

  /** Resolves when the record at `cursor` may be tried again. */
  waiting(): Promise<void> {
    return this.options.effects.decoder.waiting!()
  }

  /** Passes over the record at `cursor`, which the batch keeps as a reject. */
  passOver(batch: RowBatch, error: RedkiteError): void {
    const { arena, counts } = this.options
    counts.records++
    batch.addReject(arena.assignment[this.cursor]!, arena.offset[this.cursor]!, error)
    this.cursor++
  }
}
