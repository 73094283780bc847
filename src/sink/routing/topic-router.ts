import { collectionOf } from '../../config/routing.ts'
import type { SinkSettings } from '../../config/sink.ts'
import type { RedkiteError } from '../../errors/errors.ts'
import type { Arena } from '../../kafka/arena.ts'
import type { Lane } from '../lane.ts'
import type { SourceAssignment } from '../ports.ts'
import { NoLane, type Router } from '../router.ts'
import type { LaneTable } from './lane-table.ts'

export type TopicOfRecord = (arena: Arena, row: number) => string

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
    /** The topic that a record counts as coming from, when that is not where it was read. */
    readonly topicOf?: TopicOfRecord,
    /** Whether that may be another one for each. */
    readonly isPerRecord = false,
  ) {}

  get anyLane(): Lane {
    return this.table.lanes[0] ?? this.nowhere
  }

  route(arena: Arena, row: number): Lane | NoLane {
    const index = arena.assignment[row]!
    const known = this.#byAssignment[index]
    if (known !== undefined) return known
    const lane = this.#laneOf(this.topicOf?.(arena, row) ?? this.assignments()[index]!.topic)
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
