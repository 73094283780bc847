/**
 * A member of a consumer group: subscribes, hands out records in arenas, follows rebalances, commits, leaves.
 *
 * No thread of librdkafka calls into JavaScript and no call here waits for a broker. Three queues wake the event loop: the group's
 * (rebalances, errors, logs), data (records of all partitions) and commits. What each brings is read in a file of its own: rebalance.ts,
 * troubles.ts, record-queue.ts, commits.ts.
 */
import type { Pointer } from 'bun:ffi'
import { failure, type RedkiteError } from '../errors/errors.ts'
import type { Arena } from './arena.ts'
import { type Assignment, Assignments } from './assignments.ts'
import { cString, textAt } from './c-string.ts'
import { Commits, type Position } from './commits.ts'
import type { KafkaConfig } from './conf.ts'
import { fetching, ownOffsets } from './consumer-defaults.ts'
import { event } from './event.ts'
import { EventQueue } from './event-queue.ts'
import { destroyHandle, handleType, newHandle } from './handle.ts'
import { type OffsetReset, offsetResetIn } from './offset-reset.ts'
import { circumstancesOf, explained } from './outcome.ts'
import { Rebalances } from './rebalance.ts'
import { RecordQueue } from './record-queue.ts'
import { withoutRepeats } from './repeated-errors.ts'
import { response } from './response.ts'
import { librdkafka } from './symbols.ts'
import { anyPartition, withList } from './topic-partition-list.ts'
import { type LogLine, Troubles } from './troubles.ts'
import { Wakeup } from './wakeup.ts'

export type { Assignment } from './assignments.ts'
export type { Position } from './commits.ts'

export interface ConsumerListener {
  assigned(assignments: readonly Assignment[]): void
  /**
   * Give what may be committed for them, when in-flight work has settled or been given up. The consumer bounds the wait, commits (not when
   * lost) and gives the partitions back.
   */
  revoked(assignments: readonly Assignment[], lost: boolean): Promise<readonly Position[]>
  /** Records came: call `take()` now or when there is room, until it gives 0. Not called again before that for what already waits. */
  ready(): void
  /** Its label says whether the consumer goes on by itself (`retriable`) or cannot (`fatal`). The same error comes once in 10 s at most. */
  failed(error: RedkiteError): void
  log?(level: number, facility: string, text: string): void
  /** Records were never read: Kafka no longer had them. Reading goes on where `auto.offset.reset` says. */
  offsetReset?(reset: OffsetReset): void
  /** Called from within `take()`, whose arena has all records before `offset`. Comes once each time the end is reached. */
  endOfPartition?(assignment: Assignment, offset: number): void
  /** librdkafka's statistics as JSON, when `statistics.interval.ms` is set. */
  statistics?(json: string): void
}

export interface ConsumerOptions {
  /** How long in-flight work may take to settle when partitions are revoked. */
  readonly revokeTimeoutMs?: number
  /** How long a commit may take, repeats included. */
  readonly commitTimeoutMs?: number
  /** Whether `take` puts headers and timestamps into the arena too. */
  readonly wantsDetails?: boolean
}

/** `max.poll.interval.ms` counts polls, not wake-ups. */
const pollEveryMs = 1_000

/** What a user may set otherwise. */
const defaults = { 'auto.offset.reset': 'earliest', ...fetching } as const

export class Consumer {
  readonly #handle: Pointer
  readonly #listener: ConsumerListener
  readonly #assignments = new Assignments()
  readonly #group: EventQueue
  readonly #records: RecordQueue
  readonly #wakeup: Wakeup
  readonly #commits: Commits
  readonly #rebalances: Rebalances
  readonly #timer: Timer
  readonly #troubles: Troubles
  readonly #fail: (error: RedkiteError) => void
  readonly #commitTimeoutMs: number
  #closed: Promise<void> | undefined

