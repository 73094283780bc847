import { ColumnBatch } from '../../columns/batch.ts'
import type { VarCharColumn } from '../../columns/varchar.ts'
import { type CollectionSchema, DataType, plainField } from '../../milvus/schema.ts'
import { compileJsonPlan, type JsonPlan } from './plan.ts'

const longestBytes = 65_535

/** One field of a JSON record as text, read by itself: what decides where a record goes is wanted before it is decoded. */
export class TextField {
  readonly #plan: JsonPlan
  readonly #batch: ColumnBatch
  readonly #column: VarCharColumn

  constructor(name: string, envelope: boolean) {
    const field = plainField(name, DataType.VarChar, { nullable: true, maxLengthBytes: longestBytes })
    const alone: CollectionSchema = { collection: '', fields: [field], primaryKey: field, dynamicField: false }
    this.#plan = compileJsonPlan(alone, { envelope })
    this.#batch = new ColumnBatch(alone)
    this.#column = this.#batch.fields[0] as VarCharColumn
  }

  /** The field of the record in `bytes[start…end]`; undefined where it is missing or null, and where the record cannot be read at all. */
  read(bytes: Uint8Array, start: number, end: number): string | undefined {
    this.#batch.truncate(0)
    if (this.#plan.decode(bytes, start, end, this.#batch) < 0 || this.#column.wire.isNull(0)) return undefined
    return this.#column.keyAt(0)
  }
}
