/**
 * Reads given stretches of partitions without being a member of any group: nothing is subscribed to and nothing committed. For looking at
 * what a topic holds (`redkite verify`), beside the consumer that works on it.
 *
 * `group.id` is set all the same, because librdkafka assigns nothing without one; without a subscription the group never hears of it.
 */
import type { Pointer } from 'bun:ffi'
import { failure, type RedkiteError } from '../errors/errors.ts'
import type { Arena } from './arena.ts'
import { type Assignment, Assignments } from './assignments.ts'
import type { KafkaConfig } from './conf.ts'
import { fetching, ownOffsets } from './consumer-defaults.ts'
import { event } from './event.ts'
import { EventQueue } from './event-queue.ts'
import { destroyHandle, handleType, newHandle } from './handle.ts'
import { circumstancesOf, explained, outcome } from './outcome.ts'
import { RecordQueue } from './record-queue.ts'
import { response } from './response.ts'
import { librdkafka } from './symbols.ts'
import { type TopicPartition, withList } from './topic-partition-list.ts'
import { Troubles } from './troubles.ts'
import { Wakeup } from './wakeup.ts'

/** Offsets `from` up to, and without, `to`. Offsets that are gone or hold no record are passed over. */
export interface Stretch extends TopicPartition {
  readonly from: number
  readonly to: number
}

export interface ReaderOptions {
  /** How long nothing may come, be it a record or the end of a partition, before the reader gives up. */
  readonly stallTimeoutMs?: number
  /** Whether the arena gets headers and timestamps too. */
  readonly wantsDetails?: boolean
}

const stallTimeoutDefaultMs = 60_000
const tickMs = 1_000

/** `earliest`: where retention has removed what was asked for, what is left is read. */
const settings = {
  ...ownOffsets,
  ...fetching,
  'enable.partition.eof': true,
  'auto.offset.reset': 'earliest',
} as const

export class Reader {
  readonly #handle: Pointer
  readonly #assignments = new Assignments()
  readonly #events: EventQueue
  readonly #records: RecordQueue
  readonly #wakeup: Wakeup
  readonly #troubles: Troubles
  readonly #stallTimeoutMs: number
  /** By assignment: where its stretch ends. */
  readonly #to: number[] = []
  #open = new Set<number>()
  #lastSignMs = 0
  #error: RedkiteError | undefined
  #wake: () => void = () => {}

  constructor(config: KafkaConfig, options: ReaderOptions = {}) {
    const rd = librdkafka()
    const about = circumstancesOf(config)
    this.#stallTimeoutMs = options.stallTimeoutMs ?? stallTimeoutDefaultMs
    this.#handle = newHandle(handleType.consumer, { 'group.id': 'redkite-reader', ...config, ...settings }, 0)
    this.#troubles = new Troubles(this.#handle, about)
    rd.rd_kafka_set_log_queue(this.#handle, null)
    // All partitions flow into it; one's own queue would lose its forward when it is stopped, some time after `assign` has returned.
    const data = rd.rd_kafka_queue_get_consumer(this.#handle)!
    this.#records = new RecordQueue(data, this.#assignments, about, {
      ended: (assignment, offset) => this.#ended(assignment, offset),
      failed: (error) => this.#fail(error),
    })
    this.#records.wantsDetails = options.wantsDetails === true
    this.#wakeup = new Wakeup(data, () => this.#wake())
    this.#events = new EventQueue(rd.rd_kafka_queue_get_main(this.#handle)!, (e, type) => this.#serve(e, type))
  }

  /** All partitions read so far, by index; one that is read again gets a new index. */
  get assignments(): readonly Assignment[] {
    return this.#assignments.all
  }

  /**
   * Fills the arena again and again, and calls `each` with it, until all of the stretches has been read. `each` says whether to go on.
   * Rejects when Kafka cannot be read, or gave no sign of life for too long.
   */
  async read(
    stretches: readonly Stretch[],
    arena: Arena,
    each: (arena: Arena) => boolean | Promise<boolean>,
  ): Promise<void> {
    const wanted = stretches.filter(({ from, to }) => from < to)
    if (wanted.length === 0) return
    this.#assign(wanted)
    const timer = setInterval(() => {
      this.#events.serve()
      this.#wake()
    }, tickMs)
    try {
      while (this.#open.size > 0) {
        const rows = this.#records.take(arena)
        if (this.#error !== undefined) throw this.#error
        if (rows > 0) {
          this.#lastSignMs = performance.now()
          this.#keepWithin(arena)
          if (!(await each(arena))) break
          // Whatever it waited for, Kafka was not what stood still.
          this.#lastSignMs = performance.now()
          await new Promise<void>((done) => void setImmediate(done))
        } else if (this.#open.size > 0) {
          this.#checkStall()
          await this.#awake()
        }
      }
    } finally {
      clearInterval(timer)
      this.#unassign()
    }
  }

  async close(deadlineMs = 5_000): Promise<void> {
    this.#records.dropAll()
    await this.#wakeup.close()
    await this.#events.close()
    librdkafka().rd_kafka_queue_destroy(this.#records.pointer)
    await destroyHandle(this.#handle, deadlineMs)
  }

  #assign(stretches: readonly Stretch[]): void {
    const rd = librdkafka()
    const added = this.#assignments.add(stretches)
    for (const [i, { index }] of added.entries()) this.#to[index] = stretches[i]!.to
    this.#open = new Set(added.map(({ index }) => index))
    this.#error = undefined
    this.#lastSignMs = performance.now()
    const entries = stretches.map(({ topic, partition, from }) => ({ topic, partition, offset: from }))
    const code = withList(entries, (list) => rd.rd_kafka_assign(this.#handle, list))
    if (code !== response.noError) {
      throw outcome(code, '', { ...this.#troubles.about, what: 'the partitions could not be taken' })
    }
  }

  #unassign(): void {
    const current = this.#assignments.current()
    this.#assignments.stopReading(current)
    for (const assignment of current) assignment.owned = false
    this.#records.dropAll()
    librdkafka().rd_kafka_assign(this.#handle, null)
  }

  /** Takes out of the arena what lies behind a stretch's end, and notes which stretches are done. */
  #keepWithin(arena: Arena): void {
    const { assignment, offset } = arena
    let to = 0
    for (let row = 0; row < arena.rows; row++) {
      const index = assignment[row]!
      const end = this.#to[index]!
      if (offset[row]! >= end - 1) this.#open.delete(index)
      if (offset[row]! >= end) continue
      if (to !== row) arena.moveRow(row, to)
      to++
    }
    arena.rows = to
  }

  #ended({ index }: Assignment, offset: number): void {
    this.#lastSignMs = performance.now()
    if (offset >= this.#to[index]!) this.#open.delete(index)
  }

  #serve(e: Pointer, type: number): void {
    if (type === event.log) this.#troubles.noteLine(e)
    else if (type === event.error) this.#fail(this.#troubles.noteError(e))
  }

  /** What passes by itself is waited for. */
  #fail(error: RedkiteError): void {
    if (error.label === 'fatal') this.#error ??= error
  }

  #checkStall(): void {
    if (performance.now() - this.#lastSignMs < this.#stallTimeoutMs) return
    throw (
      this.#troubles.cause() ??
      failure('KAFKA_TIMED_OUT', 'reading the topics', this.#stallTimeoutMs, explained(response.timedOut, ''))
    )
  }

  #awake(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
