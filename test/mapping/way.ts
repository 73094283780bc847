/** What a sink makes of one record after the other by one decoder: the way is the sink's own (sink/effect.ts). */
import { ColumnBatch } from '../../src/columns/batch.ts'
import type { SinkSettings } from '../../src/config/sink.ts'
import type { RowDecoder } from '../../src/decode/decoder.ts'
import { type CollectionSchema, keyAlone } from '../../src/milvus/schema.ts'
import { Effect, type Effects } from '../../src/sink/effect.ts'
import { openEffects } from '../../src/sink/open-effects.ts'
import { columnValues } from '../columns/protobuf.ts'
import { arenaWith, type OneRecord } from './one-record.ts'

const place = { topic: 'shop."orders"', partition: 7 }

interface Outcome {
  readonly effect: Effect
  /** The row, the key that is deleted, or the error. */
  readonly says: unknown
}

export class Way {
  readonly #effects: Effects
  readonly #rows: ColumnBatch
  readonly #deleted: ColumnBatch

  constructor(
    readonly decoder: RowDecoder,
    schema: CollectionSchema,
    settings: SinkSettings,
  ) {
    this.#effects = openEffects(decoder, schema, settings, () => [place] as never)
    this.#rows = new ColumnBatch(schema, { rowsHint: 2 })
    this.#deleted = new ColumnBatch(keyAlone(schema), { rowsHint: 2 })
  }

  take(record: OneRecord): Outcome {
    this.#rows.truncate(0)
    this.#deleted.truncate(0)
    const effect = this.#effects.of(arenaWith(record), 0, this.#rows, this.#deleted)
    switch (effect) {
      case Effect.Put:
        return { effect, says: this.#row() }
      case Effect.Delete:
        return { effect, says: this.#deleted.key!.keyAt(0) }
      case Effect.Rejected:
        return { effect, says: this.#effects.rejection!.message }
      default:
        return { effect, says: undefined }
    }
  }

  #row(): unknown[][] {
    const { columns, dynamic } = this.#rows
    return columns.map((column) => (column === dynamic ? columnValues(column).map(sorted) : columnValues(column)))
  }
}

const sorted = (text: unknown) =>
  Object.entries(JSON.parse(text as string))
    .map(([name, value]) => [name.toWellFormed(), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
