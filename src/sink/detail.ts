/**
 * How one task of a sink stands, in all that a monitor asks for: made when somebody asks, so that it costs nothing when nobody does. Plain
 * values, which can be posted between threads.
 */
import { type ThreadTime, threadTime } from '../ops/thread-time.ts'
import type { Counts } from './counts.ts'
import type { OpenedSink } from './open.ts'
import type { Pressure } from './pressure.ts'
import type { Tallies } from './tallies.ts'

export interface TaskDetail extends Pressure {
  readonly state: 'running' | 'paused' | 'restarting'
  /** Whether the group has given it its partitions, which may be none. */
  readonly hasJoined: boolean
  readonly counts: Readonly<Counts>
  readonly tallies: Tallies
  readonly partitions: readonly PartitionDetail[]
  /** Of the thread that does its work, since it began; undefined where the system does not say. */
  readonly thread?: ThreadTime | undefined
}

/** A partition that is this task's. What is undefined is not known yet. */
export interface PartitionDetail {
  readonly topic: string
  readonly partition: number
  /** The offset after the last record read. */
  readonly position: number | undefined
  readonly end: number | undefined
  readonly lag: number | undefined
  /** Whether Kafka has given all that there is to read for now; behind the last record may lie a transaction that is still open. */
  readonly isAtEnd: boolean
  /** Whether somebody has paused it, alone or with its topic. */
  readonly isPaused: boolean
}

export function taskDetail(
  opened: OpenedSink,
  state: TaskDetail['state'],
  counts: Readonly<Counts>,
  tallies: Tallies,
): TaskDetail {
  const { sink } = opened
  return {
    ...{ state, hasJoined: opened.hasJoined(), counts, tallies, partitions: opened.partitions() },
    ...sink.pressure(),
    thread: threadTime(),
  }
}
