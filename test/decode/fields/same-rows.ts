import { ColumnBatch } from '../../../src/columns/batch.ts'
import type { Column } from '../../../src/columns/column.ts'
import type { RowDecoder } from '../../../src/decode/decoder.ts'
import { compileJsonPlan } from '../../../src/decode/json/plan.ts'
import { type CollectionSchema, DataType } from '../../../src/milvus/schema.ts'
import { columnValues } from '../../columns/protobuf.ts'
import type { Random } from '../json/documents.ts'

/**
 * What a record of a binary format should become: the reference library reads it, and what it read is written as JSON, which the JSON plan makes a row
 * of. So the same values give the same rows whatever the format, and what one refuses the other refuses.
 */
export class SameRows {
  readonly totals = { rows: 0, refused: 0 }
  /** Which record each row is that has not been compared yet. */
  private readonly says: (() => string)[] = []
  private readonly json
  private readonly is: ColumnBatch
  private readonly should: ColumnBatch

  constructor(schema: CollectionSchema) {
    this.json = compileJsonPlan(schema, { envelope: false })
    this.is = new ColumnBatch(schema, { rowsHint: 1 })
    this.should = new ColumnBatch(schema, { rowsHint: 1 })
  }

  /** `json` is what the library read; undefined if it could not, or if what it read is no JSON. */
  compare(plan: RowDecoder, record: Uint8Array, random: Random, json: string | undefined, say: () => string): void {
    const got = this.decodeTwice(plan, record, random, say)
    const text = new TextEncoder().encode(json ?? '')
    const wanted = json === undefined ? -5 : this.json.decode(text, 0, text.length, this.should)
    if (got !== wanted) {
      const why = got === 0 ? '' : plan.failure().message
      const whyNot = wanted === 0 || json === undefined ? '' : this.json.failure().message
      throw new Error(`gave ${got} (${why}), wanted ${wanted} (${whyNot}); ${json}; ${say()}`)
    }
    if (got === 0) {
      this.totals.rows++
      this.says.push(say)
    } else this.totals.refused++
    if (this.is.rows !== this.should.rows) throw new Error(`${this.is.rows} rows; ${say()}`)
    if (this.is.rows >= 50) this.compareRows()
  }

  /** Compares the rows that have come together; at the end of a run there are some left (see `finish`). */
  compareRows(): void {
    for (const [i, column] of this.is.columns.entries()) this.compareColumn(column, this.should.columns[i]!)
    this.is.truncate(0)
    this.should.truncate(0)
    this.says.length = 0
  }

  /** A record that may be anything: all that counts is that only its own bytes do, and that no more rows come of it than it says. */
  decodeAnything(plan: RowDecoder, record: Uint8Array, random: Random, say: () => string): number {
    const rows = this.is.rows
    const got = this.decodeTwice(plan, record, random, say)
    if (this.is.rows !== rows + (got === 0 ? 1 : 0))
      throw new Error(`${this.is.rows - rows} rows of one record; ${say()}`)
    this.is.truncate(rows)
    return got
  }

  /** With other bytes around it each time: what lies there must not matter, and must stay. */
  private decodeTwice(plan: RowDecoder, record: Uint8Array, random: Random, say: () => string): number {
    const rows = this.is.rows
    const answers = [0x00, 0xff].map((around) => {
      this.is.truncate(rows)
      const start = random.below(9)
      const arena = new Uint8Array(start + record.length + random.below(20)).fill(around)
      arena.set(record, start)
      const copy = arena.slice()
      const got = plan.decode(arena, start, start + record.length, this.is)
      if (!Bun.deepEquals(arena, copy)) throw new Error(`the record's memory was changed; ${say()}`)
      return got
    })
    if (answers[0] !== answers[1]) throw new Error(`gave ${answers.join(' and ')} with other bytes around; ${say()}`)
    return answers[0]!
  }

  private compareColumn(is: Column, should: Column): void {
    const got = columnValues(is)
    const wanted = columnValues(should)
    const isJson = is.field.type === DataType.Json
    for (const [row, value] of wanted.entries()) {
      const same = isJson && value !== null ? sameJson(got[row], value) : Bun.deepEquals(got[row], value)
      if (!same)
        throw new Error(
          `field ${is.field.name}: ${Bun.inspect(got[row])}, not ${Bun.inspect(value)}; ${this.says[row]!()}`,
        )
    }
  }
}

/** Compares the rows that are left; how many there were in all collections, and how many records were refused. */
export function finish(collections: readonly SameRows[]): { readonly rows: number; readonly refused: number } {
  const total = { rows: 0, refused: 0 }
  for (const rows of collections) {
    rows.compareRows()
    total.rows += rows.totals.rows
    total.refused += rows.totals.refused
  }
  return total
}

export function sameJson(one: unknown, other: unknown): boolean {
  return Bun.deepEquals(JSON.parse(String(one)), JSON.parse(String(other)))
}

/** The record with some of its bytes changed, cut off, or put in. */
export function mutate(record: Uint8Array, random: Random): Uint8Array {
  if (random.once(3)) return record.slice(0, random.below(record.length + 1))
  const mutant = [...record]
  for (let n = 1 + random.below(3); n > 0; n--) {
    const at = random.below(mutant.length + 1)
    if (random.once(3)) mutant.splice(at, 0, ...Array.from({ length: 1 + random.below(11) }, () => 0xff))
    else if (random.once(2)) mutant[at] = random.below(256)
    else mutant.splice(at, random.below(4))
  }
  return Uint8Array.from(mutant)
}
