/**
 * Where paused partitions end now. What is not fetched does not say how far it has grown, and a lag that stands still because somebody
 * paused the partition would deceive who watches it. A member that took over a paused partition has read nothing of it either: there the group's own
 * offset says where it stands.
 */
import type { SinkSettings } from '../config/setup.ts'
import { type Place, placeId } from '../delivery/place.ts'
import { Admin } from '../kafka/admin.ts'
import { isolationOf } from './topic-offsets.ts'

const askEveryMs = 5_000
const askTimeoutMs = 10_000

export class PausedEnds {
  readonly #ends = new Map<string, number>()
  readonly #committed = new Map<string, number>()
  #askedMs = Number.NEGATIVE_INFINITY
  #asking = false

  constructor(readonly settings: SinkSettings) {}

  /** What the last answer said. Asks again now and then, while somebody wants to know. */
  end(place: Place): number | undefined {
    return this.#ends.get(placeId(place))
  }

  /** The next offset that the group has to read, as far as it has committed one. */
  committed(place: Place): number | undefined {
    return this.#committed.get(placeId(place))
  }

  look(partitions: readonly Place[]): void {
    const nowMs = performance.now()
    if (partitions.length === 0 || this.#asking || nowMs - this.#askedMs < askEveryMs) return
    this.#asking = true
    this.#askedMs = nowMs
    void this.#ask(partitions).finally(() => {
      this.#asking = false
    })
  }

  async #ask(partitions: readonly Place[]): Promise<void> {
    const admin = new Admin(this.settings.admin)
    try {
      for (const end of await admin.endOffsets(partitions, isolationOf(this.settings), askTimeoutMs)) {
        this.#ends.set(placeId(end), end.offset)
      }
      for (const next of await admin.committed(this.settings.groupId, partitions)) {
        if (next.offset !== undefined) this.#committed.set(placeId(next), next.offset)
      }
    } catch {
      // What is wrong with Kafka is the consumer's to report; the next look asks again.
    } finally {
      await admin.close()
    }
  }
}
