import { ColumnBatch } from '../../../src/columns/batch.ts'
import type { RowDecoder } from '../../../src/decode/decoder.ts'
import { reason } from '../../../src/decode/json/reason.ts'
import type { CollectionSchema } from '../../../src/milvus/schema.ts'
import { columnValues } from '../../columns/protobuf.ts'

/** A record's row by field names, or the code of the error; `null` for a null value. */
export function decoded(
  plan: RowDecoder,
  schema: CollectionSchema,
  record: Uint8Array,
): Record<string, unknown> | string | null {
  const batch = new ColumnBatch(schema)
  const got = plan.decode(record, 0, record.length, batch)
  if (got === reason.nullValue) return null
  if (got === reason.unseen) return 'unseen'
  if (got < 0) {
    if (batch.rows !== 0) throw new Error('a refused record left a row')
    return plan.failure().code
  }
  return Object.fromEntries(batch.columns.map((column) => [column.field.name, columnValues(column)[0]]))
}
