/**
 * A sink at work, whoever does the work: this thread, a thread of its own, or several. A run starts, stops and watches all of them through
 * this, and what it learns are plain values, which can be posted between threads and added up.
 */
import type { IgnoredNames } from '../decode/ignored-names.ts'
import { Counts } from './counts.ts'
import type { TaskDetail } from './detail.ts'
import type { Part } from './paused-parts.ts'

export interface RunningSink {
  readonly name: string
  standing(): SinkStanding
  /** Of each task, in their order; what a task last said when it does not answer within a moment. */
  detail(): Promise<readonly TaskDetail[]>
  /** Resolves when it has caught up or was stopped, in good order; rejects with what ended it. */
  run(): Promise<void>
  /** What was read is written and committed first. */
  stop(): void
  /**
   * Takes no more records until `resume`: what was read is written and committed, and the group keeps the partitions where they are. With a
   * part, of that alone.
   */
  pause(part?: Part): void
  /** Without a part, whatever was paused of it. */
  resume(part?: Part): void
  /** Stops in good order and opens anew; one task, or all of them. */
  restart(task?: number): void
  /** Gives it up before it has run. */
  abandon(): Promise<void>
}

export interface SinkStanding {
  readonly counts: Readonly<Counts>
  /** Records still to be read; undefined while it is not known. */
  readonly lag: number | undefined
  /** Records between the start and the goal; undefined for a run without end. */
  readonly goal: number | undefined
  /** Whether the goal of `--until-caught-up` was reached; false for a run without end. */
  readonly isCaughtUp: boolean
  /** Keys of records that the collection has no field for. */
  readonly ignored: IgnoredNames
}

export function addCounts(parts: readonly Readonly<Counts>[]): Counts {
  const sum = new Counts()
  for (const part of parts) {
    for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += part[name]
  }
  return sum
}
