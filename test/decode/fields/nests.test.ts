/**
 * Fields taken from inside of records, and fields put in from elsewhere: random rows by the plan that knows them as records of their own, and by one that finds them inside of
 * other records. The same ones again with REDKITE_FUZZ_SEED.
 */
import { describe, expect, test } from 'bun:test'
import { ColumnBatch } from '../../../src/columns/batch.ts'
import { compileAvroPlan } from '../../../src/decode/avro/plan.ts'
import { readAvroSchema } from '../../../src/decode/avro/schema.ts'
import type { RowDecoder } from '../../../src/decode/decoder.ts'
import { InsertedFields } from '../../../src/decode/fields/inserted-fields.ts'
import { reason } from '../../../src/decode/json/reason.ts'
import type { NestedNames, PlanOptions } from '../../../src/decode/plan-options.ts'
import { compileProtobufPlan } from '../../../src/decode/protobuf/plan.ts'
import { readProtobufText } from '../../../src/decode/protobuf/schema.ts'
import { columnValues } from '../../columns/protobuf.ts'
import { arenaWith } from '../../mapping/one-record.ts'
import { AvroWriter } from '../avro/documents.ts'
import { Random } from '../json/documents.ts'
import { withoutStackTraces } from '../no-stack-traces.ts'
import { ProtobufWriter } from '../protobuf/documents.ts'
import { everyType } from './collection.ts'

const documents = Number(process.env.REDKITE_FUZZ_DOCUMENTS ?? 600)
const seed = Number(process.env.REDKITE_FUZZ_SEED ?? Date.now() % 2 ** 31)
const recordsOfSchema = 25

withoutStackTraces()

const schema = everyType(false)
const names = schema.fields.filter(({ autoId }) => !autoId).map(({ name }) => name)

/** Fields put in, and what they are in the row of `arenaWith`. */
const inserted = { big: '42', title: 'shop.orders', ratio: 7, extra: '42' }

/** All fields from inside, where `steps` lead. */
function inside(steps: readonly string[]): PlanOptions {
  const own = new Map(names.map((name) => [name, name]))
  const nest = steps.slice(1).reduceRight<NestedNames>((within, step) => new Map([[step, within]]), own)
  return { nests: new Map([[steps[0]!, nest]]), fieldNames: new Map(names.map((name) => [name, ''])) }
}

function withInserted(): PlanOptions & { readonly inserted: InsertedFields } {
  const fields = new InsertedFields(
    new Map([
      ['big', 'offset'],
      ['title', 'topic'],
      ['ratio', 'partition'],
      ['extra', 'offset'],
    ]),
  )
  fields.turnTo(arenaWith({ value: '' }), 0, { topic: 'shop.orders', partition: 7 })
  return { inserted: fields, fieldNames: new Map(Object.keys(inserted).map((name) => [name, ''])) }
}

/** The row by names, or the code of the error. */
function rowOf(plan: RowDecoder, record: Uint8Array): Record<string, unknown> | string | number {
  const batch = new ColumnBatch(schema, { rowsHint: 1 })
  const result = plan.decode(record, 0, record.length, batch)
  if (result < 0) return result === reason.record ? plan.failure().code : result
  return Object.fromEntries(batch.columns.map((column) => [column.field.name, columnValues(column)[0]]))
}

const nothing = Object.fromEntries(names.map((name) => [name, null]))

interface Plans {
  readonly alone: RowDecoder
  readonly within: RowDecoder
  readonly filled: RowDecoder
}

const totals = { rows: 0, refused: 0, unseen: 0 }

function compare({ alone, within, filled }: Plans, row: Uint8Array, outer: Uint8Array, say: () => string): void {
  const wanted = rowOf(alone, row)
  const got = rowOf(within, outer)
  if (got === reason.unseen) totals.unseen++
  else if (!Bun.deepEquals(got, wanted)) throw new Error(`${Bun.inspect(got)}, not ${Bun.inspect(wanted)}; ${say()}`)
  totals[typeof wanted === 'object' ? 'rows' : 'refused']++
  const full = rowOf(filled, row)
  // What the record had for the fields that were put in is not looked at, so it refuses nothing.
  if (typeof wanted === 'object' && !Bun.deepEquals(full, { ...wanted, ...inserted })) {
    throw new Error(`${Bun.inspect(full)} with fields put in; ${say()}`)
  }
}

function expectMost(): void {
  expect(totals.rows).toBeGreaterThan(documents / 20)
  expect(totals.unseen).toBeLessThan(documents / 2)
  expect(totals.refused).toBeGreaterThan(documents / 50)
  totals.rows = 0
  totals.refused = 0
  totals.unseen = 0
}

