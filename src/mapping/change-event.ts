import type { ColumnBatch } from '../columns/batch.ts'
import type { RowsInPlace } from '../decode/decoder.ts'
import { KeyTable } from '../decode/json/keys.ts'
import { ObjectWalker } from '../decode/json/object-walker.ts'
import { skipValue } from '../decode/json/skip.ts'

/** By their place in this list, Debezium's names have their ids. */
const names = ['op', 'before', 'after', 'payload', '__deleted', '__op'] as const
type EventName = (typeof names)[number]
/** Nobody asks for these, but names that are known are found faster. */
const otherNames = ['schema', 'source', 'transaction', 'ts_ms', 'ts_us', 'ts_ns']

export const eventIds = Object.fromEntries(names.map((name, id) => [name, id])) as Readonly<Record<EventName, number>>

/** Rows under "after" that are read while events are walked: into which batch, and the index of the last one's `{`, or -1. */
export class RowsOfEvents {
  batch: ColumnBatch | undefined
  readAt = -1

  constructor(readonly inPlace: RowsInPlace | undefined) {}
}

/** An object that may be a change event, or has one under "payload": where its members lie. */
export class ChangeEvent extends ObjectWalker {
  /** Where the values of the names begin and end; -1 where the event does not have them. */
  readonly from = new Int32Array(names.length + otherNames.length)
  readonly to = new Int32Array(this.from.length)

  constructor(
    private readonly rows: RowsOfEvents,
    private readonly payload?: ChangeEvent,
  ) {
    super(new KeyTable(16))
    for (const name of [...names, ...otherNames]) this.keys.addName(name)
  }

  override walkFields(bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    for (let id = 0; id < this.from.length; id++) this.from[id] = -1
    return super.walkFields(bytes, view, at, recordEnd, level)
  }

  protected take(id: number, bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    const valueEnd = this.over(id, bytes, view, at, recordEnd, level)
    if (id >= 0) {
      this.from[id] = at
      this.to[id] = valueEnd
    }
    return valueEnd
  }

  /** Values of other names are passed over. */
  protected override learn(): number {
    return -1
  }

  /** Into what may be the event, and through what may be its row. */
  private over(id: number, bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    if (bytes[at] === 123) {
      if (id === eventIds.payload && this.payload !== undefined) {
        return this.payload.walkFields(bytes, view, at, recordEnd, level + 1)
      }
      const { rows } = this
      if (id === eventIds.after && rows.inPlace !== undefined) {
        rows.readAt = at
        return rows.inPlace.walkRow(bytes, view, at, recordEnd, level + 1, rows.batch!)
      }
    }
    return skipValue(bytes, view, at, level)
  }
}
