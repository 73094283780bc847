import type { Batch, Position } from './batch.ts'

/** What is known of one assignment. */
interface Progress {
  /** The offset of its first record here: nothing before it is ours to commit. */
  readonly start: number
  /** The offset after the last record that is in any batch admitted so far. */
  reached: number
  committed: number | undefined
  /** Unsettled batches with records of it. */
  readonly holds: Hold[]
}

interface Hold {
  readonly batch: Batch
  /** The offset of the batch's first record of this assignment: the watermark stays at or below it. */
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
    for (const { assignment, first } of batch.positions) {
      if (this.#forgotten.has(assignment)) continue
      const { holds } = this.#of(assignment, first)
      if (!holds.some((hold) => hold.batch === batch)) holds.push({ batch, first })
    }
  }

  /** The batch is complete, and under way. */
  open(batch: Batch): void {
    this.hold(batch)
    for (const { assignment, offset } of batch.positions) {
      const progress = this.#progress.get(assignment)
      if (progress !== undefined) progress.reached = Math.max(progress.reached, offset)
    }
  }

  settle(batch: Batch): void {
    for (const { assignment } of batch.positions) {
      // Without progress the assignment was revoked while the batch was under way: its offset is no longer ours to move.
      const holds = this.#progress.get(assignment)?.holds
      const at = holds?.findIndex((hold) => hold.batch === batch) ?? -1
      if (at >= 0) holds!.splice(at, 1)
    }
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
