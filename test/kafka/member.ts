/** A group member for tests: reads everything, remembers it, commits when told to, and gives its positions when partitions are revoked. */
import type { RedkiteError } from '../../src/errors/errors.ts'
import { Arena } from '../../src/kafka/arena.ts'
import type { KafkaConfig } from '../../src/kafka/conf.ts'
import { type Assignment, Consumer, type ConsumerOptions, type Position } from '../../src/kafka/consumer.ts'

export interface Read {
  readonly assignment: number
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string | null
  readonly value: string | null
}

export interface MemberOptions extends ConsumerOptions {
  readonly arena?: Arena
  /** Awaited before the positions of revoked partitions are given. */
  readonly beforeRevoked?: () => Promise<void>
  readonly watchEnds?: boolean
  /** Reads nothing by itself: the test calls `take`. */
  readonly idle?: boolean
}

export class Member {
  readonly consumer: Consumer
  readonly arena: Arena
  readonly read: Read[] = []
  readonly assigned: Assignment[][] = []
  readonly revoked: { assignments: readonly Assignment[]; lost: boolean }[] = []
  readonly errors: RedkiteError[] = []
  readonly log: string[] = []
  readonly ends: { assignment: number; offset: number }[] = []
  /** Next offset to read by assignment. */
  readonly next = new Map<number, number>()
  readyCalls = 0

  constructor(
    config: KafkaConfig,
    topics: readonly string[],
    readonly options: MemberOptions = {},
  ) {
    this.arena = options.arena ?? new Arena(1 << 20, 4096)
    const ends = {
      endOfPartition: (a: Assignment, offset: number) => void this.ends.push({ assignment: a.index, offset }),
    }
    this.consumer = new Consumer(
      config,
      topics,
      {
        assigned: (assignments) => void this.assigned.push([...assignments]),
        revoked: async (assignments, lost) => {
          this.revoked.push({ assignments, lost })
          await options.beforeRevoked?.()
          return this.positions(assignments)
        },
        ready: () => {
          this.readyCalls++
          if (!options.idle) this.takeAll()
        },
        failed: (error) => void this.errors.push(error),
        log: (_level, facility, text) => void this.log.push(`${facility} ${text}`),
        ...(options.watchEnds ? ends : {}),
      },
      options,
    )
  }

  takeAll(): void {
    while (this.consumer.take(this.arena) > 0) this.#remember()
  }

  /** One batch; the rows. */
  take(): number {
    const rows = this.consumer.take(this.arena)
    this.#remember()
    return rows
  }

  positions(assignments: readonly Assignment[] = this.consumer.assignments): Position[] {
    return assignments.flatMap(({ index }) => {
      const offset = this.next.get(index)
      return offset === undefined ? [] : [{ assignment: index, offset }]
    })
  }

  get owned(): Assignment[] {
    return this.consumer.assignments.filter((assignment) => assignment.owned)
  }

  values(partition: number): (string | null)[] {
    return this.read.filter((record) => record.partition === partition).map((record) => record.value)
  }

  #remember(): void {
    const { arena } = this
    const text = (start: number, end: number) =>
      start < 0 ? null : Buffer.from(arena.bytes.subarray(start, end)).toString()
    for (let row = 0; row < arena.rows; row++) {
      const assignment = this.consumer.assignments[arena.assignment[row]!]!
      const offset = arena.offset[row]!
      this.next.set(assignment.index, offset + 1)
      this.read.push({
        assignment: assignment.index,
        topic: assignment.topic,
        partition: assignment.partition,
        offset,
        key: text(arena.keyStart[row]!, arena.keyEnd[row]!),
        value: text(arena.valueStart[row]!, arena.valueEnd[row]!),
      })
    }
  }
}
