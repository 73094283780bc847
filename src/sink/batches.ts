import type { Lane } from './lane.ts'
import { RowBatch } from './row-batch.ts'

export interface BatchLimits {
  readonly rowsMax: number
  /** From how many bytes on a batch is full, and how many may be under way at once, the one being filled included; both may change. */
  readonly load: { readonly bytes: number; readonly batches: number }
}

/**
 * The batches of a sink, and with them its memory: none free is the whole of backpressure, for then nothing is taken from Kafka.
 *
 * A batch belongs to its lane, because its columns do. Each lane may have one that is being filled, so with many lanes there are more batches,
 * but they may not hold more bytes than the batches of one lane.
 */
export class Batches {
  /** Being filled, under way, or waiting to be. */
  readonly #inUse = new Set<RowBatch>()
  /** Used before, and grown to their size. */
  readonly #free: RowBatch[] = []

  constructor(readonly limits: BatchLimits) {}

  /** A batch to fill, or undefined when memory is used up until one settles. */
  take(lane: Lane): RowBatch | undefined {
    if (!this.#hasRoom()) return undefined
    const at = this.#free.findLastIndex((batch) => batch.lane === lane)
    const batch = at < 0 ? new RowBatch(lane, this.limits.rowsMax) : this.#free.splice(at, 1)[0]!
    this.#inUse.add(batch)
    batch.begin()
    return batch
  }

  giveBack(batch: RowBatch): void {
    this.#inUse.delete(batch)
    this.#free.push(batch)
    // What lanes have grown that are not written to any more is given back.
    if (this.#free.length > this.limits.load.batches) this.#free.shift()
  }

  /** Batches being filled. */
  open(): RowBatch[] {
    return Array.from(this.#inUse).filter((batch) => batch.isOpen)
  }

  /** Whether all batches in use are still being filled: then it is up to the sink to send one. */
  get isNoneUnderWay(): boolean {
    return this.open().length === this.#inUse.size
  }

  /** When the oldest record that has not settled was read; undefined when all have. */
  get oldestMs(): number | undefined {
    let oldest: number | undefined
    for (const { beganMs } of this.#inUse) if (oldest === undefined || beganMs < oldest) oldest = beganMs
    return oldest
  }

  /** Bytes of rows that have not settled. */
  get bytes(): number {
    let bytes = 0
    for (const batch of this.#inUse) bytes += batch.bytes
    return bytes
  }

  #hasRoom(): boolean {
    const { load } = this.limits
    let open = 0
    let bytes = 0
    for (const batch of this.#inUse) {
      bytes += batch.bytes
      if (batch.isOpen) open++
    }
    if (this.#inUse.size - open >= load.batches) return false
    return open === 0 || bytes + load.bytes <= load.batches * load.bytes
  }
}