  /** Joins the group `config['group.id']`. A topic that begins with `^` is a regular expression. */
  constructor(
    config: KafkaConfig,
    topics: readonly string[],
    listener: ConsumerListener,
    options: ConsumerOptions = {},
  ) {
    const rd = librdkafka()
    this.#listener = listener
    this.#fail = withoutRepeats((error) => listener.failed(error))
    this.#commitTimeoutMs = options.commitTimeoutMs ?? 30_000
    const wantsEnd = listener.endOfPartition === undefined ? {} : { 'enable.partition.eof': true }
    const events = event.rebalance | event.offsetCommit | event.stats
    this.#handle = newHandle(handleType.consumer, { ...defaults, ...config, ...wantsEnd, ...ownOffsets }, events)
    const about = circumstancesOf(config)
    this.#troubles = new Troubles(this.#handle, about)
    rd.rd_kafka_poll_set_consumer(this.#handle)
    rd.rd_kafka_set_log_queue(this.#handle, null)
    const data = rd.rd_kafka_queue_new(this.#handle)!
    this.#records = new RecordQueue(data, this.#assignments, about, {
      ended: (assignment, offset) => listener.endOfPartition?.(assignment, offset),
      failed: this.#fail,
    })
    this.#records.wantsDetails = options.wantsDetails === true
    this.#commits = new Commits(this.#handle, this.#assignments.all, about.group ?? '', about.bootstrap)
    this.#rebalances = new Rebalances(
      this.#handle,
      data,
      this.#assignments,
      this.#commits,
      {
        assigned: (assignments) => listener.assigned(assignments),
        revoked: (assignments, lost) => listener.revoked(assignments, lost),
        failed: this.#fail,
      },
      () => this.#records.dropRevoked(),
      { revokeTimeoutMs: options.revokeTimeoutMs ?? 20_000, about },
    )
    this.#wakeup = new Wakeup(data, () => listener.ready())
    this.#group = new EventQueue(rd.rd_kafka_queue_get_consumer(this.#handle)!, (e, type) => this.#serve(e, type))
    this.#timer = setInterval(() => this.#tick(), pollEveryMs)
    this.#subscribe(topics)
  }

  /** All partitions this consumer has and had, by index. */
  get assignments(): readonly Assignment[] {
    return this.#assignments.all
  }

  /** Empties the arena and fills it with records that wait; the number of rows, 0 when nothing waits. Never blocks. */
  take(arena: Arena): number {
    if (this.#closed !== undefined) {
      arena.clear()
      return 0
    }
    return this.#records.take(arena)
  }

