/**
 * Writes records to Kafka and reports each one's fate by a number. For dead letters, the demo and the bench.
 *
 * Ownership: librdkafka copies key, value and headers within `produce`, so nothing of the caller's is kept.
 */
import { type Pointer, read } from 'bun:ffi'
import { failure, type RedkiteError } from '../errors/errors.ts'
import { textAt } from './c-string.ts'
import type { KafkaConfig } from './conf.ts'
import { event } from './event.ts'
import { EventQueue } from './event-queue.ts'
import { destroyHandle, handleType, int64At, newHandle } from './handle.ts'
import type { Header } from './header.ts'
import { message } from './layout.ts'
import { circumstancesOf, explained, outcome } from './outcome.ts'
import { ProduceArguments } from './produce-arguments.ts'
import { withoutRepeats } from './repeated-errors.ts'
import { response } from './response.ts'
import { librdkafka } from './symbols.ts'
import { Troubles } from './troubles.ts'

export interface ProducerListener {
  /** Kafka acknowledged the record that `produce` gave this number. */
  delivered?(id: number, partition: number, offset: number): void
  /** It did not, and librdkafka will not try again. */
  undelivered?(id: number, error: RedkiteError): void
  /** Trouble with brokers; records wait meanwhile. The same error comes once in 10 s at most. */
  failed?(error: RedkiteError): void
  log?(level: number, facility: string, text: string): void
}

const purgeQueueAndInFlight = 3
/** Reports read out of one event at once. */
const reportsMax = 4096

export class Producer {
  readonly #handle: Pointer
  readonly #listener: ProducerListener
  readonly #events: EventQueue
  readonly #arguments = new ProduceArguments()
  readonly #reports = new BigUint64Array(reportsMax)
  readonly #reportHalves = new Uint32Array(this.#reports.buffer)
  readonly #troubles: Troubles
  readonly #fail: (error: RedkiteError) => void
  readonly #waiting = new Set<{ records: number; resolve: () => void }>()
  #lastId = 0
  #unsettled = 0
  #closed = false

  constructor(config: KafkaConfig, listener: ProducerListener = {}) {
    this.#listener = listener
    this.#fail = withoutRepeats((error) => listener.failed?.(error))
    this.#handle = newHandle(handleType.producer, config, event.deliveryReport)
    this.#troubles = new Troubles(this.#handle, circumstancesOf(config))
    librdkafka().rd_kafka_set_log_queue(this.#handle, null)
    this.#events = new EventQueue(librdkafka().rd_kafka_queue_get_main(this.#handle)!, (e, type) =>
      this.#serve(e, type),
    )
  }

  /** Records whose fate is not known yet. */
  get unsettled(): number {
    return this.#unsettled
  }

  /**
   * Queues a record; its number for the reports, or 0 when the queue is full: then wait for `room()`. Partition -1 lets the key decide;
   * timestamp 0 is now.
   */
  produce(
    topic: string,
    partition: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly Header[] = [],
    timestampMs = 0,
  ): number {
    if (this.#closed) throw failure('PRODUCE_FAILED', topic, 'the producer is closed')
    const rd = librdkafka()
    const id = this.#lastId + 1
    const count = this.#arguments.fill(id, topic, partition, key, value, headers, timestampMs)
    const error = rd.rd_kafka_produceva(this.#handle, this.#arguments.bytes, count)
    if (error === null) {
      this.#lastId = id
      this.#unsettled++
      return id
    }
    const code = rd.rd_kafka_error_code(error)
    const text = textAt(rd.rd_kafka_error_string(error))
    rd.rd_kafka_error_destroy(error)
    if (code === response.queueFull) return 0
    throw this.#undeliverable(code, text, topic)
  }

  /** Resolves when at most `records` are unsettled, or right away. */
  room(records: number): Promise<void> {
    if (this.#unsettled <= records) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.add({ records, resolve })
    return promise
  }

  /** Resolves when the fate of every record is known; rejects with KAFKA_TIMED_OUT at the deadline. */
  async flush(deadlineMs: number): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      const why = this.#troubles.cause()?.message ?? this.#troubles.lastLine
      reject(failure('KAFKA_TIMED_OUT', `${this.#unsettled} records are not acknowledged`, deadlineMs, why))
    }, deadlineMs)
    try {
      await Promise.race([this.room(0), late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Gives up what is not acknowledged (`flush` first), and ends the connections. */
  async close(deadlineMs: number): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    librdkafka().rd_kafka_purge(this.#handle, purgeQueueAndInFlight)
    const end = performance.now() + deadlineMs
    while (this.#unsettled > 0 && performance.now() < end) {
      this.#events.serve()
      await Bun.sleep(2)
    }
    await this.#events.close()
    await destroyHandle(this.#handle, Math.max(200, end - performance.now()))
  }

  #serve(e: Pointer, type: number): void {
    if (type === event.deliveryReport) this.#serveReports(e)
    else if (type === event.error) this.#fail(this.#troubles.noteError(e))
    else if (type === event.log) {
      const line = this.#troubles.noteLine(e)
      this.#listener.log?.(line.level, line.facility, line.text)
    }
  }

  /** The messages belong to the event. */
  #serveReports(e: Pointer): void {
    const rd = librdkafka()
    const halves = this.#reportHalves
    for (;;) {
      const count = Number(rd.rd_kafka_event_message_array(e, this.#reports, reportsMax))
      for (let at = 0; at < count; at++) {
        this.#settle((halves[2 * at]! + halves[2 * at + 1]! * 4_294_967_296) as Pointer)
      }
      if (count < reportsMax) break
    }
    for (const waiter of this.#waiting) {
      if (this.#unsettled > waiter.records) continue
      this.#waiting.delete(waiter)
      waiter.resolve()
    }
  }

  #settle(pointer: Pointer): void {
    this.#unsettled--
    const id = int64At(pointer, message.opaque)
    const code = read.i32(pointer, message.error)
    if (code === response.noError) {
      this.#listener.delivered?.(id, read.i32(pointer, message.partition), int64At(pointer, message.offset))
    } else if (this.#listener.undelivered !== undefined) {
      const topic = textAt(librdkafka().rd_kafka_topic_name(read.ptr(pointer, message.topic) as Pointer))
      this.#listener.undelivered(id, this.#undeliverable(code, '', topic))
    }
  }

  /** What somebody has to change keeps its code; the rest is PRODUCE_FAILED, with the cause when it was said. */
  #undeliverable(code: number, text: string, topic: string): RedkiteError {
    const about = { ...this.#troubles.about, topic }
    if (code === response.messageTooLarge) return failure('PRODUCE_TOO_LARGE', topic, explained(code, text))
    const error = outcome(code, text, about)
    if (error.label === 'fatal') return error
    const cause = code === response.messageTimedOut ? this.#troubles.cause(about) : undefined
    return failure('PRODUCE_FAILED', topic, cause?.message ?? explained(code, text))
  }
}
