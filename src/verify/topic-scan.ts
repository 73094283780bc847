/**
 * Reads a sink's topics from their beginning to the ends seen at the start, and says of each record what the sink does with it: its row and key,
 * a deletion, passed over, or bad. The record's way is the sink's own (plan, key mode, null values); what it comes to is worked out anew.
 */
import { ColumnBatch } from '../columns/batch.ts'
import type { ScalarColumn } from '../columns/scalar.ts'
import type { SinkSettings } from '../config/setup.ts'
import { readsDetails } from '../decode/compile.ts'
import type { RowDecoder } from '../decode/decoder.ts'
import type { Errors, RedkiteError } from '../errors/errors.ts'
import { Arena } from '../kafka/arena.ts'
import type { Reader, Stretch } from '../kafka/reader.ts'
import { type CollectionSchema, keyAlone } from '../milvus/schema.ts'
import { Effect, type Effects } from '../sink/effect.ts'
import { openEffects } from '../sink/open-effects.ts'
import { openReader } from '../sink/topic-reader.ts'
import { putsAtOnce } from './expectation.ts'
import type { FieldHashes } from './findings.ts'
import { Hash64 } from './hash64.ts'
import { type Defaults, hashKey, RowHasher } from './row-hash.ts'

const arenaBytes = 8 * 1024 * 1024

/** What the records of one reading came to. */
export interface ScanCounts {
  records: number
  deletes: number
  nullsPassedOver: number
  /** Records that a filter passed over. */
  dropped: number
  bad: number
  /** Bad records by the code of their error. */
  readonly badByCode: Map<keyof Errors, number>
}

/** Takes each record that has an effect. `key` and `row` are only valid during the call; no row is a deletion. */
export type Take = (key: Hash64, row: Hash64 | undefined, assignment: number, offset: number) => void

export class TopicScan {
  readonly #reader: Reader
  readonly #arena = new Arena(arenaBytes, putsAtOnce)
  readonly #columns: ColumnBatch
  readonly #deleted: ColumnBatch
  readonly #hasher: RowHasher
  readonly #effects: Effects
  readonly #key = new Hash64()
  readonly #row = new Hash64()

  constructor(
    readonly settings: SinkSettings,
    readonly schema: CollectionSchema,
    readonly plan: RowDecoder,
    defaults: Defaults,
  ) {
    this.#reader = openReader(settings, { wantsDetails: readsDetails(settings, plan) })
    this.#columns = new ColumnBatch(schema)
    this.#deleted = new ColumnBatch(keyAlone(schema))
    this.#hasher = new RowHasher(this.#columns, defaults)
    this.#effects = openEffects(plan, schema, settings, () => this.#reader.assignments)
  }

  /** The key of the record that `take` is being called with. Not for collections that make their own. */
  currentKey(isDelete: boolean): bigint | string {
    return (isDelete ? this.#deleted : this.#columns).key!.keyAt(0)
  }

  /** Of the row that `take` is being called with. */
  currentFields(): FieldHashes {
    return this.#hasher.fields(0)
  }

  topicPartition(assignment: number): { topic: string; partition: number } {
    return this.#reader.assignments[assignment]!
  }

  /** Stops early when `isDone` says so. `progress` is called now and then, with the records read so far. */
  async run(
    stretches: readonly Stretch[],
    take: Take,
    isDone: () => boolean,
    progress: (records: number) => void,
  ): Promise<ScanCounts> {
    const counts: ScanCounts = { records: 0, deletes: 0, nullsPassedOver: 0, dropped: 0, bad: 0, badByCode: new Map() }
    await this.#reader.read(stretches, this.#arena, async (arena) => {
      for (let row = 0; row < arena.rows; ) {
        if (this.#takeRecord(arena, row, take, counts)) await this.#effects.waiting()
        else row++
      }
      counts.records += arena.rows
      progress(counts.records)
      return !isDone()
    })
    return counts
  }

  close(): Promise<void> {
    return this.#reader.close()
  }

  /** True when the record has to be taken again, once the decoder has what it waits for. */
  #takeRecord(arena: Arena, row: number, take: Take, counts: ScanCounts): boolean {
    switch (this.#effects.of(arena, row, this.#columns, this.#deleted)) {
      case Effect.Put: {
        const key = this.#columns.key as ScalarColumn | undefined
        if (key !== undefined) hashKey(key, 0, this.#key)
        this.#hasher.row(0, this.#row)
        take(this.#key, this.#row, arena.assignment[row]!, arena.offset[row]!)
        this.#columns.truncate(0)
        break
      }
      case Effect.Delete:
        counts.deletes++
        hashKey(this.#deleted.key as unknown as ScalarColumn, 0, this.#key)
        take(this.#key, undefined, arena.assignment[row]!, arena.offset[row]!)
        this.#deleted.truncate(0)
        break
      case Effect.Tombstone:
        counts.nullsPassedOver++
        break
      case Effect.Dropped:
        counts.dropped++
        break
      case Effect.Rejected:
        noteBad(counts, this.#effects.rejection!)
        break
      case Effect.Waits:
        return true
    }
    return false
  }
}

function noteBad(counts: ScanCounts, error: RedkiteError): void {
  counts.bad++
  counts.badByCode.set(error.code, (counts.badByCode.get(error.code) ?? 0) + 1)
}
