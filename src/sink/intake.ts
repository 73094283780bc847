import type { RedkiteError } from '../errors/errors.ts'
import type { Arena } from '../kafka/arena.ts'
import type { Counts } from './counts.ts'
import { Effect } from './effect.ts'
import type { Lane } from './lane.ts'
import { NoLane, type Router } from './router.ts'
import type { RowBatch } from './row-batch.ts'

export enum Filled {
  /** All records of the arena are in. */
  Drained = 0,
  /** `batch` is full; the arena holds more. */
  Full = 1,
  /** The record at `cursor` can be neither written nor deleted: see `rejection`. */
  Rejected = 2,
  /** What it takes to read the record at `cursor` is not here yet: see `waiting`. */
  Waits = 3,
  /** There is no batch for the record at `cursor` until another has settled. */
  NoRoom = 4,
}

export interface IntakeOptions {
  readonly arena: Arena
  readonly router: Router
  /** The batch that the lane is filling; undefined when there is no room for one. */
  readonly batchFor: (lane: Lane) => RowBatch | undefined
  /** From how many bytes on a batch is full. */
  readonly load: { readonly bytes: number }
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
  /** The batch that is full, or that takes the record at `cursor` as a reject. */
  batch: RowBatch | undefined
  /** Why the record at `cursor` was rejected. */
  rejection: RedkiteError | undefined
  #waiting = async () => {}

  constructor(readonly options: IntakeOptions) {}

  get isEmpty(): boolean {
    return this.cursor >= this.options.arena.rows
  }

  fill(): Filled {
    const { arena, router, batchFor, counts, load, isOwned } = this.options
    const batchBytesMax = load.bytes
    const { valueStart, valueEnd, assignment, offset } = arena
    const { isPerRecord } = router
    let row = this.cursor
    let lastAssignment = -1
    let owned = true
    let batch: RowBatch | undefined
    for (; row < arena.rows; row++) {
      const from = assignment[row]!
      if (from !== lastAssignment || isPerRecord) {
        if (from !== lastAssignment) owned = isOwned(from)
        lastAssignment = from
        if (!owned) continue
        const lane = router.route(arena, row)
        if (typeof lane === 'number') return this.#strand(lane, row)
        if (batch?.lane !== lane) batch = batchFor(lane)
      }
      if (!owned) continue
      if (batch === undefined) return this.#stop(row, Filled.NoRoom)
      const { columns, deletedKeys } = batch
      if (batch.isFull || columns.bytes >= batchBytesMax) {
        this.batch = batch
        return this.#stop(row, Filled.Full)
      }
      const { effects } = batch.lane
      const effect = effects.of(arena, row, columns, deletedKeys)
      if (effect === Effect.Put) {
        counts.valueBytes += valueEnd[row]! - valueStart[row]!
        batch.addPut(from, offset[row]!)
      } else if (effect === Effect.Delete) {
        batch.addDelete(from, offset[row]!)
      } else if (effect >= Effect.Rejected) {
        this.batch = batch
        this.rejection = effects.rejection
        this.#waiting = () => effects.waiting()
        return this.#stop(row, effect === Effect.Rejected ? Filled.Rejected : Filled.Waits)
      } else {
        if (effect === Effect.Tombstone) counts.tombstones++
        else counts.dropped++
        batch.passed(from, offset[row]! + 1)
      }
      counts.records++
    }
    return this.#stop(row, Filled.Drained)
  }

  /** Resolves when the record at `cursor` may be tried again. */
  waiting(): Promise<void> {
    return this.#waiting()
  }

  /** Passes over the record at `cursor`, which the batch keeps as a reject. */
  passOver(batch: RowBatch, error: RedkiteError): void {
    const { arena, counts } = this.options
    counts.records++
    batch.addReject(arena.assignment[this.cursor]!, arena.offset[this.cursor]!, error)
    this.cursor++
  }

  /** The record in this row has no lane. */
  #strand(why: NoLane, row: number): Filled {
    const { router, batchFor } = this.options
    if (why === NoLane.Waits) {
      this.#waiting = () => router.waiting()
      return this.#stop(row, Filled.Waits)
    }
    this.batch = batchFor(router.anyLane)
    this.rejection = router.rejection
    if (this.batch === undefined) return this.#stop(row, Filled.NoRoom)
    return this.#stop(row, this.batch.isFull ? Filled.Full : Filled.Rejected)
  }

  #stop(row: number, filled: Filled): Filled {
    this.cursor = row
    return filled
  }
}
