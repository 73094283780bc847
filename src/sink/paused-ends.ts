/**
 * Where paused partitions end now. What is not fetched does not say how far it has grown, and a lag that stands still because somebody
 * paused the partition would deceive who watches it. A member that took over a paused partition has read nothing of it either: there the group's own
 * offset says where it stands.
 */
import type { SinkSettings } from '../config/setup.ts'
import { Admin } from '../kafka/admin.ts'
import type { TopicPartition } from '../kafka/topic-partition-list.ts'

const askEveryMs = 5_000
const askTimeoutMs = 10_000

export class PausedEnds {
  readonly #ends = new Map<string, number>()
  readonly #committed = new Map<string, number>()
  #askedMs = Number.NEGATIVE_INFINITY
  #asking = false

  constructor(readonly settings: SinkSettings) {}

  /** What the last answer said. Asks again now and then, while somebody wants to know. */
  end({ topic, partition }: TopicPartition): number | undefined {
    return this.#ends.get(`${topic}/${partition}`)
  }

  /** The next offset that the group has to read, as far as it has committed one. */
  committed({ topic, partition }: TopicPartition): number | undefined {
    return this.#committed.get(`${topic}/${partition}`)
  }

  look(partitions: readonly TopicPartition[]): void {
    const nowMs = performance.now()
    if (partitions.length === 0 || this.#asking || nowMs - this.#askedMs < askEveryMs) return
    this.#asking = true
    this.#askedMs = nowMs
    void this.#ask(partitions).finally(() => {
      this.#asking = false
    })
  }

  async #ask(partitions: readonly TopicPartition[]): Promise<void> {
    const isUncommitted = this.settings.consumer['isolation.level'] === 'read_uncommitted'
    const admin = new Admin(this.settings.admin)
    try {
      const isolation = isUncommitted ? 'read_uncommitted' : 'read_committed'
      for (const { topic, partition, offset } of await admin.endOffsets(partitions, isolation, askTimeoutMs)) {
        this.#ends.set(`${topic}/${partition}`, offset)
      }
      for (const { topic, partition, offset } of await admin.committed(this.settings.groupId, partitions)) {
        if (offset !== undefined) this.#committed.set(`${topic}/${partition}`, offset)
      }
    } catch {
      // What is wrong with Kafka is the consumer's to report; the next look asks again.
    } finally {
      await admin.close()
    }
  }
}
