import type { Arena } from '../../kafka/arena.ts'
import type { RecordPlace } from '../decoder.ts'
import { CapturedFields } from './captured-fields.ts'
import type { FieldChanges } from './field-changes.ts'
import { type InsertedSource, InsertedValue } from './inserted-value.ts'

/**
 * The fields that rows get otherwise than by the plan's own reading: from where the record was read, or from what becomes of a few of its fields. With their values for
 * one record at a time. The plans of all schemas of a topic share them.
 */
export class InsertedFields {
  readonly values: readonly InsertedValue[]
  /** The primary key, where changes make it of the record's fields. */
  readonly key: InsertedValue | undefined
  /** What a plan hands over of a record, where changes want it. */
  readonly captured: CapturedFields | undefined

  constructor(
    sources: ReadonlyMap<string, InsertedSource>,
    private readonly changes?: FieldChanges,
  ) {
    this.values = Array.from(sources, ([field, source]) => new InsertedValue(field, source))
    this.key = changes?.makesKey === true ? new InsertedValue('', 'key') : undefined
    this.captured = changes && new CapturedFields(changes.names)
  }

  turnTo(arena: Arena, row: number, place: RecordPlace): void {
    this.changes?.turnTo(arena, row, place)
    for (let i = 0; i < this.values.length; i++) {
      const value = this.values[i]!
      const { source } = value
      switch (source) {
        case 'topic':
          value.setText(place.topic)
          break
        case 'partition':
          value.setNumber(place.partition)
          break
        case 'offset':
          value.setNumber(arena.offset[row]!)
          break
        case 'timestamp':
          value.setNumber(arena.timestampMs[row]!)
          break
        case 'key':
          break
        default:
          if ('ofTopic' in source) value.setText(source.ofTopic(place.topic))
      }
    }
  }

  /** Makes the values that come of the record's own fields, which have been captured; false where the record has to go over JSON text. */
  change(): boolean {
    const { changes, captured, values, key } = this
    if (changes === undefined || captured === undefined) return true
    captured.end()
    if (!changes.change(captured)) return false
    for (let i = 0; i < values.length; i++) values[i]!.takeChange(changes)
    key?.takeChange(changes)
    return key?.isHere !== false
  }
}
