import { ColumnBatch } from '../columns/batch.ts'
import type { KeyColumn } from '../columns/column.ts'
import { typeName } from '../columns/create.ts'
import { Int64Column } from '../columns/int64.ts'
import type { KeyConverterSettings } from '../config/converters.ts'
import { failure, type RedkiteError } from '../errors/errors.ts'
import type { Header } from '../kafka/header.ts'
import { type CollectionSchema, type Field, keyAlone } from '../milvus/schema.ts'
import { compileJsonPlan, type JsonPlan } from './json/plan.ts'
import { reason } from './json/reason.ts'
import { skipValue } from './json/skip.ts'
import { skipBlanks } from './json/whitespace.ts'
import type { Warn } from './schemas/schema-cache.ts'
import { type AwaitedText, openRecordText } from './schemas/text.ts'

const encoder = new TextEncoder()
/** A byte order mark is part of a text, as it is for Connect's StringConverter. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The primary key out of a record's key: for deletes, and for `pk.mode=record_key`. What JSON, text or a number may become a key is what
 * the JSON plan takes for that field, because it is the JSON plan that reads it: a bare key is put into an object first.
 *
 * A JSON object (`{"id": 7}`, as Debezium writes keys) is searched for the field's name.
 */
export class RecordKey {
  private readonly plan: JsonPlan
  private readonly row: ColumnBatch
  private readonly prefix: Uint8Array
  private readonly field: Field
  private scratch = new Uint8Array(256)
  private view = new DataView(this.scratch.buffer)
  private error: RedkiteError | undefined
  /** For converters whose keys are not JSON, text or whole numbers. */
  private readonly text: AwaitedText | undefined

  constructor(
    schema: CollectionSchema,
    private readonly converter: KeyConverterSettings,
    warn?: Warn,
    /** What the primary key is called in a key that is an object, where that is not the field's name. */
    private readonly nameInKey: string = schema.primaryKey.name,
  ) {
    const key = schema.primaryKey
    const alone = keyAlone(schema)
    this.plan = compileJsonPlan(alone, { envelope: false, fieldNames: new Map([[nameInKey, key.name]]) })
    this.row = new ColumnBatch(alone)
    this.field = key
    this.prefix = encoder.encode(`{${JSON.stringify(key.name)}:`)
    const { kind } = converter
    const isReadHere = kind === 'json' || kind === 'string' || kind === 'number'
    this.text = isReadHere ? undefined : openRecordText(converter, 'record key', warn)
  }

  /** After `waits`: resolves when the key may be read again. */
  waiting(): Promise<void> {
    return this.text!.waiting!()
  }

  /** Takes the headers of the record whose key comes next. */
  turnTo(headers: readonly Header[]): void {
    this.text?.turnTo?.(headers)
  }

  /** Why the last key was refused. */
  failure(): RedkiteError {
    return this.error ?? this.plan.failure()
  }

  /** Opens a row of `column` with the key that lies in `bytes[start…end]`; 0, or a negative reason, `waits` among them. A start below 0 is no key. */
  put(bytes: Uint8Array, start: number, end: number, column: KeyColumn): number {
    this.error = undefined
    this.row.truncate(0)
    if (start < 0) return this.refuse(failure('KEY_ABSENT', this.field.name))
    const { converter } = this
    if (converter.kind === 'number') return this.putNumber(bytes, start, end, converter.bytes, column)
    let length: number
    if (converter.kind === 'string') length = this.quote(bytes, start, end)
    else if (this.text !== undefined) length = this.rewrite(this.text, bytes, start, end)
    else if (converter.kind === 'json' && converter.schemasEnable) length = this.unwrap(bytes, start, end)
    else length = this.wrap(bytes, start, end)
    if (length < 0) return length
    const result = this.plan.decode(this.scratch, 0, length, this.row)
    if (result < 0) return result === reason.record ? result : this.refuse(failure('KEY_NOT_JSON'))
    column.putFrom(this.row.key!, 0)
    return 0
  }

