import type { ColumnBatch } from '../../columns/batch.ts'
import type { DenseVectorColumn } from '../../columns/dense-vector.ts'
import { misfitError } from '../../columns/misfit.ts'
import type { SparseFloatVectorColumn } from '../../columns/sparse-float-vector.ts'
import { failure, type RedkiteError } from '../../errors/errors.ts'
import type { Arena } from '../../kafka/arena.ts'
import type { Header } from '../../kafka/header.ts'
import type { CollectionSchema } from '../../milvus/schema.ts'
import type { RowDecoder } from '../decoder.ts'
import { DynamicText } from '../fields/dynamic-text.ts'
import { isVector } from '../fields/fit.ts'
import { IgnoredFields } from '../fields/ignored-fields.ts'
import { RowFields } from '../fields/row-fields.ts'
import type { Target } from '../fields/target.ts'
import { trouble } from '../fields/trouble.ts'
import type { IgnoredNames } from '../ignored-names.ts'
import { reason } from '../json/reason.ts'
import type { PlanOptions } from '../plan-options.ts'
import { HeaderFields } from './headers.ts'

export interface RawPlanOptions extends Pick<PlanOptions, 'fieldNames' | 'keyElsewhere'> {
  /** The field that the record's value is. */
  readonly vectorField: string
}

/** Throws SCHEMA_UNSUPPORTED for a collection redkite cannot write, RAW_FIELD_NOT_VECTOR where the field is no vector of it. */
export function compileRawPlan(schema: CollectionSchema, options: RawPlanOptions): RawPlan {
  return new RawPlan(schema, options)
}

/**
 * Rows whose vector is the record's value, byte for byte as Milvus takes it: little-endian float32 for a FLOAT_VECTOR. The other fields come in headers
 * of their name, or not at all. There is nothing to parse, so no form is faster.
 */
export class RawPlan implements RowDecoder {
  /** Headers cost calls and objects a record, so they are asked for only if there is a field that they could bring. */
  readonly wantsDetails: boolean
  private readonly fields: RowFields
  private readonly vector: Target
  private readonly headerFields: HeaderFields
  private readonly ignored = new IgnoredFields()
  private readonly dynamic = new DynamicText()
  private headers: readonly Header[] = []
  private batch: ColumnBatch | undefined
  private error: RedkiteError | undefined

  constructor(schema: CollectionSchema, options: RawPlanOptions) {
    this.fields = new RowFields(schema, options)
    const { targets } = this.fields
    const vector = targets.find(({ field }) => field.name === options.vectorField)
    if (vector === undefined || !isVector(vector.field.type))
      throw failure('RAW_FIELD_NOT_VECTOR', options.vectorField, schema.collection)
    this.vector = vector
    this.headerFields = new HeaderFields(
      this.fields,
      targets.filter((each) => each !== vector),
      this.ignored,
    )
    this.wantsDetails = targets.length > 1
  }

  ignoredNames(): IgnoredNames {
    return this.ignored.names()
  }

  failure(): RedkiteError {
    return this.error ?? failure('RECORD_NULL')
  }

  turnTo(arena: Arena, row: number): number {
    if (this.wantsDetails) this.headers = arena.headers[row] ?? []
    return 0
  }

  decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    if (batch !== this.batch) {
      this.batch = batch
      this.fields.bind(batch)
    }
    const column = this.vector.column as DenseVectorColumn | SparseFloatVectorColumn
    const misfit = column.putBytes(bytes, start, end)
    if (misfit < 0) return this.refuse(misfitError(this.vector.field, misfit))
    const why = this.wantsDetails ? this.headerFields.put(this.headers) : 0
    if (why < 0) return this.refuse(trouble.error!)
    if (batch.dynamic !== undefined) {
      this.dynamic.begin()
      this.dynamic.put(batch.dynamic)
    }
    batch.commit()
    return 0
  }

  private refuse(error: RedkiteError): number {
    this.error = error
    return reason.record
  }
}
