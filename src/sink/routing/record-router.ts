import { collectionOf } from '../../config/routing.ts'
import type { SinkSettings } from '../../config/sink.ts'
import { TextField } from '../../decode/json/text-field.ts'
import { failure, type RedkiteError } from '../../errors/errors.ts'
import type { Arena } from '../../kafka/arena.ts'
import type { Lane } from '../lane.ts'
import type { SourceAssignment } from '../ports.ts'
import { NoLane, type Router } from '../router.ts'
import type { LaneTable } from './lane-table.ts'
import type { RecordTopics } from './topic-router.ts'

const decoder = new TextDecoder()

/**
 * Each record says itself where it goes: by a header, or by fields of its value (JSON, which is then read twice). One that does not say goes
 * where its topic goes; one that names a place that is not there is rejected, not the sink ended.
 */
export class RecordRouter implements Router {
  readonly isPerRecord = true
  rejection: RedkiteError | undefined
  readonly #collectionField: TextField | undefined
  readonly #partitionField: TextField | undefined
  #pending: () => Promise<void> = async () => {}

  constructor(
    readonly settings: SinkSettings,
    readonly table: LaneTable,
    readonly assignments: () => readonly SourceAssignment[],
    readonly nowhere: Lane,
    readonly wantsDetails: boolean,
    readonly topics?: RecordTopics,
  ) {
    const { field, partitionField } = settings.routing
    const envelope = settings.valueConverter.kind === 'json' && settings.valueConverter.schemasEnable
    this.#collectionField = field === undefined ? undefined : new TextField(field, envelope)
    this.#partitionField = partitionField === undefined ? undefined : new TextField(partitionField, envelope)
  }

  get anyLane(): Lane {
    return this.table.lanes[0] ?? this.nowhere
  }

  route(arena: Arena, row: number): Lane | NoLane {
    const collection = this.#collectionOf(arena, row)
    if (collection === undefined) {
      this.#pending = () => this.topics!.waiting()
      return NoLane.Waits
    }
    if (collection === null) return this.nowhere
    if (collection === '') return this.#reject(failure('ROUTE_MISSING'))
    const destination = { collection, partition: fieldOf(this.#partitionField, arena, row) ?? '' }
    const lane = this.table.get(destination)
    if (lane !== undefined) return lane
    const refusal = this.table.refusal(destination)
    if (refusal !== undefined) return this.#reject(failure('ROUTE_REFUSED', refusal.code))
    this.#pending = () => this.table.open(destination)
    return NoLane.Waits
  }

  waiting(): Promise<void> {
    return this.#pending()
  }

  /** null where it goes nowhere, undefined where that is not known yet. */
  #collectionOf(arena: Arena, row: number): string | null | undefined {
    const { header } = this.settings.routing
    const named = header === undefined ? fieldOf(this.#collectionField, arena, row) : headerOf(header, arena, row)
    if (named !== undefined) return named
    const { topics } = this
    const topic = topics === undefined ? this.assignments()[arena.assignment[row]!]!.topic : topics.of(arena, row)
    return typeof topic === 'string' ? collectionOf(topic, this.settings) : topic
  }

  #reject(error: RedkiteError): NoLane {
    this.rejection = error
    return NoLane.Rejected
  }
}

/** The last header of that name counts, as in Connect. */
function headerOf(name: string, arena: Arena, row: number): string | undefined {
  const value = arena.headers[row]!.findLast((header) => header.name === name)?.value
  return value === undefined || value === null ? undefined : decoder.decode(value)
}

function fieldOf(field: TextField | undefined, arena: Arena, row: number): string | undefined {
  const start = arena.valueStart[row]!
  return field === undefined || start < 0 ? undefined : field.read(arena.bytes, start, arena.valueEnd[row]!)
}