  /** Where the partition ended when it was last fetched from; undefined until then. Asks nobody. */
  endOffset(index: number): number | undefined {
    if (this.#closed !== undefined) return undefined
    const { topic, partition } = this.#assignments.all[index]!
    const [low, high] = [new BigInt64Array(1), new BigInt64Array(1)]
    const rd = librdkafka()
    const code = rd.rd_kafka_get_watermark_offsets(this.#handle, cString(topic), partition, low, high)
    // librdkafka gives -1001 while it has not heard from the partition's leader.
    return code !== response.noError || high[0]! < 0n ? undefined : Number(high[0]!)
  }

  /** Whether the group has taken it in, be it without a partition: of that the KIP-848 protocol tells by no assignment. Asks no broker. */
  get isMember(): boolean {
    if (this.#closed !== undefined) return false
    const rd = librdkafka()
    const metadata = rd.rd_kafka_consumer_group_metadata(this.#handle)
    if (metadata === null) return false
    const generation = rd.rd_kafka_consumer_group_metadata_generation_id(metadata)
    rd.rd_kafka_consumer_group_metadata_destroy(metadata)
    return generation > 0
  }

  /** Fetches no more of these partitions until `resume`; the group keeps them. Records already taken or held still come. */
  pause(indexes: readonly number[]): void {
    this.#withOwned(indexes, (list) => librdkafka().rd_kafka_pause_partitions(this.#handle, list))
  }

  resume(indexes: readonly number[]): void {
    this.#withOwned(indexes, (list) => librdkafka().rd_kafka_resume_partitions(this.#handle, list))
  }

  /**
   * Resolves when Kafka has these positions, or newer ones. Positions of assignments that are not owned (any more) are skipped: look at
   * `owned`. Repeats what can be repeated; rejects at the deadline with COMMIT_FAILED (retriable), or at once when somebody must act.
   */
  commit(positions: readonly Position[], deadlineMs: number = this.#commitTimeoutMs): Promise<void> {
    return this.#commits.commit(positions, deadlineMs)
  }

  /**
   * Leaves the group: partitions are revoked through the listener, with their last commit, and the handle is taken down. Resolves at the
   * deadline at the latest; the group then finds out by the session timeout.
   */
  close(deadlineMs: number): Promise<void> {
    this.#closed ??= this.#close(performance.now() + deadlineMs)
    return this.#closed
  }

  async #close(end: number): Promise<void> {
    const rd = librdkafka()
    this.#records.dropAll()
    this.#rebalances.close()
    // Closed without a partition, a cooperative member of librdkafka 2.15 does not leave the group, which then waits for its session to
    // end; unsubscribing makes it leave.
    if (!this.#assignments.all.some(({ owned }) => owned)) rd.rd_kafka_unsubscribe(this.#handle)
    const error = rd.rd_kafka_consumer_close_queue(this.#handle, this.#group.pointer)
    if (error !== null) rd.rd_kafka_error_destroy(error)
    // After a fatal error it refuses: the group has put this member out, and there is nothing to wait for.
    while (error === null && rd.rd_kafka_consumer_closed(this.#handle) === 0 && performance.now() < end) {
      this.#group.serve()
      await Bun.sleep(2)
    }
    await Promise.race([this.#rebalances.settled(), Bun.sleep(Math.max(0, end - performance.now()))])
    clearInterval(this.#timer)
    this.#records.dropAll()
    await this.#wakeup.close()
    await this.#commits.close()
    await this.#group.close()
    rd.rd_kafka_queue_destroy(this.#records.pointer)
    await destroyHandle(this.#handle, Math.max(200, end - performance.now()))
  }

  #subscribe(topics: readonly string[]): void {
    const entries = topics.map((topic) => ({ topic, partition: anyPartition }))
    const code = withList(entries, (list) => librdkafka().rd_kafka_subscribe(this.#handle, list))
    if (code === response.noError) return
    void this.close(1_000)
    throw failure('KAFKA_CONF_INVALID', 'topics', explained(code, ''))
  }

  #tick(): void {
    this.#group.serve()
    if (this.#closed !== undefined) return
    this.#rebalances.forwardAgain()
    // A net under the wake-ups: were one ever lost, records would wait for the next one, perhaps for ever.
    this.#listener.ready()
  }

  #serve(e: Pointer, type: number): void {
    const rd = librdkafka()
    if (type === event.rebalance) {
      this.#rebalances.follow(rd.rd_kafka_event_error(e), rd.rd_kafka_event_topic_partition_list(e))
    } else if (type === event.error) {
      this.#fail(this.#troubles.noteError(e))
    } else if (type === event.log) {
      this.#tell(this.#troubles.noteLine(e))
    } else if (type === event.stats) {
      this.#listener.statistics?.(textAt(rd.rd_kafka_event_stats(e)))
    }
  }

  #tell(line: LogLine): void {
    const reset = this.#listener.offsetReset && offsetResetIn(line)
    if (reset !== undefined) this.#listener.offsetReset!(reset)
    this.#listener.log?.(line.level, line.facility, line.text)
  }

  #withOwned(indexes: readonly number[], use: (list: Pointer) => void): void {
    const owned = indexes
      .flatMap((index) => this.#assignments.all[index] ?? [])
      .filter((assignment) => assignment.owned)
    if (owned.length > 0 && this.#closed === undefined) withList(owned, use)
  }
}
