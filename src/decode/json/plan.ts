import type { ColumnBatch } from '../../columns/batch.ts'
import { columnFor, recordFields } from '../../columns/create.ts'
import { failure, type RedkiteError } from '../../errors/errors.ts'
import type { CollectionSchema } from '../../milvus/schema.ts'
import type { RowDecoder, RowsInPlace } from '../decoder.ts'
import type { IgnoredNames } from '../ignored-names.ts'
import type { PlanOptions } from '../plan-options.ts'
import { kindAt } from './diagnose.ts'
import { Envelope } from './envelope.ts'
import { reason, trouble } from './reason.ts'
import { RecordWalker, type WalkerOptions } from './record.ts'
import { RecordBytes } from './record-bytes.ts'
import { RowPath } from './row-path.ts'
import { levelsMax, skipValue } from './skip.ts'
import { skipBlanks, skipMark } from './whitespace.ts'

export interface JsonPlanOptions extends WalkerOptions, Pick<PlanOptions, 'path' | 'event'> {
  /** Records are `{"schema": …, "payload": …}` (`value.converter.schemas.enable=true`). */
  readonly envelope: boolean
}

/** Throws SCHEMA_UNSUPPORTED for a collection that wants a type redkite cannot write. */
export function compileJsonPlan(schema: CollectionSchema, options: JsonPlanOptions): JsonPlan {
  for (const field of recordFields(schema)) columnFor(schema.collection, field, 0)
  return new JsonPlan(schema, options)
}

/**
 * Turns the bytes of JSON records into rows of columns, with one pass over them and nothing allocated for a record that fits. Accepts what JSON.parse
 * accepts of the decoded text (one byte order mark is skipped), except that the bytes must be UTF-8 and nesting has a limit.
 */
export class JsonPlan implements RowDecoder, RowsInPlace {
  /** Rows in envelopes and behind paths are found by those. */
  readonly inPlace: RowsInPlace | undefined
  private readonly walker: RecordWalker
  private readonly path: RowPath | undefined
  private readonly envelope: Envelope | undefined
  private readonly record = new RecordBytes()
  private batch: ColumnBatch | undefined
  private error: RedkiteError | undefined

  constructor(schema: CollectionSchema, options: JsonPlanOptions) {
    this.walker = new RecordWalker(schema, options)
    const { path = [], event } = options
    this.path = path.length === 0 ? undefined : new RowPath(this.walker, path, event)
    this.envelope = options.envelope ? new Envelope(this.path ?? this.walker) : undefined
    this.inPlace = options.envelope || this.path !== undefined ? undefined : this
  }

  ignoredNames(): IgnoredNames {
    return this.walker.ignored.names()
  }

  /** What was wrong with the last record that `decode` refused. */
  failure(): RedkiteError {
    return this.error ?? failure('RECORD_NULL')
  }

  /**
   * Adds the record `bytes[start…end]` to `batch` as its next row: 0, or a negative `reason`, and then the batch is as before. Writes into `bytes` behind the
   * record while it reads, and puts back what was there.
   */
  decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    this.bind(batch)
    const { record } = this
    record.open(bytes, start, end)
    const result = this.decodeOpen(record.bytes, record.view, record.start, record.end, batch)
    record.close()
    return result
  }

  private decodeOpen(bytes: Uint8Array, view: DataView, start: number, end: number, batch: ColumnBatch): number {
    const first = skipMark(bytes, start)
    const object = bytes[first] === 123
    let next: number
    if (!object) next = skipValue(bytes, view, first, 0)
    else if (this.envelope !== undefined) next = this.envelope.walk(bytes, view, first, end)
    else if (this.path !== undefined) next = this.path.walk(bytes, view, first, end, 1)
    else next = this.walker.walk(bytes, view, first, end, 1)
    if (next >= 0) {
      next = skipBlanks(bytes, next)
      if (next !== end) {
        trouble.at = next
        next = reason.notJson
      }
    }
    if (next < 0) return this.refuseText(next, start, end)
    if (!object) return this.refuseKind(bytes, first)
    if (this.envelope !== undefined) {
      if (!this.envelope.complete) return this.refuse(failure('RECORD_NO_ENVELOPE'))
      if (this.envelope.payload !== 'object') return this.refuseKind(bytes, this.envelope.payloadAt)
    }
    if (this.path !== undefined) {
      this.error = undefined
      const { verdict } = this.path
      if (verdict < 0) return verdict
    }
    return this.finishRow(bytes, view, start, end, batch)
  }

  walkRow(bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number, batch: ColumnBatch): number {
    this.bind(batch)
    return this.walker.walk(bytes, view, at, recordEnd, level)
  }

  finishRow(bytes: Uint8Array, view: DataView, start: number, end: number, batch: ColumnBatch): number {
    if (this.walker.declines()) return reason.declined
    const error = this.walker.finish(bytes, view, batch, end - start)
    return error === undefined ? 0 : this.refuse(error)
  }

  private bind(batch: ColumnBatch): void {
    if (batch === this.batch) return
    this.batch = batch
    this.walker.bind(batch)
  }

  private refuseText(why: number, start: number, end: number): number {
    const position = Math.min(trouble.at, end) - start
    if (why === reason.notUtf8) this.error = failure('RECORD_NOT_UTF8', position)
    else if (why === reason.tooDeep) this.error = failure('RECORD_TOO_DEEP', levelsMax)
    else this.error = failure('RECORD_NOT_JSON', position, end - start)
    return why
  }

  /** The row is a JSON value, but no object. */
  private refuseKind(bytes: Uint8Array, at: number): number {
    if (bytes[at] !== 110) return this.refuse(failure('RECORD_NOT_OBJECT', kindAt(bytes, at)))
    this.error = undefined
    return reason.nullValue
  }

  private refuse(error: RedkiteError): number {
    this.error = error
    return reason.record
  }
}
