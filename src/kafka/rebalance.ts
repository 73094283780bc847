/**
 * Follows the group's rebalances: takes partitions on, and gives them up with their last commit. One at a time, in the order they come;
 * the event loop goes on meanwhile.
 */
import type { Pointer } from 'bun:ffi'
import { asFailure, failure, type RedkiteError } from '../errors/errors.ts'
import type { Assignment, Assignments } from './assignments.ts'
import { cString, textAt } from './c-string.ts'
import type { Commits, Position } from './commits.ts'
import { type Circumstances, explained, outcome } from './outcome.ts'
import { response } from './response.ts'
import { librdkafka } from './symbols.ts'
import { readList, type TopicPartitionOutcome, withList } from './topic-partition-list.ts'

/** How long the last commit of revoked partitions may take: a healthy coordinator needs milliseconds. */
const lastCommitMs = 10_000

const assignPartitions = -175

export interface RebalanceListener {
  assigned(assignments: readonly Assignment[]): void
  revoked(assignments: readonly Assignment[], lost: boolean): Promise<readonly Position[]>
  failed(error: RedkiteError): void
}

export interface RebalanceOptions {
  readonly revokeTimeoutMs: number
  readonly about: Circumstances
}

export class Rebalances {
  #last: Promise<void> = Promise.resolve()
  #closing = false

  constructor(
    readonly handle: Pointer,
    /** Where the records of all partitions come together. */
    readonly data: Pointer,
    readonly assignments: Assignments,
    readonly commits: Commits,
    readonly listener: RebalanceListener,
    /** Called when partitions stopped being read, to give back what is held of them. */
    readonly dropRevoked: () => void,
    readonly options: RebalanceOptions,
  ) {}

  /** Handles a rebalance event; its list is copied before this returns, so the event may be destroyed. */
  follow(code: number, list: Pointer | null): void {
    const partitions = readList(list)
    const lost = librdkafka().rd_kafka_assignment_lost(this.handle) !== 0
    this.#last = this.#last
      .then(() => (code === assignPartitions ? this.#assign(partitions) : this.#revoke(partitions, lost)))
      .catch((error) => this.listener.failed(asFailure(error)))
  }

  /** From here on an assignment that still comes is declined. */
  close(): void {
    this.#closing = true
  }

  /** Until the rebalances that came so far are done. */
  settled(): Promise<void> {
    return this.#last
  }

  /** Again for all partitions: librdkafka drops a forward when an assignment overlaps. A cheap net, not needed in any known case. */
  forwardAgain(): void {
    this.#forward(this.assignments.current())
  }

  #assign(partitions: readonly TopicPartitionOutcome[]): void {
    const rd = librdkafka()
    if (!this.#closing) this.#forward(partitions)
    const code = withList(partitions, (list) => {
      // A pause outlives the assignment it was made in.
      if (partitions.length > 0) rd.rd_kafka_resume_partitions(this.handle, list)
      return this.#cooperative()
        ? errorCode(rd.rd_kafka_incremental_assign(this.handle, list))
        : rd.rd_kafka_assign(this.handle, list)
    })
    if (code !== response.noError) {
      this.listener.failed(
        outcome(code, '', { ...this.options.about, what: 'the assigned partitions could not be taken' }),
      )
      return
    }
    const added = this.assignments.add(partitions)
    this.listener.assigned(added)
  }

  async #revoke(partitions: readonly TopicPartitionOutcome[], lostAtOnce: boolean): Promise<void> {
    const rd = librdkafka()
    const leaving = this.assignments.of(partitions)
    this.assignments.stopReading(leaving)
    this.dropRevoked()
    if (lostAtOnce) this.#disown(leaving)
    try {
      const positions = await this.#finish(leaving, lostAtOnce)
      const lost = lostAtOnce || rd.rd_kafka_assignment_lost(this.handle) !== 0
      if (!lost && positions.length > 0) await this.commits.commit(positions, lastCommitMs, true)
    } finally {
      this.#disown(leaving)
      this.#unassign(partitions)
    }
  }

  /** What the listener says may be committed, within its time. */
  async #finish(leaving: readonly Assignment[], lost: boolean): Promise<readonly Position[]> {
    const { promise: tooLate, resolve } = Promise.withResolvers<undefined>()
    const timer = setTimeout(resolve, this.options.revokeTimeoutMs, undefined)
    const positions = await Promise.race([this.listener.revoked(leaving, lost), tooLate])
    clearTimeout(timer)
    if (positions !== undefined) return positions
    this.listener.failed(
      failure(
        'KAFKA_TIMED_OUT',
        'giving up revoked partitions',
        this.options.revokeTimeoutMs,
        'records in flight did not settle',
      ),
    )
    return []
  }

  #disown(leaving: readonly Assignment[]): void {
    for (const assignment of leaving) assignment.owned = false
    this.commits.forget(leaving)
  }

  #unassign(partitions: readonly TopicPartitionOutcome[]): void {
    const rd = librdkafka()
    const code = this.#cooperative()
      ? withList(partitions, (list) => errorCode(rd.rd_kafka_incremental_unassign(this.handle, list)))
      : rd.rd_kafka_assign(this.handle, null)
    // `_STATE`: the assignment was lost meanwhile, and librdkafka has cleared it itself.
    if (code !== response.noError && code !== response.state) {
      throw failure('KAFKA_FAILED', 'revoked partitions could not be given up', explained(code, ''))
    }
  }

  #cooperative(): boolean {
    return textAt(librdkafka().rd_kafka_rebalance_protocol(this.handle)) === 'COOPERATIVE'
  }

  #forward(partitions: readonly { readonly topic: string; readonly partition: number }[]): void {
    const rd = librdkafka()
    for (const { topic, partition } of partitions) {
      const queue = rd.rd_kafka_queue_get_partition(this.handle, cString(topic), partition)
      if (queue === null) continue
      rd.rd_kafka_queue_forward(queue, this.data)
      rd.rd_kafka_queue_destroy(queue)
    }
  }
}

function errorCode(error: Pointer | null): number {
  if (error === null) return response.noError
  const rd = librdkafka()
  const code = rd.rd_kafka_error_code(error)
  rd.rd_kafka_error_destroy(error)
  return code
}
