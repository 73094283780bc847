import { collectionOf } from '../../config/routing.ts'
import type { SinkSettings } from '../../config/sink.ts'
import type { RedkiteError } from '../../errors/errors.ts'
import type { Arena } from '../../kafka/arena.ts'
import type { Lane } from '../lane.ts'
import type { SourceAssignment } from '../ports.ts'
import { NoLane, type Router } from '../router.ts'
import type { LaneTable } from './lane-table.ts'

/** The topics that records count as coming from, where those are not the ones that they were read from. */
export interface RecordTopics {
  /** null where the record goes nowhere, since it has no effect or is refused; undefined where it is not known yet: see `waiting`. */
  of(arena: Arena, row: number): string | null | undefined
  /** Resolves when that record may be asked for again; rejects with what somebody has to mend. */
  waiting(): Promise<void>
}

/** Every record of a topic goes to the topic's collection: looked up once a partition, unless records of one topic may count as coming from several. */
export class TopicRouter implements Router {
  readonly rejection = undefined
  readonly #byAssignment: (Lane | undefined)[] = []
  #pending: () => Promise<void> = async () => {}

  constructor(
    readonly settings: Pick<SinkSettings, 'collection' | 'routing'>,
    readonly table: LaneTable,
    readonly assignments: () => readonly SourceAssignment[],
    readonly nowhere: Lane,
    readonly wantsDetails: boolean,
    readonly topics?: RecordTopics,
    /** Whether they may be others for each record. */
    readonly isPerRecord = false,
  ) {}

  get anyLane(): Lane {
    return this.table.lanes[0] ?? this.nowhere
  }

  route(arena: Arena, row: number): Lane | NoLane {
    const index = arena.assignment[row]!
    const known = this.#byAssignment[index]
    if (known !== undefined) return known
    const { topics } = this
    const topic = topics === undefined ? this.assignments()[index]!.topic : topics.of(arena, row)
    if (topic === undefined) {
      this.#pending = () => topics!.waiting()
      return NoLane.Waits
    }
    if (topic === null) return this.nowhere
    const lane = this.#laneOf(topic)
    if (typeof lane !== 'number' && !this.isPerRecord) this.#byAssignment[index] = lane
    return lane
  }

  waiting(): Promise<void> {
    return this.#pending()
  }

  #laneOf(topic: string): Lane | NoLane {
    const destination = { collection: collectionOf(topic, this.settings), partition: '' }
    const lane = this.table.get(destination)
    if (lane !== undefined) return lane
    this.#pending = async () => {
      await this.table.open(destination)
      // A topic's collection is not a record's choice: without it nothing of the topic can be written.
      const refusal: RedkiteError | undefined = this.table.refusal(destination)
      if (refusal !== undefined) throw refusal
    }
    return NoLane.Waits
  }
}
