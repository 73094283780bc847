import type { TransformSettings } from '../config/transforms.ts'
import type { RecordPlace, RowDecoder } from '../decode/decoder.ts'
import { reason } from '../decode/json/reason.ts'
import type { Arena } from '../kafka/arena.ts'
import { Chain } from './chain.ts'
import type { MappedDecoder } from './mapped-decoder.ts'
import { MappedRecord } from './record.ts'
import { isRouter } from './transforms/routers.ts'

/** What runs all transforms of a sink on a record. */
export type WholeChain = RowDecoder & Pick<MappedDecoder, 'turnTo' | 'routedTopic'>

/**
 * The topics that records count as coming from, where transforms say so. Which collection a record is for has to be known before it is
 * decoded, because that decides by which plan; so the transforms that matter for it run first, once more than Connect would.
 */
export class TopicRouting {
  readonly wantsDetails: boolean
  /** Whether two records of one topic may come to count as coming from different ones. */
  readonly changesByRecord: boolean
  readonly #routers: Chain
  /** Whether routers alone do not know enough of a record. */
  readonly #asksAll: boolean
  readonly #record = new MappedRecord()

  /**
   * undefined where no transform changes topics.
   *
   * @param nullsDelete whether a record whose value is null does something where it goes
   */
  static compile(
    transforms: readonly TransformSettings[],
    openWhole: () => WholeChain,
    nullsDelete: boolean,
  ): TopicRouting | undefined {
    const asksAll = needsWholeChain(transforms)
    return asksAll || transforms.some(isRouter)
      ? new TopicRouting(transforms, asksAll, openWhole(), nullsDelete)
      : undefined
  }

  private constructor(
    transforms: readonly TransformSettings[],
    asksAll: boolean,
    /** Says what becomes of records that go nowhere. */
    readonly whole: WholeChain,
    private readonly nullsDelete: boolean,
  ) {
    const routers = transforms.filter(isRouter)
    this.#routers = new Chain(routers)
    this.#asksAll = asksAll
    this.wantsDetails = this.#routers.wantsDetails || (asksAll && whole.wantsDetails === true)
    this.changesByRecord = asksAll || this.wantsDetails || routers.some(({ condition }) => condition !== undefined)
  }

  /** Where a topic's records go, when that is the same for all of them; undefined otherwise. */
  ofAll(topic: string): string | undefined {
    if (this.changesByRecord) return undefined
    this.#record.topic = topic
    return this.#routers.apply(this.#record) ? this.#record.topic : undefined
  }

  /** Where the record goes that was read from `place`; null where it has no effect or is refused, wherever it goes; undefined where nobody knows yet: see `waiting`. */
  of(place: RecordPlace, arena: Arena, row: number): string | null | undefined {
    const { whole } = this
    if (this.#asksAll) {
      const turned = whole.turnTo(arena, row, place)
      if (turned === reason.waits) return undefined
      const hasEffect = turned === 0 || (turned === reason.nullValue && this.nullsDelete)
      return hasEffect ? (whole.routedTopic ?? null) : null
    }
    const record = this.#record
    record.turnTo(arena, row, place)
    record.value = arena.valueStart[row]! < 0 ? null : present
    return this.#routers.apply(record) ? record.topic : null
  }

  /** Resolves when the record that nobody knew of may be asked for again; rejects with what somebody has to mend. */
  waiting(): Promise<void> {
    return this.whole.waiting!()
  }
}

/** Stands for a value that is there: predicates ask no more of it. */
const present = new Map()

/** Change what predicates look at: headers, and whether there is a value. */
const changers: ReadonlySet<TransformSettings['kind']> = new Set<TransformSettings['kind']>([
  'HeaderFrom',
  'InsertHeader',
  'DropHeaders',
  'HoistField',
  'ExtractField',
  'ExtractNewRecordState',
])

/** Whether the topic comes out of the value, or out of a predicate on what an earlier transform has changed. */
function needsWholeChain(transforms: readonly TransformSettings[]): boolean {
  const changed = transforms.findIndex(({ kind }) => changers.has(kind))
  return transforms.some((transform, at) => {
    if (transform.kind === 'ExtractNewRecordState') return transform.values['route.by.field'] !== undefined
    return isRouter(transform) && transform.condition !== undefined && changed >= 0 && changed < at
  })
}
