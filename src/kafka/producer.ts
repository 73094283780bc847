/**
 * Writes records to Kafka and reports each one's fate by a number. For dead letters, the demo and the bench.
 *
 * Ownership: librdkafka copies key, value and headers within `produce`, so nothing of the caller's is kept.
 */
import { type Pointer, ptr, read } from 'bun:ffi'
import { failure, type RedkiteError } from '../errors/errors.ts'
import { cString, textAt } from './c-string.ts'
import type { KafkaConfig } from './conf.ts'
import { event } from './event.ts'
import { EventQueue } from './event-queue.ts'
import { destroyHandle, fatalErrorOf, handleType, int64At, newHandle } from './handle.ts'
import { message, produceArgument } from './layout.ts'
import { ConnectionTroubles, readLog } from './log-events.ts'
import { type Circumstances, explained, outcome } from './outcome.ts'
import { RateLimit } from './rate-limit.ts'
import { response } from './response.ts'
import { librdkafka } from './symbols.ts'

export interface ProducerListener {
  /** Kafka acknowledged the record that `produce` gave this number. */
  delivered?(id: number, partition: number, offset: number): void
  /** It did not, and librdkafka will not try again. */
  undelivered?(id: number, error: RedkiteError): void
  /** Trouble with brokers; records wait meanwhile. The same error comes once in 10 s at most. */
  failed?(error: RedkiteError): void
  log?(level: number, facility: string, text: string): void
}

export interface Header {
  readonly name: string
  readonly value: Uint8Array | null
}

/** `rd_kafka_vtype_t`. */
const argument = { topic: 1, partition: 3, value: 4, key: 5, opaque: 6, flags: 7, timestamp: 8, header: 9 } as const
const copyPayload = 2
const purgeQueueAndInFlight = 3
/** More than these make the arguments grow. */
const headersUsual = 64
const fixedArguments = 7
/** Reports read out of one event at once. */
const reportsMax = 4096
const sameErrorEveryMs = 10_000

/** What an empty key or value points to: C takes address 0 for null. */
const empty = new Uint8Array(8)

export class Producer {
  readonly #handle: Pointer
  readonly #listener: ProducerListener
  readonly #about: Circumstances
  readonly #events: EventQueue
  /** Arguments of produceva; lives as long as the producer. */
  #arguments = new DataView(new ArrayBuffer(produceArgument.size * (fixedArguments + headersUsual)))
  #argumentsBytes = new Uint8Array(this.#arguments.buffer)
  readonly #reports = new BigUint64Array(reportsMax)
  readonly #reportHalves = new Uint32Array(this.#reports.buffer)
  /** Topic names as C strings; C reads their addresses at each call. */
  readonly #topics = new Map<string, Buffer>()
  readonly #troubles = new ConnectionTroubles()
  readonly #limit = new RateLimit(sameErrorEveryMs)
  readonly #waiting = new Set<{ records: number; resolve: () => void }>()
  /** What the addresses in the arguments belong to: it must not be collected between taking the address and the call. */
  readonly #pinned: Record<'key' | 'value' | 'headers' | 'names', unknown> = { key: 0, value: 0, headers: 0, names: 0 }
  #lastId = 0
  #unsettled = 0
  #closed = false

