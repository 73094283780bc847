/**
 * What a sink would do with records, worked out without doing it: rows, deletes, what cannot be written and why, and how many of them a later
 * record of their key makes useless. Reads as the sink reads, without its group.
 */
import { ColumnBatch } from '../columns/batch.ts'
import type { ScalarColumn } from '../columns/scalar.ts'
import type { SinkSettings } from '../config/setup.ts'
import { compileDecoder, readsDetails } from '../decode/compile.ts'
import type { RowDecoder } from '../decode/decoder.ts'
import type { IgnoredNames } from '../decode/ignored-names.ts'
import type { Code, RedkiteError } from '../errors/errors.ts'
import { Arena } from '../kafka/arena.ts'
import type { Reader, Stretch } from '../kafka/reader.ts'
import { type CollectionSchema, keyAlone } from '../milvus/schema.ts'
import { Effect, type Effects } from '../sink/effect.ts'
import { openEffects } from '../sink/open-effects.ts'
import { Hash64 } from '../verify/hash64.ts'
import { hashKey } from '../verify/row-hash.ts'
import { DistinctKeys } from './distinct-keys.ts'
import { type FieldMatch, FieldMatcher } from './field-match.ts'
import { newReader, readStretches } from './sample.ts'

export interface RejectKind {
  readonly code: Code
  count: number
  /** Of the first one: it names fields, kinds and counts, never values. */
  readonly message: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export interface Survey {
  readonly records: number
  /** Of keys and values, as Kafka holds them uncompressed. */
  readonly recordBytes: number
  readonly rows: number
  /** Of the rows as Milvus gets them. */
  readonly rowBytes: number
  readonly deletes: number
  /** Tombstones that are passed over. */
  readonly nullsPassedOver: number
  readonly dropped: number
  readonly rejects: readonly RejectKind[]
  /** Rows and deletes that a later record of the same key replaces, among these records; undefined where Milvus makes the keys. */
  readonly superseded: number | undefined
  readonly isSupersededExact: boolean
  /** Fields of the collection against the first records. */
  readonly fields: readonly FieldMatch[]
  /** Keys of these first records that no field takes. */
  readonly otherNames: IgnoredNames
  /** For reading and converting, without what comes before the first record. */
  readonly elapsedMs: number
}

export interface SurveyOptions {
  readonly settings: SinkSettings
  readonly schema: CollectionSchema
  readonly stretches: readonly Stretch[]
  /** So many of the first records are matched field by field. */
  readonly matched: number
  readonly progress?: (records: number) => void
}

const arenaBytes = 8 * 1024 * 1024
const arenaRows = 65_536
/** Rows of a batch that is never sent; emptied often, so that memory stays small. */
const rowsMax = 256

export async function survey(options: SurveyOptions): Promise<Survey> {
  return await new Surveyor(options).run()
}

class Surveyor {
  readonly #options: SurveyOptions
  readonly #columns: ColumnBatch
  readonly #deleted: ColumnBatch
  readonly #decoder: RowDecoder
  readonly #reader: Reader
  readonly #effects: Effects
  readonly #matcher: FieldMatcher
  readonly #keys: DistinctKeys | undefined
  readonly #hash = new Hash64()
  readonly #rejects = new Map<Code, RejectKind>()
  #records = 0
  #recordBytes = 0
  #rows = 0
  #rowBytes = 0
  #deletes = 0
  #nulls = 0
  #dropped = 0

  constructor(options: SurveyOptions) {
    this.#options = options
    const { settings, schema } = options
    this.#decoder = compileDecoder(schema, settings)
    this.#reader = newReader(settings, { wantsDetails: readsDetails(settings, this.#decoder) })
    const assignments = () => this.#reader.assignments
    this.#effects = openEffects(this.#decoder, schema, settings, assignments)
    this.#matcher = new FieldMatcher(settings, schema, assignments)
    this.#columns = new ColumnBatch(schema)
    this.#deleted = new ColumnBatch(keyAlone(schema))
    this.#keys = this.#columns.key === undefined ? undefined : new DistinctKeys()
  }

  async run(): Promise<Survey> {
    let firstMs: number | undefined
    let matchingMs = 0
    let lastMs = 0
    try {
      await readStretches(this.#reader, this.#options.stretches, new Arena(arenaBytes, arenaRows), async (arena) => {
        // From here on, so that the time to connect is not taken for that of records.
        firstMs ??= performance.now()
        for (let row = 0; row < arena.rows; row++) {
          if (this.#records < this.#options.matched) matchingMs += await this.#match(arena, row)
          while (this.#take(arena, row)) await this.#effects.waiting()
          this.#records++
        }
        this.#empty()
        this.#options.progress?.(this.#records)
        lastMs = performance.now()
        return true
      })
    } finally {
      await this.#reader.close()
    }
    return this.#result(firstMs === undefined ? 0 : lastMs - firstMs - matchingMs)
  }

  /** Returns the time it took, in ms. */
  async #match(arena: Arena, row: number): Promise<number> {
    const startedMs = performance.now()
    await this.#matcher.take(arena, row)
    return performance.now() - startedMs
  }

  /** True when the record has to be taken again, once the decoder has what it waits for. */
  #take(arena: Arena, row: number): boolean {
    switch (this.#effects.of(arena, row, this.#columns, this.#deleted)) {
      case Effect.Put:
        this.#rows++
        this.#noteKey(this.#columns)
        break
      case Effect.Delete:
        this.#deletes++
        this.#noteKey(this.#deleted)
        break
      case Effect.Tombstone:
        this.#nulls++
        break
      case Effect.Dropped:
        this.#dropped++
        break
      case Effect.Rejected:
        this.#noteReject(arena, row, this.#effects.rejection!)
        break
      case Effect.Waits:
        return true
    }
    const { valueStart, valueEnd, keyStart, keyEnd } = arena
    if (valueStart[row]! >= 0) this.#recordBytes += valueEnd[row]! - valueStart[row]!
    if (keyStart[row]! >= 0) this.#recordBytes += keyEnd[row]! - keyStart[row]!
    if (this.#columns.rows >= rowsMax || this.#deleted.rows >= rowsMax) this.#empty()
    return false
  }

  #noteKey(batch: ColumnBatch): void {
    if (this.#keys === undefined) return
    hashKey(batch.key as unknown as ScalarColumn, batch.rows - 1, this.#hash)
    this.#keys.add(this.#hash)
  }

  #noteReject(arena: Arena, row: number, { code, message }: RedkiteError): void {
    const known = this.#rejects.get(code)
    if (known !== undefined) {
      known.count++
      return
    }
    const { topic, partition } = this.#reader.assignments[arena.assignment[row]!]!
    this.#rejects.set(code, { code, count: 1, message, topic, partition, offset: arena.offset[row]! })
  }

  #empty(): void {
    this.#rowBytes += this.#columns.bytes
    this.#columns.truncate(0)
    this.#deleted.truncate(0)
  }

  #result(elapsedMs: number): Survey {
    const keys = this.#keys
    return {
      records: this.#records,
      recordBytes: this.#recordBytes,
      rows: this.#rows,
      rowBytes: this.#rowBytes,
      deletes: this.#deletes,
      nullsPassedOver: this.#nulls,
      dropped: this.#dropped,
      rejects: [...this.#rejects.values()].sort((a, b) => b.count - a.count),
      superseded: keys && Math.max(0, this.#rows + this.#deletes - Math.round(keys.count)),
      isSupersededExact: keys?.isExact ?? true,
      fields: this.#matcher.matches,
      otherNames: this.#matcher.otherNames(),
      elapsedMs,
    }
  }
}
