import type { TransformSettings } from '../config/transforms.ts'
import type { RecordPlace, RowDecoder } from '../decode/decoder.ts'
import { reason } from '../decode/json/reason.ts'
import type { Arena } from '../kafka/arena.ts'
import { Chain } from './chain.ts'
import { MappedRecord } from './record.ts'
import { isRouter } from './transforms/routers.ts'

/** What runs all transforms of a sink on a record, whatever becomes of it then. */
type WholeChain = Required<Pick<RowDecoder, 'turnTo'>> & Pick<RowDecoder, 'routedTopic' | 'wantsDetails' | 'waiting'>

/**
 * The topics that records count as coming from, where transforms say so. Which collection a record is for has to be known before it is
 * decoded, because that decides by which plan; so the transforms that matter for it run first, once more than Connect would.
 */
export class TopicRouting {
  readonly wantsDetails: boolean
  /** Whether two records of one topic may come to count as coming from different ones. */
  readonly changesByRecord: boolean
  readonly #routers: Chain
  readonly #whole: WholeChain | undefined
  readonly #record = new MappedRecord()

  /** undefined where no transform changes topics. `openWhole` is called where routers alone do not know enough of a record. */
  static compile(transforms: readonly TransformSettings[], openWhole: () => WholeChain): TopicRouting | undefined {
    const routers = transforms.filter(isRouter)
    const whole = needsWholeChain(transforms) ? openWhole() : undefined
    return routers.length === 0 && whole === undefined ? undefined : new TopicRouting(routers, whole)
  }

  private constructor(routers: readonly TransformSettings[], whole: WholeChain | undefined) {
    this.#routers = new Chain(routers)
    this.#whole = whole
    this.wantsDetails = this.#routers.wantsDetails || whole?.wantsDetails === true
    this.changesByRecord =
      whole !== undefined || this.wantsDetails || routers.some(({ condition }) => condition !== undefined)
  }

  /** Where a topic's records go, when that is the same for all of them; undefined otherwise. */
  ofAll(topic: string): string | undefined {
    if (this.changesByRecord) return undefined
    this.#record.topic = topic
    return this.#routers.apply(this.#record) ? this.#record.topic : undefined
  }

  /** Where the record goes that was read from `place`; undefined where nobody knows yet: see `waiting`. One that the transforms refuse stays there: its decoder says why. */
  of(place: RecordPlace, arena: Arena, row: number): string | undefined {
    const whole = this.#whole
    if (whole !== undefined) {
      const turned = whole.turnTo(arena, row, place)
      if (turned === reason.waits) return undefined
      return turned < 0 ? place.topic : (whole.routedTopic ?? place.topic)
    }
    const record = this.#record
    record.turnTo(arena, row, place)
    record.value = arena.valueStart[row]! < 0 ? null : present
    return this.#routers.apply(record) ? record.topic : place.topic
  }

  /** Resolves when the record that nobody knew of may be asked for again; rejects with what somebody has to mend. */
  waiting(): Promise<void> {
    return this.#whole!.waiting!()
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