  private putNumber(bytes: Uint8Array, start: number, end: number, size: number, column: KeyColumn): number {
    if (end - start !== size) return this.refuse(failure('KEY_NOT_NUMBER', size, end - start))
    const view = new DataView(bytes.buffer, bytes.byteOffset + start, size)
    const value = size === 8 ? view.getBigInt64(0) : BigInt(size === 4 ? view.getInt32(0) : view.getInt16(0))
    if (column instanceof Int64Column) {
      column.put(Number(BigInt.asIntN(32, value >> 32n)), Number(BigInt.asIntN(32, value)))
      return 0
    }
    return this.putText(value.toString(), column)
  }

  /** StringConverter: the bytes are the text itself. */
  private quote(bytes: Uint8Array, start: number, end: number): number {
    let text: string
    try {
      text = decoder.decode(bytes.subarray(start, end))
    } catch {
      return this.refuse(failure('KEY_NOT_UTF8'))
    }
    return this.fill(JSON.stringify(text))
  }

  private rewrite(text: AwaitedText, bytes: Uint8Array, start: number, end: number): number {
    const result = text.write(bytes, start, end)
    if (result === 0) return this.wrap(text.bytes, 0, text.length)
    return result === reason.waits ? result : this.refuse(failure('KEY_UNREADABLE', text.failure().message))
  }

  /** JSON without a schema: a bare value is put into an object, an object is taken as it is. */
  private wrap(bytes: Uint8Array, start: number, end: number): number {
    let first = start
    while (first < end && bytes[first]! <= 32) first++
    const object = bytes[first] === 123
    const prefix = object ? 0 : this.prefix.length
    this.room(prefix + end - start + 1)
    if (!object) this.scratch.set(this.prefix)
    for (let i = start; i < end; i++) this.scratch[prefix + i - start] = bytes[i]!
    let length = prefix + end - start
    if (!object) {
      this.scratch[length] = 125
      // Else `7,"x":1` would make a sound object of a key that is not JSON.
      const next = skipValue(this.scratch, this.view, skipBlanks(this.scratch, prefix), 1)
      if (next < 0 || skipBlanks(this.scratch, next) !== length) return this.refuse(failure('KEY_NOT_JSON'))
      length++
    }
    return length
  }

  /** `{"schema": …, "payload": …}`. Numbers keep their digits: int64 does not fit a JavaScript number. */
  private unwrap(bytes: Uint8Array, start: number, end: number): number {
    let payload: unknown
    try {
      const keepDigits = (_: string, value: unknown, context: { source?: string }) =>
        typeof value === 'number' ? new Digits(context.source!) : value
      const envelope = JSON.parse(decoder.decode(bytes.subarray(start, end)), keepDigits as never)
      if (envelope === null || typeof envelope !== 'object' || !('payload' in envelope)) {
        return this.refuse(failure('KEY_NO_ENVELOPE'))
      }
      payload = envelope.payload
    } catch {
      return this.refuse(failure('KEY_NOT_JSON'))
    }
    if (payload instanceof Digits) return this.fill(payload.text)
    if (payload !== null && typeof payload === 'object') {
      const name = [this.nameInKey, this.field.name].find((each) => Object.hasOwn(payload as object, each))
      const own = name === undefined ? undefined : (payload as Record<string, unknown>)[name]
      if (own === undefined) return this.refuse(failure('FIELD_MISSING', this.field.name, typeName(this.field.type)))
      return this.fill(own instanceof Digits ? own.text : JSON.stringify(own))
    }
    return this.fill(JSON.stringify(payload))
  }

  private putText(text: string, column: KeyColumn): number {
    const result = this.plan.decode(this.scratch, 0, this.fill(JSON.stringify(text)), this.row)
    if (result === 0) column.putFrom(this.row.key!, 0)
    return result
  }

  /** The scratch becomes an object with this JSON value as the key; returns its length. */
  private fill(json: string): number {
    const object = encoder.encode(`{${JSON.stringify(this.field.name)}:${json}}`)
    this.room(object.length)
    this.scratch.set(object)
    return object.length
  }

  /** With room for what the plan reads beyond the end. */
  private room(bytes: number): void {
    if (bytes + 64 <= this.scratch.length) return
    this.scratch = new Uint8Array((bytes + 64) * 2)
    this.view = new DataView(this.scratch.buffer)
  }

  private refuse(error: RedkiteError): number {
    this.error = error
    return reason.record
  }
}

class Digits {
  constructor(readonly text: string) {}
}
