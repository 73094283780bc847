/** The bench's end of the embedded Kafka that makes the records. */
import type { PartitionDetail } from '../sink/detail.ts'
import type { TopicLayout } from './kafka/layout.ts'
import type { KafkaOrder, KafkaSetup, KafkaStarted } from './kafka/serve.ts'
import { type Part, startPart } from './part.ts'

export class Feed {
  readonly #part: Part
  readonly #started: KafkaStarted
  readonly #read: number[]

  /** Resolves when the topic is filled. */
  static async start(setup: KafkaSetup): Promise<Feed> {
    const part = startPart('kafka', setup)
    const started = JSON.parse(await part.hear()) as KafkaStarted
    return new Feed(part, started, setup.rows !== undefined && started.filled >= setup.rows)
  }

  private constructor(
    part: Part,
    started: KafkaStarted,
    readonly isComplete: boolean,
  ) {
    this.#part = part
    this.#started = started
    this.#read = Array(started.layout.partitions).fill(0)
  }

  get bootstrap(): string {
    return this.#started.bootstrap
  }

  get recordBytes(): number {
    return this.#started.recordBytes
  }

  get layout(): TopicLayout {
    return this.#started.layout
  }

  /** Records that were there before anybody read. */
  get filled(): number {
    return this.#started.filled
  }

  /** The first record of a fixed rate is due then. */
  begin(beginMs: number): void {
    this.#say({ beginMs })
  }

  /** What was read makes room for more. */
  read(partitions: readonly PartitionDetail[]): void {
    if (this.isComplete) return
    for (const { partition, position } of partitions) if (position !== undefined) this.#read[partition] = position
    if (partitions.length > 0) this.#say({ read: this.#read })
  }

  stop(): Promise<void> {
    return this.#part.stop()
  }

  #say(order: KafkaOrder): void {
    this.#part.say(JSON.stringify(order))
  }
}
