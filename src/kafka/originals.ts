/**
 * Reads single records again, whole: by topic, partition and offset. The data plane keeps no originals, so that a good record costs
 * nothing for the bad ones; a dead letter is worth a second read.
 *
 * Wanted records are served partition by partition in the order of their offsets. Bad records often come in runs, so what lies a little
 * ahead is read on to; what does not is sought.
 */
import { failure, type RedkiteError } from '../errors/errors.ts'
import type { KafkaConfig } from './conf.ts'
import { DetachedConsumer, type Taken } from './detached-consumer.ts'
import type { FullRecord } from './full-record.ts'
import type { TopicPartitionOffset } from './topic-partition-list.ts'

/** Records passed over to get to the next wanted one. A seek costs a round trip; some hundred records are fetched with the last one anyway. */
const readOnMax = 500

/** Messages handled before other work of the process gets its turn. */
const messagesPerTurn = 512

/** After which nothing is fetched any more until a record is wanted again. */
const idleMs = 1_000

interface Wanted extends TopicPartitionOffset {
  /** Whether it was missed once: it is only gone when it is not found a second time, right after a seek. */
  missed: boolean
  resolve(record: FullRecord | undefined): void
  reject(error: RedkiteError): void
}

export class Originals {
  readonly #consumer: DetachedConsumer
  /** In the order in which they were asked for. */
  #wanted: Wanted[] = []
  /** Those of one partition, by offset; the first is being looked for. */
  #run: Wanted[] = []
  /** The next record that will come, while something is assigned. */
  #position: TopicPartitionOffset | undefined
  #turn = false
  #idleTimer: Timer | undefined
  #closed = false

  /** `failed` hears of trouble that passes; what does not pass rejects the reads. */
  constructor(
    config: KafkaConfig,
    readonly failed: (error: RedkiteError) => void,
  ) {
    this.#consumer = new DetachedConsumer(config, {
      woken: () => this.#schedule(),
      failed: (error) => (error.label === 'fatal' ? this.#rejectAll(error) : this.failed(error)),
    })
  }

  /** The record at this place; undefined when the partition has it no longer. Waits while no broker answers. */
  read({ topic, partition, offset }: TopicPartitionOffset): Promise<FullRecord | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<FullRecord | undefined>()
    if (this.#closed) reject(failure('KAFKA_FAILED', 'a record was not read again', 'closed'))
    else this.#wanted.push({ topic, partition, offset, missed: false, resolve, reject })
    this.#schedule()
    return promise
  }

  /** Reads that are still open are rejected. */
  async close(deadlineMs: number): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#idleTimer)
    this.#rejectAll(failure('KAFKA_FAILED', 'a record was not read again', 'closed'))
    await this.#consumer.close(deadlineMs)
  }

  #schedule(): void {
    if (this.#turn || this.#closed) return
    this.#turn = true
    setImmediate(() => {
      this.#turn = false
      if (!this.#closed) this.#serve()
    })
  }

  #serve(): void {
    for (let messages = 0; messages < messagesPerTurn; messages++) {
      const current = this.#current()
      if (current === undefined) {
        this.#idle()
        return
      }
      const taken = this.#consumer.next()
      if (taken === undefined) return
      this.#compare(taken, current)
    }
    this.#schedule()
  }

  /** What is being looked for now, with the consumer on its way to it. */
  #current(): Wanted | undefined {
    if (this.#run.length === 0) {
      const [oldest] = this.#wanted
      if (oldest === undefined) return undefined
      const here = (wanted: Wanted) => samePartition(wanted, oldest)
      this.#run = this.#wanted.filter(here).sort((a, b) => a.offset - b.offset)
      this.#wanted = this.#wanted.filter((wanted) => !here(wanted))
    }
    clearTimeout(this.#idleTimer)
    const current = this.#run[0]!
    const position = this.#position
    const ahead = position !== undefined && samePartition(position, current) ? current.offset - position.offset : -1
    if (ahead < 0 || ahead > readOnMax) this.#seek(current)
    return current
  }

  #seek({ topic, partition, offset }: TopicPartitionOffset): void {
    this.#position = { topic, partition, offset }
    this.#consumer.assign([this.#position])
  }

  #compare(taken: Taken, current: Wanted): void {
    if (!samePartition(taken, current)) return
    const { topic, partition, offset } = taken
    if (taken.kind === 'record' && offset <= current.offset) {
      this.#position = { topic, partition, offset: offset + 1 }
      if (offset === current.offset) this.#found(current, taken.copy())
    } else if (taken.kind === 'lost' || offset > current.offset) {
      // The record is not there, or this came from before the last seek: a second look tells.
      if (current.missed) this.#found(current, undefined)
      current.missed = true
      this.#position = undefined
    }
  }

  #found(wanted: Wanted, record: FullRecord | undefined): void {
    this.#run.shift()
    wanted.resolve(record)
  }

  #idle(): void {
    clearTimeout(this.#idleTimer)
    if (this.#position === undefined) return
    this.#idleTimer = setTimeout(() => {
      this.#position = undefined
      this.#consumer.assign([])
    }, idleMs)
  }

  #rejectAll(error: RedkiteError): void {
    const open = [...this.#run, ...this.#wanted]
    this.#run = []
    this.#wanted = []
    for (const { reject } of open) reject(error)
  }
}

function samePartition(a: { topic: string; partition: number }, b: { topic: string; partition: number }): boolean {
  return a.partition === b.partition && a.topic === b.topic
}
