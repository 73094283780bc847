import { failure, RedkiteError } from '../../errors/errors.ts'
import type { Log } from '../../ops/log.ts'
import type { Lane } from '../lane.ts'

/** A collection, and a partition of it or ''. */
export interface Destination {
  readonly collection: string
  readonly partition: string
}

export interface LaneTableOptions {
  readonly open: (destination: Destination) => Promise<Lane>
  readonly log: Log
  readonly sleep: (delayMs: number) => Promise<void>
  readonly now: () => number
}

const retryFirstMs = 200
const retryMaxMs = 10_000
/** A destination that records name and that is not there is asked for again after this time: somebody may have made it. */
const refusalMs = 10_000
/** Each has a batch being filled and a plan of its own. */
export const lanesMax = 1_000

/** The lanes of a sink by where they go. Each is opened once, when the first record is for it; what fails by itself is tried again. */
export class LaneTable {
  readonly lanes: Lane[] = []
  readonly #byName = new Map<string, Lane>()
  readonly #opening = new Map<string, Promise<void>>()
  /** Destinations that cannot be opened, and until when that is believed. */
  readonly #refused = new Map<string, { readonly error: RedkiteError; readonly untilMs: number }>()

  constructor(readonly options: LaneTableOptions) {}

  get(destination: Destination): Lane | undefined {
    return this.#byName.get(nameOf(destination))
  }

  /** Why the destination cannot be opened, when that was seen a short time ago. */
  refusal(destination: Destination): RedkiteError | undefined {
    const refused = this.#refused.get(nameOf(destination))
    return refused !== undefined && refused.untilMs > this.options.now() ? refused.error : undefined
  }

  /** Resolves when `get` or `refusal` has an answer. */
  open(destination: Destination): Promise<void> {
    const name = nameOf(destination)
    let opening = this.#opening.get(name)
    if (opening === undefined) {
      opening = this.#open(destination, name).finally(() => this.#opening.delete(name))
      this.#opening.set(name, opening)
    }
    return opening
  }

  async #open(destination: Destination, name: string): Promise<void> {
    const { open, log, sleep } = this.options
    if (this.lanes.length >= lanesMax) return this.#refuse(name, failure('ROUTES_TOO_MANY', lanesMax))
    for (let delayMs = retryFirstMs; ; delayMs = Math.min(2 * delayMs, retryMaxMs)) {
      try {
        const lane = await open(destination)
        this.#byName.set(name, lane)
        this.lanes.push(lane)
        return
      } catch (error) {
        if (!(error instanceof RedkiteError)) throw error
        if (error.label !== 'retriable') return this.#refuse(name, error)
        log.warn(`${error.message}; trying again`)
        await sleep(delayMs)
      }
    }
  }

  #refuse(name: string, error: RedkiteError): void {
    // Names come from records: a stream of ever new ones must not fill the memory.
    if (this.#refused.size >= lanesMax) this.#refused.clear()
    this.#refused.set(name, { error, untilMs: this.options.now() + refusalMs })
  }
}

function nameOf({ collection, partition }: Destination): string {
  return `${collection}\0${partition}`
}
