import type { ColumnBatch } from '../columns/batch.ts'
import type { RowDecoder } from '../decode/decoder.ts'
import { reason } from '../decode/json/reason.ts'
import { RecordBytes } from '../decode/json/record-bytes.ts'
import { skipBlanks, skipMark } from '../decode/json/whitespace.ts'
import { failure } from '../errors/errors.ts'
import { ChangeEvent, eventIds, RowsOfEvents } from './change-event.ts'
import { OuterDecoder } from './outer-decoder.ts'

/**
 * `value.envelope=debezium`: change events as rows and deletions, with Debezium's `{"schema": …, "payload": …}` around them or without, whole or already
 * unwrapped (ExtractNewRecordState with `__deleted` or `__op`). The row after the change is decoded where it lies in the event.
 */
export class DebeziumDecoder extends OuterDecoder {
  private readonly inside: RowsOfEvents
  /** What is under "payload" in the record, and the record. */
  private readonly inner: ChangeEvent
  private readonly outer: ChangeEvent
  /** Which of the two is the event. */
  private event: ChangeEvent
  private readonly record = new RecordBytes()
  /** Where the event's object ends. */
  private eventEnd = 0
  /** The row that a deletion takes its key from; -1: none. */
  private deletedFrom = -1
  private deletedTo = -1

  /** @param keys takes the JSON text of a row for the primary key alone; undefined where the record's key has it */
  constructor(
    rows: RowDecoder,
    private readonly keys: RowDecoder | undefined,
  ) {
    super(rows)
    this.inside = new RowsOfEvents(rows.inPlace)
    this.inner = new ChangeEvent(this.inside)
    this.outer = new ChangeEvent(this.inside, this.inner)
    this.event = this.outer
  }

  decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    this.error = undefined
    const { record } = this
    this.inside.batch = batch
    record.open(bytes, start, end)
    const row = this.walk(record)
    record.close()
    // What is no JSON object, or nothing that Debezium writes, is what the rows' decoder says it is.
    if (row < 0) return this.rows.decode(record.bytes, record.start, record.end, batch)
    return this.effect(row, batch)
  }

  putDeletedKey(deletedKeys: ColumnBatch): number {
    if (this.keys === undefined || this.deletedFrom < 0) return reason.nullValue
    const result = this.keys.decode(this.record.bytes, this.deletedFrom, this.deletedTo, deletedKeys)
    if (result === 0) return 0
    // Without the key in it, as a table's replica identity may have it, the record's own key says which row it was.
    const error = this.keys.failure()
    if (error.code === 'FIELD_MISSING' || error.code === 'FIELD_NULL') return reason.nullValue
    return this.refuse(error)
  }

  /** Finds the event, and reads its row on the way; the index of its `{`, or -1. */
  private walk({ bytes, view, start, end }: RecordBytes): number {
    const { outer, inner } = this
    const whole = skipMark(bytes, start)
    if (bytes[whole] !== 123) return -1
    this.event = outer
    this.inside.readAt = -1
    this.eventEnd = outer.walkFields(bytes, view, whole, end, 1)
    if (this.eventEnd < 0 || skipBlanks(bytes, this.eventEnd) !== end) return -1
    const payload = outer.from[eventIds.payload]!
    if (payload < 0 || outer.from[eventIds.op]! >= 0) return whole
    if (bytes[payload] !== 123) return bytes[payload] === 110 ? payload : -1
    this.event = inner
    this.eventEnd = outer.to[eventIds.payload]!
    return payload
  }

  private effect(start: number, batch: ColumnBatch): number {
    const { event } = this
    const { bytes } = this.record
    if (bytes[start] !== 123) return reason.nullValue
    if (event.from[eventIds.op]! < 0 || (event.from[eventIds.before]! < 0 && event.from[eventIds.after]! < 0)) {
      return this.unwrapped(start, batch)
    }
    switch (this.letter(eventIds.op)) {
      case 99: // c, created
      case 114: // r, read by a snapshot
      case 117: // u, updated
        if (bytes[event.from[eventIds.after]!] !== 123) return this.malformed('the event has no row in "after"')
        return this.row(event.from[eventIds.after]!, event.to[eventIds.after]!, batch)
      case 100: // d, deleted
        this.deletedFrom = bytes[event.from[eventIds.before]!] === 123 ? event.from[eventIds.before]! : -1
        this.deletedTo = event.to[eventIds.before]!
        return reason.deletes
      case 116: // t, truncated
        return this.malformed('the table was truncated, and redkite empties no collection; drop its rows by hand')
      case 109: // m, a message that belongs to no row
        return reason.dropped
      default:
        return this.malformed('"op" of the event is none of c, r, u, d, t and m')
    }
  }

  private row(from: number, to: number, batch: ColumnBatch): number {
    const { inside } = this
    const { bytes, view } = this.record
    return from === inside.readAt
      ? inside.inPlace!.finishRow(bytes, view, from, to, batch)
      : this.rows.decode(bytes, from, to, batch)
  }

  /** The row itself, with what became of it in `__deleted` or `__op`. */
  private unwrapped(event: number, batch: ColumnBatch): number {
    const deleted = this.letter(eventIds.__deleted) === 116 || this.letter(eventIds.__op) === 100
    if (!deleted) return this.rows.decode(this.record.bytes, event, this.eventEnd, batch)
    this.deletedFrom = event
    this.deletedTo = this.eventEnd
    return reason.deletes
  }

  /** The first character of a text or word: of "true" as of true. */
  private letter(name: number): number {
    const from = this.event.from[name]!
    if (from < 0) return 0
    const { bytes } = this.record
    const quoted = bytes[from] === 34
    return bytes[quoted ? from + 1 : from]!
  }

  private malformed(why: string): number {
    return this.refuse(failure('CHANGE_EVENT_MALFORMED', why))
  }
}
