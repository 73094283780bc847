import type { Position } from '../../src/delivery/batch.ts'
import { failure } from '../../src/errors/errors.ts'
import type { Arena } from '../../src/kafka/arena.ts'
import type { Source } from '../../src/sink/ports.ts'
import type { Sink } from '../../src/sink/sink.ts'
import type { SimulatedClock } from './clock.ts'
import type { SimulatedLog } from './log.ts'
import type { Random } from './random.ts'
import { writeKey, writeRecord } from './rows.ts'

export interface SimulatedAssignment {
  readonly index: number
  readonly topic: string
  readonly partition: number
  owned: boolean
  /** Records of it are handed out. */
  reading: boolean
  /** Next record in the partition's array. */
  cursor: number
  endSaid: boolean
  isPaused: boolean
}

/** One member of the group: the source of one sink. Commits go through `accept`, where the world checks that none is early. */
export class SimulatedMember implements Source {
  readonly assignments: SimulatedAssignment[] = []
  sink: Sink | undefined
  alive = true
  commitFailures = 0

  constructor(
    readonly log: SimulatedLog,
    readonly clock: SimulatedClock,
    readonly random: Random,
    readonly faulty: number,
    readonly accept: (partition: number, offset: number) => void,
  ) {}

  assign(partition: number): void {
    const from = this.log.committed[partition] ?? 0
    const records = this.log.partitions[partition]!
    let cursor = 0
    while (cursor < records.length && records[cursor]!.offset < from) cursor++
    const assignment = {
      index: this.assignments.length,
      topic: 't',
      partition,
      owned: true,
      reading: true,
      cursor,
      endSaid: false,
      isPaused: false,
    }
    this.assignments.push(assignment)
    this.sink!.assigned([assignment])
  }

  async revoke(partition: number, lost: boolean): Promise<void> {
    const mine = this.assignments.filter((assignment) => assignment.owned && assignment.partition === partition)
    // No more records of them come from Kafka; they are ours until the sink has let go of them, and until then what it commits counts.
    for (const assignment of mine) {
      assignment.reading = false
      if (lost) assignment.owned = false
    }
    const positions = await this.sink!.revoked(mine, lost)
    if (!this.alive || lost) return
    for (const { assignment, offset } of positions) this.accept(this.assignments[assignment]!.partition, offset)
    // As the real consumer does: it waits for its own commit before it lets go.
    await new Promise<void>((resolve) => this.clock.setTimer(this.random.below(300), resolve))
    for (const assignment of mine) assignment.owned = false
  }

  take(arena: Arena): number {
    arena.rows = 0
    if (!this.alive) return 0
    let at = 0
    const most = 1 + this.random.below(20)
    for (const assignment of this.assignments) {
      if (!assignment.reading || assignment.isPaused) continue
      const records = this.log.partitions[assignment.partition]!
      for (let run = this.random.below(10); run > 0 && arena.rows < most && assignment.cursor < records.length; run--) {
        const record = records[assignment.cursor++]!
        const row = arena.rows++
        arena.assignment[row] = assignment.index
        arena.offset[row] = record.offset
        arena.valueStart[row] = record.tombstone ? -1 : at
        if (!record.tombstone) at = writeRecord(arena.bytes, at, record.key, record.version, record.poison)
        arena.valueEnd[row] = at
        arena.keyStart[row] = at
        at = writeKey(arena.bytes, at, record.key)
        arena.keyEnd[row] = at
      }
      if (assignment.cursor === records.length && !assignment.endSaid) {
        assignment.endSaid = true
        this.sink!.endOfPartition(assignment, this.log.ends[assignment.partition]!)
      }
    }
    if (arena.rows === 0) {
      const more = this.assignments.some(
        (a) => a.reading && !a.isPaused && a.cursor < this.log.partitions[a.partition]!.length,
      )
      if (more) this.clock.setTimer(this.random.below(20), () => this.sink!.ready())
    }
    return arena.rows
  }

  pause(assignments: readonly number[]): void {
    for (const index of assignments) this.assignments[index]!.isPaused = true
  }

  resume(assignments: readonly number[]): void {
    for (const index of assignments) this.assignments[index]!.isPaused = false
    this.clock.setTimer(this.random.below(20), () => this.sink!.ready())
  }

  commit(positions: readonly Position[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const fails = this.random.chance(this.faulty)
    this.clock.setTimer(this.random.below(30), () => {
      if (!this.alive) return
      if (fails) {
        this.commitFailures++
        reject(failure('COMMIT_FAILED', 'simulated', 1, 'simulated'))
        return
      }
      for (const { assignment, offset } of positions) {
        const { owned, partition } = this.assignments[assignment]!
        if (owned) this.accept(partition, offset)
      }
      resolve()
    })
    return promise
  }

  async close(): Promise<void> {
    for (const assignment of this.assignments) {
      if (assignment.owned) await this.revoke(assignment.partition, false)
    }
    this.alive = false
  }
}
