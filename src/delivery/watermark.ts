import type { Batch, Position } from './batch.ts'

interface Step {
  readonly offset: number
  readonly sequence: number
  settled: boolean
}

/**
 * The highest offset that is safe to commit, per assignment.
 *
 * Milvus acknowledges batches in any order; Kafka's commit is cumulative. So an assignment's offset moves over a batch only when that batch
 * and all earlier ones with records of this assignment have settled. A batch's records of one assignment are consecutive as Kafka
 * delivered them (gaps by compaction and control records are normal), so one step a batch is enough: nothing is kept per record.
 */
export class Watermark {
  readonly #steps = new Map<number, Step[]>()
  readonly #safe = new Map<number, number>()
  readonly #committed = new Map<number, number>()
  /** Their indexes never come back; a batch that was being filled when they went may still name them. */
  readonly #forgotten = new Set<number>()

  /** Batches must come in the order of their sequence. */
  open(batch: Batch): void {
    for (const { assignment, offset } of batch.positions) {
      if (this.#forgotten.has(assignment)) continue
      const steps = this.#steps.get(assignment)
      const step = { offset, sequence: batch.sequence, settled: false }
      if (steps === undefined) this.#steps.set(assignment, [step])
      else steps.push(step)
    }
  }

  settle(batch: Batch): void {
    for (const { assignment } of batch.positions) {
      const steps = this.#steps.get(assignment)
      // The assignment was revoked while the batch was under way: its offset is no longer ours to move.
      if (steps === undefined) continue
      const step = steps.find((candidate) => candidate.sequence === batch.sequence)
      if (step !== undefined) step.settled = true
      let passed = 0
      while (passed < steps.length && steps[passed]!.settled) {
        this.#safe.set(assignment, steps[passed]!.offset)
        passed++
      }
      steps.splice(0, passed)
    }
  }

  /** The offset after the last settled record with nothing open below it; undefined when none has settled yet. */
  safe(assignment: number): number | undefined {
    return this.#safe.get(assignment)
  }

  /** Whether records of the assignment are still under way. */
  isOpen(assignment: number): boolean {
    return (this.#steps.get(assignment)?.length ?? 0) > 0
  }

  /** What has moved since it was last committed. */
  committable(): Position[] {
    const positions: Position[] = []
    for (const [assignment, offset] of this.#safe) {
      if (this.#committed.get(assignment) !== offset) positions.push({ assignment, offset })
    }
    return positions
  }

  committed(positions: readonly Position[]): void {
    for (const { assignment, offset } of positions) {
      if (this.#safe.has(assignment)) this.#committed.set(assignment, offset)
    }
  }

  /** The assignment is no longer ours: what was open is the next owner's to write again. */
  forget(assignment: number): void {
    this.#forgotten.add(assignment)
    this.#steps.delete(assignment)
    this.#safe.delete(assignment)
    this.#committed.delete(assignment)
  }
}
