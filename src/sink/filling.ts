import type { Delivery } from '../delivery/delivery.ts'
import type { Load } from '../delivery/load.ts'
import type { Batches } from './batches.ts'
import type { Counts } from './counts.ts'
import type { Lane } from './lane.ts'
import type { Clock } from './ports.ts'
import type { ReadPositions } from './read-positions.ts'
import type { Rejects } from './rejects.ts'
import type { RowBatch } from './row-batch.ts'
import type { StageClock } from './stage-clock.ts'
import type { Tallies } from './tallies.ts'

export interface FillingOptions {
  readonly delivery: Delivery<RowBatch>
  readonly batches: Batches
  readonly load: Load
  readonly positions: ReadPositions
  readonly rejects: Rejects
  readonly counts: Counts
  readonly tallies: Tallies
  readonly stages: StageClock
  readonly clock: Clock
  readonly lingerMs: number
  /** The batch is delivery's; `settled` is one that has settled by that, because nothing in it was to be sent. */
  readonly admitted: (settled: RowBatch | undefined) => void
}

/** The batches that are being filled, one a lane at most: begins them, and gives them to delivery when they are full, old enough, or asked for. */
export class Filling {
  readonly #options: FillingOptions
  #sequence = 0

  constructor(options: FillingOptions) {
    this.#options = options
  }

  /** The batch that the lane is filling; undefined when there is no room for one until another has settled. */
  batchFor(lane: Lane): RowBatch | undefined {
    if (lane.open !== undefined) return lane.open
    const { batches, clock, lingerMs } = this.#options
    const batch = batches.take(lane)
    if (batch === undefined) {
      // Nothing under way will settle and make room: the fullest of those being filled has to go.
      if (batches.isNoneUnderWay) this.seal(fullest(batches.open()))
      return undefined
    }
    batch.beganMs = clock.now()
    lane.open = batch
    lane.lingerTimer = clock.setTimer(lingerMs, () => this.seal(batch))
    return batch
  }

  sealAll(): void {
    for (const batch of this.#options.batches.open()) this.seal(batch)
  }

  /** No record is added to it any more: it goes to delivery, its rejects where rejects go. */
  seal(batch: RowBatch): void {
    const { lane } = batch
    if (lane.open !== batch) return
    const { delivery, load, positions, rejects, counts, tallies, stages } = this.#options
    const startMs = stages.nowMs()
    lane.lingerTimer?.cancel()
    lane.open = undefined
    batch.seal(++this.#sequence)
    load.sealed(startMs, counts.requestBytes, tallies.stages.blockedMs)
    counts.batches++
    counts.superseded += batch.superseded
    for (const { assignment, offset } of batch.positions) positions.reach(assignment, offset)
    this.holdOpen()
    delivery.watermark.hold(batch)
    const rejected = batch.rejected.map(({ assignment, offset, error }) => {
      return { error, record: delivery.setAside(assignment, offset) }
    })
    this.#options.admitted(delivery.admit(batch))
    stages.spent('sealMs', startMs)
    for (const { record, error } of rejected) rejects.dispose(record, error, 'convert')
  }

  /** Keeps the watermark below what these batches hold: they may have records of the same partitions, below what is about to be reached. */
  holdOpen(): void {
    const { batches, delivery } = this.#options
    for (const batch of batches.open()) {
      batch.notePositions()
      delivery.watermark.hold(batch)
    }
  }
}

function fullest(batches: readonly RowBatch[]): RowBatch {
  return batches.reduce((fullest, batch) => (batch.bytes > fullest.bytes ? batch : fullest))
}
