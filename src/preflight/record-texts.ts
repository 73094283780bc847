/**
 * Records as JSON text, as they are behind converter and transforms: whatever they are in Kafka. Reads them into a collection that has nothing
 * but a dynamic field, which takes each record whole.
 */
import { ColumnBatch } from '../columns/batch.ts'
import type { SinkSettings } from '../config/setup.ts'
import { compileDecoder } from '../decode/compile.ts'
import type { RowDecoder } from '../decode/decoder.ts'
import type { RedkiteError } from '../errors/errors.ts'
import type { Arena } from '../kafka/arena.ts'
import { type CollectionSchema, DataType, plainField } from '../milvus/schema.ts'
import { WireReader } from '../milvus/wire-reader.ts'
import { Effect, Effects } from '../sink/effect.ts'
import { KeySource } from '../sink/keys.ts'
import type { SourceAssignment } from '../sink/ports.ts'

/** No record has a field of this name; its rows are topic, partition and offset, which have no more bytes than this. */
const key = plainField('\0', DataType.VarChar, { primaryKey: true, maxLengthBytes: 1_024 })
const schema: CollectionSchema = { collection: '', fields: [key], primaryKey: key, dynamicField: true }

export class RecordTexts {
  readonly decoder: RowDecoder
  readonly #effects: Effects
  readonly #columns = new ColumnBatch(schema, { rowsHint: 1 })
  readonly #deleted = new ColumnBatch({ ...schema, dynamicField: false }, { rowsHint: 1 })

  constructor(settings: SinkSettings, assignments: () => readonly SourceAssignment[]) {
    this.decoder = compileDecoder(schema, { ...settings, keyMode: 'kafka', nullValues: 'ignore' })
    const keys = new KeySource('kafka', undefined, assignments, undefined, () => this.decoder.key)
    this.#effects = new Effects(this.decoder, keys, 'ignore', assignments)
  }

  /** The record's text, valid until the next call; undefined where it makes no row; an error where it cannot be read. */
  async textOf(arena: Arena, row: number): Promise<Uint8Array | undefined | RedkiteError> {
    this.#columns.truncate(0)
    this.#deleted.truncate(0)
    let effect = this.#effects.of(arena, row, this.#columns, this.#deleted)
    while (effect === Effect.Waits) {
      await this.#effects.waiting()
      effect = this.#effects.of(arena, row, this.#columns, this.#deleted)
    }
    if (effect === Effect.Rejected) return this.#effects.rejection
    if (effect !== Effect.Put) return undefined
    const { bytes, ends } = this.#columns.dynamic!.wire
    const value = new WireReader(bytes, 0, ends[1]!)
    value.next()
    return bytes.subarray(value.start, value.end)
  }
}
