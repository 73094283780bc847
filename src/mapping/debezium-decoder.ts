import type { ColumnBatch } from '../columns/batch.ts'
import type { RowDecoder, RowsInPlace } from '../decode/decoder.ts'
import { KeyScanner } from '../decode/json/key-scanner.ts'
import { KeyTable } from '../decode/json/keys.ts'
import { notJson, reason } from '../decode/json/reason.ts'
import { RecordBytes } from '../decode/json/record-bytes.ts'
import { skipValue } from '../decode/json/skip.ts'
import { skipBlanks, skipMark } from '../decode/json/whitespace.ts'
import { failure } from '../errors/errors.ts'
import { OuterDecoder } from './outer-decoder.ts'

const names = new KeyTable(16)
const opName = names.addName('op')
const beforeName = names.addName('before')
const afterName = names.addName('after')
const payloadName = names.addName('payload')
const deletedName = names.addName('__deleted')
const unwrappedOpName = names.addName('__op')
// Nobody asks for these, but names that are known are found faster.
for (const name of ['schema', 'source', 'transaction', 'ts_ms', 'ts_us', 'ts_ns']) names.addName(name)

/** Where the values of these names begin and end; -1 where the event does not have them. */
class Spans {
  readonly from = new Int32Array(names.names.length)
  readonly to = new Int32Array(names.names.length)

  clear(): void {
    for (let id = 0; id < this.from.length; id++) this.from[id] = -1
  }
}

/**
 * `value.envelope=debezium`: change events as rows and deletions, with Debezium's `{"schema": …, "payload": …}` around them or without, whole or already
 * unwrapped (ExtractNewRecordState with `__deleted` or `__op`). The row after the change is decoded where it lies in the event.
 */
export class DebeziumDecoder extends OuterDecoder {
  private readonly scanner = new KeyScanner(names)
  /** Of the record, and of what is under "payload" in it. */
  private readonly outer = new Spans()
  private readonly inner = new Spans()
  /** Of the event, one of the two. */
  private spans = this.outer
  private readonly record = new RecordBytes()
  private batch: ColumnBatch | undefined
  /** Where the event's object ends. */
  private eventEnd = 0
  /** The row that was read where it lies; -1: none. */
  private readAt = -1
  /** The row that a deletion takes its key from; -1: none. */
  private deletedFrom = -1
  private deletedTo = -1
  private readonly inside: RowsInPlace | undefined

  /** @param keys takes the JSON text of a row for the primary key alone; undefined where the record's key has it */
  constructor(
    rows: RowDecoder,
    private readonly keys: RowDecoder | undefined,
  ) {
    super(rows)
    this.inside = rows.inPlace
  }

  decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    this.error = undefined
    const { record } = this
    this.batch = batch
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
  private walk({ bytes, start, end }: RecordBytes): number {
    const { outer } = this
    const whole = skipMark(bytes, start)
    if (bytes[whole] !== 123) return -1
    this.spans = outer
    this.readAt = -1
    this.eventEnd = this.walkObject(whole, 1, outer)
    if (this.eventEnd < 0 || skipBlanks(bytes, this.eventEnd) !== end) return -1
    const payload = outer.from[payloadName]!
    if (payload < 0 || outer.from[opName]! >= 0) return whole
    if (bytes[payload] !== 123) return bytes[payload] === 110 ? payload : -1
    this.spans = this.inner
    this.eventEnd = outer.to[payloadName]!
    return payload
  }

  private walkObject(at: number, level: number, spans: Spans): number {
    const { scanner } = this
    const { bytes, view } = this.record
    spans.clear()
    at = skipBlanks(bytes, at + 1)
    if (bytes[at] === 125) return at + 1
    // What comes first in a payload is another name than what comes first in a record with a schema.
    let previous = level === 1 ? -1 : payloadName
    for (;;) {
      const next = scanner.scanAfter(previous, bytes, view, at)
      if (next < 0) return next
      const { id } = scanner
      if (id >= 0) previous = id
      at = skipBlanks(bytes, next)
      if (bytes[at] !== 58) return notJson(at)
      at = skipBlanks(bytes, at + 1)
      const valueEnd = this.walkValue(id, at, level)
      if (valueEnd < 0) return valueEnd
      if (id >= 0) {
        spans.from[id] = at
        spans.to[id] = valueEnd
      }
      at = skipBlanks(bytes, valueEnd)
      if (bytes[at] === 125) return at + 1
      if (bytes[at] !== 44) return notJson(at)
      at = skipBlanks(bytes, at + 1)
    }
  }

  /** Goes over a value; into what may be the event, and through what may be its row. */
  private walkValue(id: number, at: number, level: number): number {
    const { inside } = this
    const { bytes, view, end } = this.record
    if (bytes[at] === 123) {
      if (id === payloadName && level === 1) return this.walkObject(at, 2, this.inner)
      if (id === afterName && inside !== undefined) {
        this.readAt = at
        return inside.walkRow(bytes, view, at, end, level + 1, this.batch!)
      }
    }
    return skipValue(bytes, view, at, level)
  }

  private effect(event: number, batch: ColumnBatch): number {
    const { spans } = this
    const { bytes } = this.record
    if (bytes[event] !== 123) return reason.nullValue
    if (spans.from[opName]! < 0 || (spans.from[beforeName]! < 0 && spans.from[afterName]! < 0)) {
      return this.unwrapped(event, batch)
    }
    switch (this.letter(opName)) {
      case 99: // c, created
      case 114: // r, read by a snapshot
      case 117: // u, updated
        if (bytes[spans.from[afterName]!] !== 123) return this.malformed('the event has no row in "after"')
        return this.row(spans.from[afterName]!, spans.to[afterName]!, batch)
      case 100: // d, deleted
        this.deletedFrom = bytes[spans.from[beforeName]!] === 123 ? spans.from[beforeName]! : -1
        this.deletedTo = spans.to[beforeName]!
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
    return inside !== undefined && from === this.readAt
      ? inside.finishRow(bytes, view, from, to, batch)
      : this.rows.decode(bytes, from, to, batch)
  }

  /** The row itself, with what became of it in `__deleted` or `__op`. */
  private unwrapped(event: number, batch: ColumnBatch): number {
    const deleted = this.letter(deletedName) === 116 || this.letter(unwrappedOpName) === 100
    if (!deleted) return this.rows.decode(this.record.bytes, event, this.eventEnd, batch)
    this.deletedFrom = event
    this.deletedTo = this.eventEnd
    return reason.deletes
  }

  /** The first character of a text or word: of "true" as of true. */
  private letter(name: number): number {
    const from = this.spans.from[name]!
    if (from < 0) return 0
    const { bytes } = this.record
    const quoted = bytes[from] === 34
    return bytes[quoted ? from + 1 : from]!
  }

  private malformed(why: string): number {
    return this.refuse(failure('CHANGE_EVENT_MALFORMED', why))
  }
}
