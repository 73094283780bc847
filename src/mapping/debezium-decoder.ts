import type { ColumnBatch } from '../columns/batch.ts'
import type { RowDecoder, RowsInPlace } from '../decode/decoder.ts'
import { KeyScanner } from '../decode/json/key-scanner.ts'
import { KeyTable } from '../decode/json/keys.ts'
import { notJson, reason } from '../decode/json/reason.ts'
import { skipValue } from '../decode/json/skip.ts'
import { paddingBytes, skipBlanks } from '../decode/json/whitespace.ts'
import { failure, type RedkiteError } from '../errors/errors.ts'

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
export class DebeziumDecoder implements RowDecoder {
  private readonly scanner = new KeyScanner(names)
  /** Of the record, and of what is under "payload" in it. */
  private readonly outer = new Spans()
  private readonly inner = new Spans()
  /** Of the event, one of the two. */
  private spans = this.outer
  private bytes: Uint8Array = new Uint8Array(0)
  private view = new DataView(this.bytes.buffer)
  private padded = new Uint8Array(0)
  private batch: ColumnBatch | undefined
  private error: RedkiteError | undefined
  /** Where the event's object ends, and the record. */
  private eventEnd = 0
  private recordEnd = 0
  /** The row that was read where it lies; -1: none. */
  private readAt = -1
  /** The row that a deletion takes its key from; -1: none. */
  private deletedFrom = -1
  private deletedTo = -1
  private readonly inside: RowsInPlace | undefined

  /**
   * @param rows takes the JSON text of a row
   * @param keys takes the same for the primary key alone; undefined where the record's key has it
   */
  constructor(
    private readonly rows: RowDecoder,
    private readonly keys: RowDecoder | undefined,
  ) {
    this.inside = rows.inPlace
  }

  failure(): RedkiteError {
    return this.error ?? this.rows.failure()
  }

  ignoredNames(): ReturnType<RowDecoder['ignoredNames']> {
    return this.rows.ignoredNames()
  }

  decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    this.error = undefined
    if (end + paddingBytes > bytes.length) {
      if (end - start + paddingBytes > this.padded.length) {
        this.padded = new Uint8Array((end - start + paddingBytes) * 2)
      }
      this.padded.set(bytes.subarray(start, end))
      bytes = this.padded
      end -= start
      start = 0
    }
    if (bytes !== this.bytes) {
      this.bytes = bytes
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    this.batch = batch
    const behind = bytes[end]!
    bytes[end] = 0
    const row = this.walk(start, end)
    bytes[end] = behind
    // What is no JSON object, or nothing that Debezium writes, is what the rows' decoder says it is.
    if (row < 0) return this.rows.decode(bytes, start, end, batch)
    return this.effect(row, batch)
  }

  putDeletedKey(deletedKeys: ColumnBatch): number {
    if (this.keys === undefined || this.deletedFrom < 0) return reason.nullValue
    const result = this.keys.decode(this.bytes, this.deletedFrom, this.deletedTo, deletedKeys)
    if (result === 0) return 0
    // Without the key in it, as a table's replica identity may have it, the record's own key says which row it was.
    const error = this.keys.failure()
    if (error.code === 'FIELD_MISSING' || error.code === 'FIELD_NULL') return reason.nullValue
    this.error = error
    return reason.record
  }

  /** Finds the event, and reads its row on the way; the index of its `{`, or -1. */
  private walk(start: number, end: number): number {
    const { bytes, outer } = this
    const marked = bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf
    const whole = skipBlanks(bytes, marked ? start + 3 : start)
    if (bytes[whole] !== 123) return -1
    this.spans = outer
    this.readAt = -1
    this.recordEnd = end
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
    const { bytes, view, scanner } = this
    spans.clear()
    at = skipBlanks(bytes, at + 1)
    if (bytes[at] === 125) return at + 1
    // What comes first in a payload is another name than what comes first in a record with a schema.
    let previous = level === 1 ? -1 : payloadName
    for (;;) {
      let id = names.after(previous)
      let next = id < 0 ? -1 : names.match(id, bytes, view, at)
      if (next < 0) {
        next = scanner.scan(bytes, view, at)
        if (next < 0) return next
        id = scanner.id
        if (id >= 0) names.learn(previous, id)
      }
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
    const { bytes, view, inside } = this
    if (bytes[at] === 123) {
      if (id === payloadName && level === 1) return this.walkObject(at, 2, this.inner)
      if (id === afterName && inside !== undefined) {
        this.readAt = at
        return inside.walkRow(bytes, view, at, this.recordEnd, level + 1, this.batch!)
      }
    }
    return skipValue(bytes, view, at, level)
  }

  private effect(event: number, batch: ColumnBatch): number {
    const { bytes, spans } = this
    if (bytes[event] !== 123) return reason.nullValue
    if (spans.from[opName]! < 0 || (spans.from[beforeName]! < 0 && spans.from[afterName]! < 0)) {
      return this.unwrapped(event, batch)
    }
    switch (this.letter(opName)) {
      case 99: // c, created
      case 114: // r, read by a snapshot
      case 117: // u, updated
        if (bytes[spans.from[afterName]!] !== 123) return this.refuse('the event has no row in "after"')
        return this.row(spans.from[afterName]!, spans.to[afterName]!, batch)
      case 100: // d, deleted
        this.deletedFrom = bytes[spans.from[beforeName]!] === 123 ? spans.from[beforeName]! : -1
        this.deletedTo = spans.to[beforeName]!
        return reason.deletes
      case 116: // t, truncated
        return this.refuse('the table was truncated, and redkite empties no collection; drop its rows by hand')
      case 109: // m, a message that belongs to no row
        return reason.dropped
      default:
        return this.refuse('"op" of the event is none of c, r, u, d, t and m')
    }
  }

  private row(from: number, to: number, batch: ColumnBatch): number {
    const { bytes, view, inside } = this
    return inside !== undefined && from === this.readAt
      ? inside.finishRow(bytes, view, from, to, batch)
      : this.rows.decode(bytes, from, to, batch)
  }

  /** The row itself, with what became of it in `__deleted` or `__op`. */
  private unwrapped(event: number, batch: ColumnBatch): number {
    const deleted = this.letter(deletedName) === 116 || this.letter(unwrappedOpName) === 100
    if (!deleted) return this.rows.decode(this.bytes, event, this.eventEnd, batch)
    this.deletedFrom = event
    this.deletedTo = this.eventEnd
    return reason.deletes
  }

  /** The first character of a text or word: of "true" as of true. */
  private letter(name: number): number {
    const from = this.spans.from[name]!
    if (from < 0) return 0
    const quoted = this.bytes[from] === 34
    return this.bytes[quoted ? from + 1 : from]!
  }

  private refuse(why: string): number {
    this.error = failure('CHANGE_EVENT_MALFORMED', why)
    return reason.record
  }
}
