import type { CollectionSchema } from '../../milvus/schema.ts'
import { SchemaPlan } from '../fields/schema-plan.ts'
import { malformed } from '../fields/trouble.ts'
import type { PlanOptions } from '../plan-options.ts'
import { OuterCompiler } from './outer.ts'
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
export class AvroPlan extends SchemaPlan {
  private readonly row: Read

  constructor(writer: AvroSchema, schema: CollectionSchema, options: PlanOptions) {
    super(schema, options, 'RECORD_NOT_AVRO')
    const compiler = new RowCompiler(this.fields, this.ignored, this.dynamic, options.flat)
    const { path = [], event } = options
    const target = (field: string) => this.fields.target(field)
    this.row = compiler.row(writer, path.length === 0 ? undefined : new OuterCompiler(compiler, path, event, target))
  }

  protected read(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    this.dynamic.begin()
    const next = this.row(bytes, view, start, end)
    if (next < 0) return next
    return next === end ? 0 : malformed(next)
  }
}
