import type { Arena } from '../../kafka/arena.ts'
import type { RecordPlace } from '../decoder.ts'
import { type InsertedSource, InsertedValue } from './inserted-value.ts'

/** The fields that InsertField adds to rows, with their values for one record at a time. The plans of all schemas of a topic share them. */
export class InsertedFields {
  readonly values: readonly InsertedValue[]
  readonly wantsTimestamp: boolean
  /** Whether the record has all of them: some producers give no time. */
  isComplete = true

  constructor(sources: ReadonlyMap<string, InsertedSource>) {
    this.values = Array.from(sources, ([field, source]) => new InsertedValue(field, source))
    this.wantsTimestamp = this.values.some(({ source }) => source === 'timestamp')
  }

  turnTo(arena: Arena, row: number, place: RecordPlace): void {
    this.isComplete = true
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
        case 'timestamp': {
          const timestampMs = arena.timestampMs[row] ?? Number.NaN
          if (Number.isNaN(timestampMs)) this.isComplete = false
          value.setNumber(timestampMs)
          break
        }
        default:
          if ('ofTopic' in source) value.setText(source.ofTopic(place.topic))
      }
    }
  }
}