test(`${documents} Avro records of seed ${seed} inside of others become the rows that they are alone`, () => {
  const random = new Random(seed)
  const writer = new AvroWriter(random)
  for (let n = 0; n < documents; ) {
    const row = writer.schema(schema)
    const around = (name: string, type: unknown) => ({
      type: 'record',
      name: `${name}Of`,
      fields: [
        { name: 'title', type: 'long' },
        { name, type: random.once(2) ? type : ['null', type] },
        { name: 'more', type: 'string' },
      ],
    })
    const deep = random.once(2)
    const doc = deep ? around('in', row) : row
    const outer = around('doc', doc)
    const plan = (writers: unknown, options?: PlanOptions) =>
      compileAvroPlan(readAvroSchema(JSON.stringify(writers)), schema, options)
    const plans = {
      alone: plan(row),
      within: plan(outer, inside(deep ? ['doc', 'in'] : ['doc'])),
      filled: plan(row, withInserted()),
    }
    /** A record around one that is written. */
    const wrap = (writers: ReturnType<typeof around>, record: Uint8Array) => {
      const branch = Array.isArray(writers.fields[1]!.type) ? [2] : []
      return Uint8Array.of(...writer.record('long'), ...branch, ...record, ...writer.record('string'))
    }
    for (let i = 0; i < recordsOfSchema; i++, n++) {
      const record = writer.record(JSON.parse(JSON.stringify(row)))
      const wrapped = wrap(outer, deep ? wrap(doc, record) : record)
      compare(plans, record, wrapped, () => `seed ${seed}, record ${n}, ${JSON.stringify(row)}`)
    }
    if (Array.isArray(outer.fields[1]!.type)) expect(rowOf(plans.within, Uint8Array.of(2, 0, 0))).toEqual(nothing)
  }
  expectMost()
}, 600_000)

test(`${documents} messages of seed ${seed} inside of others become the rows that they are alone`, () => {
  const random = new Random(seed)
  const writer = new ProtobufWriter(random)
  for (let n = 0; n < documents; ) {
    const text = `${writer.schema(schema)}
      message Outer { optional int64 title = 1; optional Row doc = 2; optional Middle mid = 3; oneof one { Row that = 4; string other = 5; } }
      message Middle { optional int32 title = 1; optional Row in = 2; }`
    const file = readProtobufText(text)
    const [type, outer] = [file.message('Row'), file.message('Outer')]
    const alone = compileProtobufPlan(type, schema)
    const filled = compileProtobufPlan(type, schema, withInserted())
    const way = random.pick([['doc'], ['mid', 'in'], ['that']])
    const within = compileProtobufPlan(outer, schema, inside(way))
    const title = Uint8Array.of(0x08, 0x07)
    const other = Uint8Array.of(0x2a, 0x01, 0x78)
    for (let i = 0; i < recordsOfSchema; i++, n++) {
      const parts = Array.from({ length: 1 + random.below(2) }, () => writer.record(type))
      const wrapped = parts.map((part) => {
        if (way[0] === 'doc') return field(2, part)
        return way[0] === 'that' ? field(4, part) : field(3, joined([title, field(2, part)]))
      })
      // What came of a member of a oneof is forgotten when another comes.
      const before = way[0] === 'that' ? [field(4, writer.record(type)), other] : [title, other]
      const record = joined([...before, ...wrapped])
      const say = () => `seed ${seed}, record ${n}: ${Buffer.from(record).toString('hex')} by ${way} of ${text}`
      compare({ alone, within, filled }, joined(parts), record, say)
      if (way[0] !== 'that') continue
      const undone = rowOf(within, joined([...wrapped, other]))
      if (undone !== reason.unseen) expect(undone).toEqual(nothing)
    }
    expect(rowOf(within, title)).toEqual(nothing)
  }
  expectMost()
}, 600_000)

describe('what a path cannot go through', () => {
  const options = { nests: new Map([['doc', new Map([['big', 'big']])]]) }

  test('is left to those who read JSON text', () => {
    const avro = (type: unknown) => JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'doc', type }] })
    const plan = compileAvroPlan(readAvroSchema(avro(['int', { type: 'map', values: 'int' }])), schema, options)
    expect(rowOf(plan, Uint8Array.of(0, 14))).toBe(reason.unseen)
    expect(rowOf(plan, Uint8Array.of(2, 0))).toBe(reason.unseen)
    for (const type of ['repeated Doc', 'map<string, int64>', 'int64', 'google.protobuf.Int64Value']) {
      const file = `syntax = "proto3"; import "google/protobuf/wrappers.proto"; message R { ${type} doc = 1; } message Doc { int64 big = 1; }`
      const message = readProtobufText(file).message('R')
      expect(rowOf(compileProtobufPlan(message, schema, options), new Uint8Array(0))).toBe(reason.unseen)
    }
  })
})

function field(number: number, bytes: Uint8Array): Uint8Array {
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7]
  if (bytes.length >= 1 << 14) throw new Error('a longer part than this test can frame')
  return Uint8Array.of((number << 3) | 2, ...length, ...bytes)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
