import type { Batch, Position } from './batch.ts'

/** What is known of one assignment. */
interface Progress {
  /** The offset of its first record here: nothing before it is ours to commit. */
  start: number
  /** The offset after the last record that is in any batch admitted so far. */
  reached: number
  committed: number | undefined
  /** Unsettled batches with records of it. */
  readonly holds: Hold[]
}

interface Hold {
  /** A batch, or a single record that has left its batch. */
  readonly holder: object
  /** The offset of its first record of this assignment: the watermark stays at or below it. */
  readonly first: number
}

/**
 * The highest offset that is safe to commit, per assignment.
 *
 * Milvus acknowledges batches in any order; Kafka's commit is cumulative; and where records go to several collections, the records of one
 * assignment are dealt out over several batches that are filled at the same time. So each unsettled batch holds the offset at its first
 * record of an assignment, and when no batch holds it, it is where reading has come to. Nothing is kept per record.
 */
export class Watermark {
  readonly #progress = new Map<number, Progress>()
  /** Their indexes never come back; a batch that was being filled when they went may still name them. */
  readonly #forgotten = new Set<number>()

  /**
   * The batch has records that are not settled. For one that is still being filled, whenever another is about to be admitted: what that one
   * reached may lie behind this one's records.
   */
  hold(batch: Batch): void {
    for (const { assignment, first } of batch.positions) this.holdAt(batch, assignment, first)
  }

  /** The record at `first` is not settled until `release`. */
  holdAt(holder: object, assignment: number, first: number): void {
    if (this.#forgotten.has(assignment)) return
    const progress = this.#of(assignment, first)
    const { holds } = progress
    // With several batches being filled, that of the very first record may be noted after another.
    progress.start = Math.min(progress.start, first)
    if (!holds.some((hold) => hold.holder === holder)) holds.push({ holder, first })
  }

  release(holder: object, assignment: number): void {
    // Without progress the assignment was revoked meanwhile: its offset is no longer ours to move.
    const holds = this.#progress.get(assignment)?.holds
    const at = holds?.findIndex((hold) => hold.holder === holder) ?? -1
    if (at >= 0) holds!.splice(at, 1)
  }

  /** Everything of the assignment below `offset` was read, and what of it is not settled holds it. */
  reach(assignment: number, offset: number): void {
    if (this.#forgotten.has(assignment)) return
    const progress = this.#of(assignment, offset - 1)
    progress.reached = Math.max(progress.reached, offset)
  }

  /** The batch is complete, and under way. */
  open(batch: Batch): void {
    this.hold(batch)
    for (const { assignment, offset } of batch.positions) this.reach(assignment, offset)
  }

  settle(batch: Batch): void {
    for (const { assignment } of batch.positions) this.release(batch, assignment)
  }

  /** The offset after the last settled record with nothing open below it; undefined when none has settled yet. */
  safe(assignment: number): number | undefined {
    const progress = this.#progress.get(assignment)
    if (progress === undefined) return undefined
    let safe = progress.reached
    for (const { first } of progress.holds) if (first < safe) safe = first
    return safe > progress.start ? safe : undefined
  }

  /** Whether records of the assignment are still under way. */
  isOpen(assignment: number): boolean {
    return (this.#progress.get(assignment)?.holds.length ?? 0) > 0
  }

  /** What has moved since it was last committed. */
  committable(): Position[] {
    const positions: Position[] = []
    for (const [assignment, { committed }] of this.#progress) {
      const offset = this.safe(assignment)
      if (offset !== undefined && offset !== committed) positions.push({ assignment, offset })
    }
    return positions
  }

  committed(positions: readonly Position[]): void {
    for (const { assignment, offset } of positions) {
      const progress = this.#progress.get(assignment)
      if (progress !== undefined) progress.committed = offset
    }
  }

  /** The assignment is no longer ours: what was open is the next owner's to write again. */
  forget(assignment: number): void {
    this.#forgotten.add(assignment)
    this.#progress.delete(assignment)
  }

  #of(assignment: number, first: number): Progress {
    let progress = this.#progress.get(assignment)
    if (progress === undefined) {
      progress = { start: first, reached: first, committed: undefined, holds: [] }
      this.#progress.set(assignment, progress)
    }
    return progress
  }
}
