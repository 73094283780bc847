/**
 * Writes dead letters to a Kafka topic: the record as it was (read again by its place, see kafka/originals.ts) with headers that say why.
 *
 * A letter is done when Kafka has acknowledged it. What fails for a passing reason is tried again without end; the sink waits meanwhile,
 * because its offsets do. What somebody has to mend rejects the letter, and the sink ends.
 */
import { backoffMs, defaultBackoff } from '../delivery/backoff.ts'
import { asFailure, failure, RedkiteError } from '../errors/errors.ts'
import { type FullRecord, sizeOf } from '../kafka/full-record.ts'
import type { Header } from '../kafka/header.ts'
import type { ProducerListener } from '../kafka/producer.ts'
import type { TopicPartitionOffset } from '../kafka/topic-partition-list.ts'
import type { Log } from '../ops/log.ts'
import { RateLimited } from '../ops/rate-limited.ts'
import { contextHeaders, type LetterContext, readHeaders, type Stage } from './dead-letter-headers.ts'
import type { DeadLetter, DeadLetters } from './dead-letters.ts'

/** kafka/producer.ts, as much as letters need of it. */
export interface LetterProducer {
  produce(
    topic: string,
    partition: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly Header[],
    timestampMs: number,
  ): number
  room(records: number): Promise<void>
  readonly unsettled: number
  close(deadlineMs: number): Promise<void>
}

/** kafka/originals.ts, likewise. */
export interface LetterOriginals {
  read(place: TopicPartitionOffset): Promise<FullRecord | undefined>
  close(deadlineMs: number): Promise<void>
}

export interface DeadLetterTopicOptions {
  readonly topic: string
  readonly connector: string
  readonly task: number
  /** `errors.deadletterqueue.context.headers.enable`. */
  readonly contextHeaders: boolean
  /** The records are dead letters themselves, sent again: what was added to them is replaced, not added to. */
  readonly isReplay: boolean
  readonly keyConverter: string
  readonly valueConverter: string
  readonly openProducer: (listener: ProducerListener) => LetterProducer
  readonly openOriginals: (failed: (error: RedkiteError) => void) => LetterOriginals
  readonly log: Log
}

interface Waiting {
  readonly letter: DeadLetter
  resolve(): void
  reject(error: RedkiteError): void
}

/** Originals held at once: as many as fit in here by the size of recent ones. Records may have 100 MB, and a batch 500 rejects. */
const heldBytesMax = 16 * 1024 * 1024
const heldMax = 512
const firstGuessBytes = 64 * 1024

const partitionByKey = -1
const sinkTask = 'com.milvus.io.kafka.MilvusSinkTask'
const sameTroubleEveryMs = 10_000

export class DeadLetterTopic implements DeadLetters {
  readonly #options: DeadLetterTopicOptions
  readonly #originals: LetterOriginals
  readonly #troubles = new RateLimited(sameTroubleEveryMs, () => performance.now())
  readonly #reports = new Map<number, (error: RedkiteError | undefined) => void>()
  readonly #waiting: Waiting[] = []
  #producer: LetterProducer
  #held = 0
  #meanBytes = firstGuessBytes
  /** What ended it; every later letter is rejected with it. */
  #fatal: RedkiteError | undefined
  #closed = false

  constructor(options: DeadLetterTopicOptions) {
    this.#options = options
    this.#producer = this.#openProducer()
    this.#originals = options.openOriginals((error) => this.#trouble(error))
  }

