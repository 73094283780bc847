import type { AnyColumn } from '../../columns/create.ts'
import { typeName } from '../../columns/create.ts'
import { failure } from '../../errors/errors.ts'
import type { Field } from '../../milvus/schema.ts'
import { unfit } from './trouble.ts'

/** A field of the collection as readers of values see it: whose column of the batch that is being filled they write to. */
export class Target {
  readonly takesNull: boolean
  private bound: AnyColumn | undefined

  constructor(
    readonly field: Field,
    /** Its place in `ColumnBatch.fields`. */
    readonly id: number,
  ) {
    this.takesNull = field.nullable || field.hasDefault
  }

  get column(): AnyColumn {
    return this.bound!
  }

  bind(columns: readonly AnyColumn[]): void {
    this.bound = columns[this.id]
  }

  /** The record has a null for the field: 0, or a fault. */
  putNull(): number {
    if (!this.takesNull) return unfit(failure('FIELD_NULL', this.field.name, typeName(this.field.type)))
    this.bound!.putNull()
    return 0
  }

  /** The record has no such field. */
  putMissing(): number {
    if (!this.takesNull) return unfit(failure('FIELD_MISSING', this.field.name, typeName(this.field.type)))
    this.bound!.putNull()
    return 0
  }
}
