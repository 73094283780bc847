/**
 * Reads partitions from given offsets, without a group: nothing is subscribed to, joined or committed, and no member of the sink's group
 * notices. For records that are looked at one by one; the data plane's consumer is consumer.ts.
 *
 * Nothing here waits for a broker: `next` gives what has come, `woken` says that more has.
 */
import { type Pointer, read } from 'bun:ffi'
import type { RedkiteError } from '../errors/errors.ts'
import { textAt } from './c-string.ts'
import type { KafkaConfig } from './conf.ts'
import { fetching, ownOffsets } from './consumer-defaults.ts'
import { event } from './event.ts'
import { EventQueue } from './event-queue.ts'
import { copyRecord, type FullRecord } from './full-record.ts'
import { destroyHandle, handleType, int64At, newHandle } from './handle.ts'
import { message } from './layout.ts'
import { circumstancesOf, partitionOutcome } from './outcome.ts'
import { withoutRepeats } from './repeated-errors.ts'
import { response } from './response.ts'
import { librdkafka } from './symbols.ts'
import { type TopicPartitionOffset, withList } from './topic-partition-list.ts'
import { Troubles } from './troubles.ts'
import { Wakeup } from './wakeup.ts'

export interface DetachedListener {
  /** Something waits for `next`; not called again before `next` has given undefined. */
  woken(): void
  /** Trouble with brokers; librdkafka goes on trying unless it is fatal. The same error comes once in 10 s at most. */
  failed(error: RedkiteError): void
}

/** What came: a record, or something about a partition. Valid until the next call of `next`. */
export interface Taken extends TopicPartitionOffset {
  /** `end`: all records before `offset` were given. `lost`: the offset asked for is not in the partition (any more). */
  readonly kind: 'record' | 'end' | 'lost'
  copy(): FullRecord
}

/**
 * librdkafka assigns only for a consumer with a `group.id`; without a subscription it never joins that group. An offset that is gone must
 * not become another one silently. Little is fetched ahead: mostly one record is wanted of a place.
 */
const required = {
  ...ownOffsets,
  ...fetching,
  'enable.partition.eof': true,
  'auto.offset.reset': 'error',
  'fetch.wait.max.ms': 100,
  'queued.min.messages': 1_000,
  'queued.max.messages.kbytes': 4_096,
} as const

/** Settings of a group's member, which this is none of. */
const ofMembers: ReadonlySet<string> = new Set([
  'group.instance.id',
  'group.protocol',
  'group.protocol.type',
  'group.remote.assignor',
  'heartbeat.interval.ms',
  'max.poll.interval.ms',
  'partition.assignment.strategy',
  'session.timeout.ms',
  'statistics.interval.ms',
  'topic.blacklist',
])

export class DetachedConsumer {
  readonly #handle: Pointer
  readonly #data: Pointer
  readonly #events: EventQueue
  readonly #wakeup: Wakeup
  readonly #troubles: Troubles
  readonly #fail: (error: RedkiteError) => void
  /** Where C writes the next message's address; lives as long as the consumer. */
  readonly #table = new BigUint64Array(1)
  readonly #halves = new Uint32Array(this.#table.buffer)
  /** The message last given; ours until it is destroyed. */
  #taken: Pointer | undefined
  #closed = false

  /** `config` is a sink's consumer configuration, `group.id` included. */
  constructor(config: KafkaConfig, listener: DetachedListener) {
    const rd = librdkafka()
    const own = Object.fromEntries(Object.entries(config).filter(([name]) => !ofMembers.has(name)))
    this.#fail = withoutRepeats((error) => listener.failed(error))
    this.#handle = newHandle(handleType.consumer, { ...own, ...required }, 0)
    this.#troubles = new Troubles(this.#handle, circumstancesOf(config))
    rd.rd_kafka_set_log_queue(this.#handle, null)
    this.#data = rd.rd_kafka_queue_get_consumer(this.#handle)!
    this.#wakeup = new Wakeup(this.#data, () => listener.woken())
    this.#events = new EventQueue(rd.rd_kafka_queue_get_main(this.#handle)!, (e, type) => this.#serve(e, type))
  }

  /** Reads these from their offsets, in place of what was read before; none stops all fetching. */
  assign(partitions: readonly TopicPartitionOffset[]): void {
    const rd = librdkafka()
    this.#release()
    // Over an assignment that overlaps, librdkafka would keep its old positions.
    rd.rd_kafka_assign(this.#handle, null)
    if (partitions.length > 0) withList(partitions, (list) => rd.rd_kafka_assign(this.#handle, list))
  }

  next(): Taken | undefined {
    const rd = librdkafka()
    for (;;) {
      this.#release()
      if (this.#closed || rd.rd_kafka_consume_batch_queue(this.#data, 0, this.#table, 1) !== 1) return undefined
      const pointer = (this.#halves[0]! + this.#halves[1]! * 4_294_967_296) as Pointer
      this.#taken = pointer
      const taken = this.#describe(pointer)
      if (taken !== undefined) return taken
    }
  }

  async close(deadlineMs: number): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.assign([])
    await this.#wakeup.close()
    librdkafka().rd_kafka_queue_destroy(this.#data)
    await this.#events.close()
    await destroyHandle(this.#handle, deadlineMs)
  }

  #release(): void {
    if (this.#taken !== undefined) librdkafka().rd_kafka_message_destroy(this.#taken)
    this.#taken = undefined
  }

  #describe(pointer: Pointer): Taken | undefined {
    const rd = librdkafka()
    const code = read.i32(pointer, message.error)
    const kind = kindOf(code)
    const topicObject = read.ptr(pointer, message.topic)
    const topic = topicObject === 0 ? '' : textAt(rd.rd_kafka_topic_name(topicObject as Pointer))
    const partition = read.i32(pointer, message.partition)
    if (kind === undefined) {
      const text = textAt(rd.rd_kafka_message_errstr(pointer))
      this.#fail(partitionOutcome(code, text, this.#troubles.about, { topic, partition }))
      return undefined
    }
    return { kind, topic, partition, offset: int64At(pointer, message.offset), copy: () => copyRecord(pointer) }
  }

  #serve(e: Pointer, type: number): void {
    if (type === event.log) this.#troubles.noteLine(e)
    else if (type === event.error) this.#fail(this.#troubles.noteError(e))
  }
}

function kindOf(code: number): Taken['kind'] | undefined {
  switch (code) {
    case response.noError:
      return 'record'
    case response.partitionEof:
      return 'end'
    case response.autoOffsetReset:
    case response.offsetOutOfRange:
      return 'lost'
    default:
      return undefined
  }
}
