/**
 * A consumer of the dead-letter topic as a replay needs it. It ends where the topic ended at the start: a letter that fails again goes back
 * into the same topic, and would be read again and again. And where the key of a row is its place in Kafka, it says where each record
 * was read first, because a letter lies elsewhere.
 */

import type { Position } from '../../delivery/batch.ts'
import type { EndOffset } from '../../delivery/caught-up.ts'
import { placeId } from '../../delivery/place.ts'
import type { Arena } from '../../kafka/arena.ts'
import type { Assignment, ConsumerListener } from '../../kafka/consumer.ts'
import type { TopicPartitionOffset } from '../../kafka/topic-partition-list.ts'
import { readHeaders } from '../dead-letter-headers.ts'
import type { Source, SourceAssignment } from '../ports.ts'

export class ReplaySource implements Source {
  readonly #ends = new Map<string, number>()
  readonly #listener: ConsumerListener
  #arena: Arena | undefined
  readonly #paused = new Set<number>()
  #consumer: Source | undefined

  /** `listener` is the sink; the consumer reports to `this.listener`. */
  constructor(ends: readonly EndOffset[], listener: ConsumerListener) {
    for (const end of ends) this.#ends.set(placeId(end), end.offset)
    this.#listener = listener
  }

  attach(consumer: Source): void {
    this.#consumer = consumer
  }

  get listener(): ConsumerListener {
    const sink = this.#listener
    return {
      assigned: (assignments) => sink.assigned(assignments),
      revoked: (assignments, lost) => sink.revoked(assignments, lost),
      ready: () => sink.ready(),
      failed: (error) => sink.failed(error),
      offsetReset: (reset) => sink.offsetReset?.(reset),
      endOfPartition: (assignment, offset) => this.#ended(assignment, offset),
    }
  }

  get assignments(): readonly SourceAssignment[] {
    return this.#consumer!.assignments
  }

  /** Where the record in this row of the arena was read first; undefined when its letter does not say. */
  originOf(row: number): TopicPartitionOffset | undefined {
    return readHeaders(this.#arena!.headers[row]!).origin
  }

  take(arena: Arena): number {
    this.#arena = arena
    // 0 means that nothing waits: not when all that came lies behind the end.
    while (this.#consumer!.take(arena) > 0) {
      this.#dropBehindEnds(arena)
      if (arena.rows > 0) break
    }
    return arena.rows
  }

  commit(positions: readonly Position[]): Promise<void> {
    return this.#consumer!.commit(positions)
  }

  pause(assignments: readonly number[]): void {
    this.#consumer!.pause(assignments)
  }

  /** Of those that have passed their end nothing counts any more. */
  resume(assignments: readonly number[]): void {
    this.#consumer!.resume(assignments.filter((index) => !this.#paused.has(index)))
  }

  close(deadlineMs: number): Promise<void> {
    return this.#consumer!.close(deadlineMs)
  }

  #dropBehindEnds(arena: Arena): void {
    let kept = 0
    for (let row = 0; row < arena.rows; row++) {
      const index = arena.assignment[row]!
      const assignment = this.assignments[index]!
      if (arena.offset[row]! >= this.#endOf(assignment)) {
        this.#passedEnd(assignment)
        continue
      }
      arena.moveRow(row, kept)
      kept++
    }
    arena.rows = kept
  }

  #passedEnd(assignment: SourceAssignment): void {
    if (this.#paused.has(assignment.index)) return
    this.#paused.add(assignment.index)
    this.#consumer!.pause([assignment.index])
    // The last records below the end may be gone or be none; the end counts as reached all the same.
    this.#listener.endOfPartition?.(assignment as Assignment, this.#endOf(assignment))
  }

  #ended(assignment: Assignment, offset: number): void {
    this.#listener.endOfPartition?.(assignment, Math.min(offset, this.#endOf(assignment)))
  }

  /** A partition that was added since the start holds nothing of this replay. */
  #endOf(assignment: SourceAssignment): number {
    return this.#ends.get(placeId(assignment)) ?? 0
  }
}
