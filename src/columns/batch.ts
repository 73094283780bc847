import type { CollectionSchema } from '../milvus/schema.ts'
import type { Column, KeyColumn } from './column.ts'
import { type AnyColumn, columnFor, dynamicField, recordFields } from './create.ts'
import { DenseVectorColumn } from './dense-vector.ts'
import { Int64Column } from './int64.ts'
import { JsonColumn } from './json.ts'
import { ScalarColumn } from './scalar.ts'
import { SparseFloatVectorColumn } from './sparse-float-vector.ts'
import { StructArrayColumn } from './struct-array.ts'
import { VarCharColumn } from './varchar.ts'
import type { WireRows } from './wire-rows.ts'

export interface ColumnBatchOptions {
  /** Rows that there is room for at once; more make the columns grow. */
  readonly rowsHint?: number
}

/** All columns of one collection, filled row by row by decode/ and sent as one request. Reused: `truncate(0)` empties it. */
export class ColumnBatch {
  readonly columns: readonly Column[]
  /** The column of the primary key; undefined when Milvus makes the key. */
  readonly key: KeyColumn | undefined
  /** The same columns, one a field that records bring, in `recordFields` order: what decode/ fills. */
  readonly fields: readonly AnyColumn[]
  /** Takes unknown keys; undefined when the collection does not. */
  readonly dynamic: JsonColumn | undefined
  rows = 0
  /** Bytes of all rows on the wire, without the few that frame a column. */
  bytes = 0

  /** Columns by how they store rows: so that `commit`, which runs for each record, calls methods of one class in a loop. */
  private readonly wires: readonly WireRows[]
  private readonly vectors: readonly DenseVectorColumn[]

  constructor(schema: CollectionSchema, options: ColumnBatchOptions = {}) {
    this.fields = recordFields(schema).map((field) => columnFor(schema.collection, field, options.rowsHint))
    this.dynamic = schema.dynamicField ? new JsonColumn(dynamicField(), options.rowsHint ?? 256) : undefined
    const columns = this.dynamic === undefined ? [...this.fields] : [...this.fields, this.dynamic]
    this.columns = columns
    this.wires = columns.flatMap((column) => {
      if (column instanceof StructArrayColumn) return column.wires
      return column instanceof ScalarColumn || column instanceof SparseFloatVectorColumn ? [column.wire] : []
    })
    this.vectors = columns.filter((column) => column instanceof DenseVectorColumn)
    const key = this.fields.find((column) => column.field.primaryKey)
    this.key = key instanceof Int64Column || key instanceof VarCharColumn ? key : undefined
  }

  /** Counts the row that each column has open. */
  commit(): void {
    let bytes = 0
    for (let i = 0; i < this.wires.length; i++) bytes += this.wires[i]!.commit()
    for (let i = 0; i < this.vectors.length; i++) bytes += this.vectors[i]!.commit()
    this.bytes += bytes
    this.rows++
  }

  truncate(rows: number): void {
    if (rows >= this.rows) return
    for (const column of this.columns) column.truncate(rows)
    this.recount(rows)
  }

  compact(kept: Uint8Array): void {
    for (const column of this.columns) column.compact(kept)
    this.recount(this.columns[0]?.rows ?? 0)
  }

  private recount(rows: number): void {
    this.rows = rows
    this.bytes = 0
    for (const wire of this.wires) this.bytes += wire.ends[rows]!
    for (const vector of this.vectors) this.bytes += rows * vector.rowBytes
  }
}
