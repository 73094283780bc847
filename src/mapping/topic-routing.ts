import type { TransformSettings } from '../config/transforms.ts'
import type { Arena } from '../kafka/arena.ts'
import { Chain } from './chain.ts'
import { MappedRecord } from './record.ts'

/**
 * The topics that records count as coming from, as RegexRouter and TimestampRouter say. Which collection a record is for has to be known
 * before it is decoded, because that decides by which plan; so these transforms run by themselves first, once more than Connect would.
 */
export class TopicRouting {
  readonly wantsDetails: boolean
  /** Whether two records of one topic may come to count as coming from different ones. */
  readonly changesByRecord: boolean
  readonly #chain: Chain
  readonly #record = new MappedRecord()

  /** undefined where no transform changes topics. */
  static compile(transforms: readonly TransformSettings[]): TopicRouting | undefined {
    const routers = transforms.filter(({ kind }) => kind === 'RegexRouter' || kind === 'TimestampRouter')
    return routers.length === 0 ? undefined : new TopicRouting(routers)
  }

  private constructor(routers: readonly TransformSettings[]) {
    this.#chain = new Chain(routers)
    this.wantsDetails = this.#chain.wantsDetails
    this.changesByRecord = this.#chain.wantsDetails || routers.some(({ condition }) => condition !== undefined)
  }

  /** Where a topic's records go, when that is the same for all of them; undefined otherwise. */
  ofAll(topic: string): string | undefined {
    if (this.changesByRecord) return undefined
    this.#record.topic = topic
    return this.#chain.apply(this.#record) ? this.#record.topic : undefined
  }

  /** Where the record goes that was read from `topic`. One that the transforms refuse stays there: its decoder says why. */
  of(topic: string, arena: Arena, row: number): string {
    const record = this.#record
    record.topic = topic
    const timestampMs = arena.timestampMs[row]
    record.timestampMs = timestampMs === undefined || Number.isNaN(timestampMs) ? undefined : timestampMs
    record.headers = arena.headers[row] ?? []
    record.value = arena.valueStart[row]! < 0 ? null : present
    return this.#chain.apply(record) ? record.topic : topic
  }
}

/** Stands for a value that is there: predicates ask no more of it. */
const present = new Map()