  send(letter: DeadLetter): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    if (this.#fatal !== undefined) reject(this.#fatal)
    else this.#waiting.push({ letter, resolve, reject })
    this.#next()
    return promise
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await Promise.all([this.#originals.close(2_000), this.#producer.close(2_000)])
  }

  #next(): void {
    const room = Math.max(1, Math.min(heldMax, Math.floor(heldBytesMax / this.#meanBytes)))
    while (this.#held < room && this.#waiting.length > 0 && !this.#closed) {
      this.#held++
      void this.#deliver(this.#waiting.shift()!)
    }
  }

  async #deliver({ letter, resolve, reject }: Waiting): Promise<void> {
    try {
      await this.#write(letter)
      resolve()
    } catch (thrown) {
      // Given up: whether it was written nobody knows, so its offset must not be committed.
      if (this.#closed) return
      const error = asFailure(thrown)
      this.#fatal ??= error
      reject(error)
      for (const waiting of this.#waiting.splice(0)) waiting.reject(error)
    } finally {
      this.#held--
      this.#next()
    }
  }

  async #write(letter: DeadLetter): Promise<void> {
    const { topic, partition } = letter.assignment
    const place = { topic, partition, offset: letter.offset }
    const record = await this.#originals.read(place)
    if (record === undefined) {
      const { log } = this.#options
      log.warn(
        `${topic}-${partition}@${letter.offset} is no longer in Kafka: its dead letter holds no key and no value`,
      )
    } else {
      this.#meanBytes = Math.ceil(this.#meanBytes * 0.9 + sizeOf(record) * 0.1)
    }
    const headers = this.#headers(letter, place, record)
    for (let attempts = 1; ; attempts++) {
      const error = await this.#produce(record, headers)
      if (error === undefined) return
      if (error.label === 'fatal' || this.#closed) throw error
      this.#trouble(error)
      await Bun.sleep(backoffMs(defaultBackoff, attempts, Math.random()))
    }
  }

  #headers({ error, stage }: DeadLetter, place: TopicPartitionOffset, record: FullRecord | undefined): Header[] {
    const { isReplay, connector, task, contextHeaders: full } = this.#options
    const where = this.#stage(error.code, stage)
    const earlier = isReplay && record !== undefined ? readHeaders(record.headers) : undefined
    const context: LetterContext = {
      // A letter that Connect wrote was tried once.
      attempts: earlier === undefined ? 1 : (earlier.attempts ?? 1) + 1,
      code: error.code,
      message: error.message,
      origin: earlier === undefined ? place : earlier.origin,
      removed: record === undefined || earlier?.removed === true,
      connector,
      task,
      ...where,
    }
    return [...(earlier?.own ?? record?.headers ?? []), ...contextHeaders(context, full)]
  }

  #stage(code: string, stage: DeadLetter['stage']): { stage: Stage; className: string } {
    const { keyConverter, valueConverter } = this.#options
    if (stage === 'write' || code === 'TOMBSTONE') return { stage: 'TASK_PUT', className: sinkTask }
    if (code.startsWith('KEY_')) return { stage: 'KEY_CONVERTER', className: keyConverter }
    return { stage: 'VALUE_CONVERTER', className: valueConverter }
  }

  /** Undefined when the letter was acknowledged, or why it was not. */
  async #produce(record: FullRecord | undefined, headers: readonly Header[]): Promise<RedkiteError | undefined> {
    const { topic } = this.#options
    const { key = null, value = null, timestampMs = 0 } = record ?? {}
    for (;;) {
      try {
        const id = this.#producer.produce(topic, partitionByKey, key, value, headers, timestampMs)
        if (id !== 0) return await new Promise((report) => this.#reports.set(id, report))
      } catch (thrown) {
        if (thrown instanceof RedkiteError) return this.#aboutTopic(thrown)
        throw thrown
      }
      await this.#producer.room(this.#producer.unsettled - 1)
    }
  }

  #openProducer(): LetterProducer {
    // A producer that was given up may still report, by numbers that the next one counts from the beginning.
    const isCurrent = () => this.#producer === producer
    const producer = this.#options.openProducer({
      delivered: (id, _, offset) => {
        if (isCurrent()) this.#report(id, offset < 0 ? this.#unplaced() : undefined)
      },
      undelivered: (id, error) => {
        if (isCurrent()) this.#report(id, error)
      },
      failed: (error) => {
        if (isCurrent()) this.#producerFailed(error)
      },
    })
    return producer
  }

  /**
   * Acknowledged, but not with a place in the topic: the broker took the letter for one that it had already. When answers were lost that may
   * be another letter's number; a second copy is better than none.
   */
  #unplaced(): RedkiteError {
    return failure('PRODUCE_FAILED', this.#options.topic, 'the broker says that it has it already, and not where')
  }

  #report(id: number, error: RedkiteError | undefined): void {
    this.#reports.get(id)?.(error)
    this.#reports.delete(id)
  }

  #producerFailed(error: RedkiteError): void {
    const isBroken = error.code === 'KAFKA_BROKEN'
    if (error.label !== 'fatal' || isBroken) this.#trouble(error)
    if (error.label !== 'fatal' || this.#closed) return
    const reports = [...this.#reports.values()]
    this.#reports.clear()
    if (isBroken) {
      // librdkafka gives an idempotent producer up when it cannot tell any more what was written: a new one can, at the cost of duplicates.
      void this.#producer.close(2_000)
      this.#producer = this.#openProducer()
      for (const report of reports) report(failure('PRODUCE_FAILED', this.#options.topic, error.message))
    } else {
      for (const report of reports) report(this.#aboutTopic(error))
    }
  }

  /** An idempotent producer that may write to no topic at all is refused by the cluster, before it asks for this one. */
  #aboutTopic(error: RedkiteError): RedkiteError {
    return error.code === 'CLUSTER_DENIED' ? failure('TOPIC_DENIED', this.#options.topic, error.message) : error
  }

  #trouble(error: RedkiteError): void {
    this.#troubles.say(error.code, () =>
      this.#options.log.warn(`dead letters: ${error.message}; trying until it succeeds`),
    )
  }
}