  constructor(config: KafkaConfig, listener: ProducerListener = {}) {
    this.#listener = listener
    this.#about = { bootstrap: String(config['bootstrap.servers'] ?? '') }
    this.#handle = newHandle(handleType.producer, config, event.deliveryReport)
    librdkafka().rd_kafka_set_log_queue(this.#handle, null)
    this.#events = new EventQueue(librdkafka().rd_kafka_queue_get_main(this.#handle)!, (e, type) =>
      this.#serve(e, type),
    )
    this.#fix(0, argument.topic)
    this.#fix(1, argument.partition)
    this.#fix(2, argument.flags)
    this.#arguments.setInt32(2 * produceArgument.size + produceArgument.value, copyPayload, true)
    this.#fix(3, argument.value)
    this.#fix(4, argument.key)
    this.#fix(5, argument.opaque)
    this.#fix(6, argument.timestamp)
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
    this.#makeRoom(fixedArguments + headers.length)
    const view = this.#arguments
    this.#setPointer(0, produceArgument.value, ptr(this.#topicName(topic)))
    view.setInt32(produceArgument.size + produceArgument.value, partition, true)
    this.#setBytes(3, value)
    this.#setBytes(4, key)
    this.#setPointer(5, produceArgument.value, id)
    this.#setPointer(6, produceArgument.value, timestampMs)
    const names = headers.length === 0 ? none : this.#setHeaders(headers)
    const pinned = this.#pinned
    pinned.key = key
    pinned.value = value
    pinned.headers = headers
    pinned.names = names
    const error = rd.rd_kafka_produceva(this.#handle, this.#argumentsBytes, fixedArguments + names.length)
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
      const why = this.#troubles.cause(this.#about)?.message ?? this.#troubles.lastLine
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

  #fix(at: number, type: number): void {
    this.#arguments.setInt32(at * produceArgument.size, type, true)
  }

  #setPointer(at: number, field: number, value: number): void {
    const view = this.#arguments
    view.setUint32(at * produceArgument.size + field, value >>> 0, true)
    view.setUint32(at * produceArgument.size + field + 4, Math.floor(value / 4_294_967_296), true)
  }

  #setBytes(at: number, bytes: Uint8Array | null): void {
    this.#setPointer(at, produceArgument.value, bytes === null ? 0 : addressOf(bytes))
    this.#arguments.setUint32(at * produceArgument.size + produceArgument.valueBytes, bytes?.length ?? 0, true)
  }

  #makeRoom(count: number): void {
    if (count * produceArgument.size <= this.#argumentsBytes.length) return
    const grown = new Uint8Array(2 * count * produceArgument.size)
    grown.set(this.#argumentsBytes)
    this.#argumentsBytes = grown
    this.#arguments = new DataView(grown.buffer)
  }

  #setHeaders(headers: readonly Header[]): Buffer[] {
    return headers.map(({ name, value }, index) => {
      const at = fixedArguments + index
      const text = cString(name)
      this.#fix(at, argument.header)
      this.#setPointer(at, produceArgument.value, ptr(text))
      this.#setPointer(at, produceArgument.valueBytes, value === null ? 0 : addressOf(value))
      this.#setPointer(at, produceArgument.headerSize, value?.length ?? 0)
      return text
    })
  }

  #topicName(topic: string): Buffer {
    let name = this.#topics.get(topic)
    if (name === undefined) {
      name = cString(topic)
      this.#topics.set(topic, name)
    }
    return name
  }

  #serve(e: Pointer, type: number): void {
    if (type === event.deliveryReport) this.#serveReports(e)
    else if (type === event.error) this.#serveError(e)
    else if (type === event.log) {
      const line = readLog(e)
      this.#troubles.noteLog(line)
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

  #serveError(e: Pointer): void {
    const rd = librdkafka()
    const code = rd.rd_kafka_event_error(e)
    const text = textAt(rd.rd_kafka_event_error_string(e))
    this.#troubles.noteError(code, text)
    const fatal = code === response.fatal ? fatalErrorOf(this.#handle) : undefined
    const error =
      fatal === undefined
        ? ((code === response.allBrokersDown ? this.#troubles.cause(this.#about) : undefined) ??
          outcome(code, text, this.#about))
        : failure('KAFKA_BROKEN', fatal.why)
    if (this.#limit.allows(`${error.code} ${error.message}`, performance.now())) this.#listener.failed?.(error)
  }

  /** What somebody has to change keeps its code; the rest is PRODUCE_FAILED, with the cause when it was said. */
  #undeliverable(code: number, text: string, topic: string): RedkiteError {
    const about = { ...this.#about, topic }
    if (code === response.messageTooLarge) return failure('PRODUCE_TOO_LARGE', topic, explained(code, text))
    const error = outcome(code, text, about)
    if (error.label === 'fatal') return error
    const cause = code === response.messageTimedOut ? this.#troubles.cause(about) : undefined
    return failure('PRODUCE_FAILED', topic, cause?.message ?? explained(code, text))
  }
}

const none: readonly Buffer[] = []

function addressOf(bytes: Uint8Array): number {
  return ptr(bytes.length === 0 ? empty : bytes)
}
