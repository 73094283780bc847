import type { ColumnBatch } from '../../columns/batch.ts'
import { failure, type RedkiteError } from '../../errors/errors.ts'
import type { CollectionSchema } from '../../milvus/schema.ts'
import type { RowDecoder } from '../decoder.ts'
import type { IgnoredNames } from '../ignored-names.ts'
import { reason } from '../json/reason.ts'
import type { PlanOptions } from '../plan-options.ts'
import { DynamicText } from './dynamic-text.ts'
import { errorOf } from './error-of.ts'
import { IgnoredFields } from './ignored-fields.ts'
import { RowFields } from './row-fields.ts'
import { fault } from './trouble.ts'

/**
 * What the plans of binary formats share, whose records are read by a writer's schema: all but the reading of a record. Each adds `read`, which is
 * called once a record, so that what is called for a value is the format's own.
 */
export abstract class SchemaPlan implements RowDecoder {
  protected readonly fields: RowFields
  protected readonly ignored = new IgnoredFields()
  protected readonly dynamic = new DynamicText()
  private batch: ColumnBatch | undefined
  private bytes: Uint8Array = new Uint8Array(0)
  private view = new DataView(this.bytes.buffer)
  private error: RedkiteError | undefined

  constructor(
    schema: CollectionSchema,
    options: PlanOptions,
    private readonly malformed: 'RECORD_NOT_AVRO' | 'RECORD_NOT_PROTOBUF',
  ) {
    this.fields = new RowFields(schema, options)
  }

  /** Puts the record `bytes[start…end]` into the open row of the columns and into `dynamic`; 0 or a fault. */
  protected abstract read(bytes: Uint8Array, view: DataView, start: number, end: number): number

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
    this.fields.begin()
    let why = this.read(bytes, this.view, start, end)
    if (why >= 0) why = this.fields.putInserted(this.dynamic)
    if (why < 0) return this.refuse(why, start, end)
    if (batch.dynamic !== undefined) this.dynamic.put(batch.dynamic)
    batch.commit()
    return 0
  }

  private refuse(why: number, start: number, end: number): number {
    if (why === fault.nullValue) {
      this.error = undefined
      return reason.nullValue
    }
    if (why === fault.declined) return reason.declined
    if (why === fault.unseen) return reason.unseen
    this.error = errorOf(why, start, end, this.malformed)
    return reason.record
  }
}
