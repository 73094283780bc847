/**
 * Stops reading what somebody has paused, partition by partition, and goes on with what was resumed.
 *
 * Nothing of a paused partition is dropped: what was taken is written and committed, and what librdkafka had fetched beyond that it fetches
 * again when the partition is resumed.
 */
import { placeNames } from '../delivery/place.ts'
import type { Log } from '../ops/log.ts'
import type { PausedParts } from './paused-parts.ts'
import type { Source, SourceAssignment } from './ports.ts'

export class PartitionPauses {
  /** Assignments that are not read. Kafka's pause ends with an assignment, so each new one is looked at. */
  readonly #held = new Set<number>()

  constructor(
    readonly parts: PausedParts,
    readonly log: Log,
    /** Whether the run waits for all partitions to reach their ends. */
    readonly hasGoal: boolean,
  ) {}

  isPaused(assignment: number): boolean {
    return this.#held.has(assignment)
  }

  /** Makes it so for these assignments, which are owned. */
  apply(source: Source, owned: readonly SourceAssignment[]): void {
    const wanted = owned.filter(({ topic, partition }) => this.parts.has(topic, partition))
    const pausing = wanted.filter(({ index }) => !this.#held.has(index))
    const resuming = owned.filter((assignment) => this.#held.has(assignment.index) && !wanted.includes(assignment))
    if (pausing.length > 0) {
      source.pause(pausing.map(({ index }) => index))
      const goal = this.hasGoal ? '; this run does not end before they are resumed' : ''
      this.log.info(`paused, as somebody asked: ${placeNames(pausing)}${goal}`)
    }
    if (resuming.length > 0) {
      source.resume(resuming.map(({ index }) => index))
      this.log.info(`resumed, as somebody asked: ${placeNames(resuming)}`)
    }
    for (const { index } of pausing) this.#held.add(index)
    for (const { index } of resuming) this.#held.delete(index)
  }

  /** They are another's now. */
  forget(assignments: readonly SourceAssignment[]): void {
    for (const { index } of assignments) this.#held.delete(index)
  }
}
