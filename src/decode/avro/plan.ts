import type { ColumnBatch } from '../../columns/batch.ts'
import { failure, type RedkiteError } from '../../errors/errors.ts'
import type { CollectionSchema } from '../../milvus/schema.ts'
import type { RowDecoder } from '../decoder.ts'
import { DynamicText } from '../fields/dynamic-text.ts'
import { errorOf } from '../fields/error-of.ts'
import { IgnoredFields } from '../fields/ignored-fields.ts'
import { RowFields } from '../fields/row-fields.ts'
import { fault, malformed } from '../fields/trouble.ts'
import type { IgnoredNames } from '../ignored-names.ts'
import { reason } from '../json/reason.ts'
import type { PlanOptions } from '../plan-options.ts'
import { RowCompiler } from './row.ts'
import type { AvroSchema } from './schema.ts'
import type { Read } from './values.ts'

/** Throws SCHEMA_UNSUPPORTED for a collection redkite cannot write, RECORD_NOT_ROW where the writer's schema is no record. */
export function compileAvroPlan(writer: AvroSchema, schema: CollectionSchema, options: PlanOptions = {}): AvroPlan {
  return new AvroPlan(writer, schema, options)
}

/**
 * Turns Avro's binary encoding into rows of columns, for records of one writer's schema: read as it was written, in one pass, with nothing allocated
 * for a record of numbers, texts and vectors.
 */
export class AvroPlan implements RowDecoder {
  /** Fields whose type can never go into the collection's field of their name. Their records are refused one by one. */
  readonly mismatches: readonly RedkiteError[]
  private readonly fields: RowFields
  private readonly ignored = new IgnoredFields()
  private readonly dynamic = new DynamicText()
  private readonly row: Read
  private batch: ColumnBatch | undefined
  private bytes: Uint8Array = new Uint8Array(0)
  private view = new DataView(this.bytes.buffer)
  private error: RedkiteError | undefined

  constructor(writer: AvroSchema, schema: CollectionSchema, options: PlanOptions) {
    this.fields = new RowFields(schema, options)
    const compiler = new RowCompiler(this.fields, this.ignored, this.dynamic)
    this.row = compiler.row(writer, options.path ?? [])
    this.mismatches = compiler.mismatches
  }

  /** Fields of records that the collection has no place for, all in all. */
  get ignoredKeys(): number {
    return this.ignored.total
  }

  ignoredNames(): IgnoredNames {
    return this.ignored.names()
  }

  failure(): RedkiteError {
    return this.error ?? failure('RECORD_NULL')
  }

  decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    if (batch !== this.batch) {
      this.batch = batch
      this.fields.bind(batch)
    }
    if (bytes !== this.bytes) {
      this.bytes = bytes
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    this.dynamic.begin()
    let next = this.row(bytes, this.view, start, end)
    if (next >= 0 && next !== end) next = malformed(next)
    if (next < 0) return this.refuse(next, start, end)
    if (batch.dynamic !== undefined) this.dynamic.put(batch.dynamic)
    batch.commit()
    return 0
  }

  private refuse(why: number, start: number, end: number): number {
    if (why === fault.nullValue) {
      this.error = undefined
      return reason.nullValue
    }
    this.error = errorOf(why, start, end, 'RECORD_NOT_AVRO')
    return reason.record
  }
}
