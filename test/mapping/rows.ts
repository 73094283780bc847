/** What a sink with these settings makes of records: rows, deletions, errors. The way is the sink's own (sink/effect.ts). */
import { ColumnBatch } from '../../src/columns/batch.ts'
import { compileDecoder } from '../../src/decode/compile.ts'
import { type CollectionSchema, keyAlone } from '../../src/milvus/schema.ts'
import { Effect } from '../../src/sink/effect.ts'
import { openEffects } from '../../src/sink/open-effects.ts'
import { columnValues } from '../columns/protobuf.ts'
import { sink } from '../config/files.ts'
import { arenaWith, type OneRecord } from './one-record.ts'

const names = { [Effect.Tombstone]: 'tombstone', [Effect.Dropped]: 'dropped' } as Record<number, string>

/** A row by its fields, `{ deleted: key }`, `tombstone`, `dropped`, or the error's code and message. */
export function effectsOf(schema: CollectionSchema, lines: string, records: readonly OneRecord[]): unknown[] {
  const settings = sink({ sink: lines })
  const decoder = compileDecoder(schema, settings)
  const assignments = () => [{ topic: 'shop.orders', partition: 2 }] as never
  const effects = openEffects(decoder, schema, settings, assignments)
  const columns = new ColumnBatch(schema)
  const deleted = new ColumnBatch(keyAlone(schema))
  return records.map((record) => {
    columns.truncate(0)
    deleted.truncate(0)
    const effect = effects.of(arenaWith(record), 0, columns, deleted)
    if (effect === Effect.Put) {
      return Object.fromEntries(columns.columns.map((column) => [column.field.name, columnValues(column)[0]]))
    }
    if (effect === Effect.Delete) return { deleted: deleted.key!.keyAt(0) }
    return names[effect] ?? `${effects.rejection!.code}: ${effects.rejection!.message}`
  })
}
