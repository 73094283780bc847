import type { SourceAssignment } from './ports.ts'

/** A partition was read to its end, for now: control records there bring no record, yet count as done. */
export interface PartitionEnd {
  readonly assignment: SourceAssignment
  /** The offset after all that the partition has. */
  readonly offset: number
}

/** How far the partitions were read, by the numbers of their assignments, and the ends that were met and are not booked yet. */
export class ReadPositions {
  readonly #next: number[] = []
  readonly #lastEnd: number[] = []
  readonly #ends: PartitionEnd[] = []

  /** The offset after the last record read; undefined before the first. */
  of(assignment: number): number | undefined {
    return this.#next[assignment]
  }

  /** All before `offset` was read; false where that was so already. */
  reach(assignment: number, offset: number): boolean {
    if (offset <= (this.#next[assignment] ?? -1)) return false
    this.#next[assignment] = offset
    return true
  }

  meetEnd(end: PartitionEnd): void {
    this.#ends.push(end)
    this.#lastEnd[end.assignment.index] = end.offset
  }

  /** The next end that is to be booked. */
  takeEnd(): PartitionEnd | undefined {
    return this.#ends.shift()
  }

  /** Whether everything was read of it that Kafka gives out for now. */
  isAtEnd(assignment: number): boolean {
    const end = this.#lastEnd[assignment]
    return end !== undefined && end === this.#next[assignment]
  }
}
