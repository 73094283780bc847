/**
 * Whether the sinks of a process are alive in earnest, for a watchdog that restarts what is not. A sink lives when, within the time given, it
 *
 * - moved: anything that it counts has changed; or
 * - rests with reason: it holds nothing unsettled and has read each of its partitions to the end, or somebody paused it, or them; or
 * - waits and says so: Kafka, Milvus or the dead-letter topic takes nothing at the moment, and the log has a warning of it.
 *
 * Pure: it is told what there is, and when.
 */
import type { TaskDetail } from '../sink/detail.ts'

export interface SinkSigns {
  readonly name: string
  readonly tasks: readonly TaskDetail[]
  /** Lines of its log so far that were warnings. */
  readonly warnings: number
}

interface Seen {
  readonly movement: string
  readonly atMs: number
}

export class Vitality {
  readonly #seen = new Map<string, Seen>()

  constructor(readonly stillMsMax: number) {}

  /** Names the sinks that have stood still for too long; none: all is well. */
  look(sinks: readonly SinkSigns[], nowMs: number): readonly string[] {
    return sinks.filter((sink) => this.#standsStill(sink, nowMs)).map(({ name }) => name)
  }

  /** A task that hangs must not hide behind one that moves. */
  #standsStill({ name, tasks, warnings }: SinkSigns, nowMs: number): boolean {
    return tasks.some((task, index) => {
      const key = `${name}\0${index}`
      // The pump looks for records each second, and the time that takes is no movement.
      const movement = JSON.stringify([{ ...task.counts, intakeMs: 0 }, warnings])
      const seen = this.#seen.get(key)
      if (seen === undefined || seen.movement !== movement || rests(task)) {
        this.#seen.set(key, { movement, atMs: nowMs })
        return false
      }
      return nowMs - seen.atMs > this.stillMsMax
    })
  }
}

function rests({ state, oldestAgeMs, partitions }: TaskDetail): boolean {
  return (
    state === 'paused' ||
    (oldestAgeMs === undefined && partitions.every(({ isAtEnd, isPaused }) => isAtEnd || isPaused))
  )
}
