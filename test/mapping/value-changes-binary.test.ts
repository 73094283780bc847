/**
 * Random Avro records and Protobuf messages whose values change: what changes becomes what it becomes over JSON text, all else what it becomes without. The same
 * ones again with REDKITE_FUZZ_SEED.
 */
import { expect, test } from 'bun:test'
import { ColumnBatch } from '../../src/columns/batch.ts'
import type { SinkSettings } from '../../src/config/sink.ts'
import { compileAvroPlan } from '../../src/decode/avro/plan.ts'
import { readAvroSchema } from '../../src/decode/avro/schema.ts'
import { compileAvroText } from '../../src/decode/avro/text.ts'
import type { RowDecoder } from '../../src/decode/decoder.ts'
import type { PlanOptions } from '../../src/decode/plan-options.ts'
import { compileProtobufPlan } from '../../src/decode/protobuf/plan.ts'
import { readProtobufText } from '../../src/decode/protobuf/schema.ts'
import { compileProtobufText } from '../../src/decode/protobuf/text.ts'
import type { RecordText } from '../../src/decode/record-text.ts'
import { compileMapped, compileWays } from '../../src/mapping/compile-mapping.ts'
import { CompiledDecoder } from '../../src/mapping/compiled-decoder.ts'
import { columnValues } from '../columns/protobuf.ts'
import { sink } from '../config/files.ts'
import { AvroWriter } from '../decode/avro/documents.ts'
import { everyType } from '../decode/fields/collection.ts'
import { Random } from '../decode/json/documents.ts'
import { withoutStackTraces } from '../decode/no-stack-traces.ts'
import { ProtobufWriter } from '../decode/protobuf/documents.ts'
import { arenaWith } from './one-record.ts'

const documents = Number(process.env.REDKITE_FUZZ_DOCUMENTS ?? 500)
const seed = Number(process.env.REDKITE_FUZZ_SEED ?? Date.now() % 2 ** 31)
const recordsOfSchema = 10
const place = { topic: 'shop.orders', partition: 7 }
const schema = everyType(false)
const plain = ['ok', 'tiny', 'short', 'count', 'big', 'ratio', 'score', 'title', 'extra', 'words']

withoutStackTraces()

/** One transform of a sink's file, and the field that it changes. */
function change(random: Random): { readonly field: string; readonly lines: string } {
  const field = random.pick(plain)
  const settings = random.pick([
    `Cast$Value\ntransforms.t.spec=${field}:${random.pick(['int8', 'int64', 'float64', 'boolean', 'string'])}`,
    `MaskField$Value\ntransforms.t.fields=${field}${random.once(2) ? '\ntransforms.t.replacement=7' : ''}`,
    `TimestampConverter$Value\ntransforms.t.field=${field}\ntransforms.t.target.type=string\ntransforms.t.format=yyyy`,
  ])
  return { field, lines: `transforms=t\ntransforms.t.type=${settings}` }
}

interface Format {
  readonly openPlan: (options: PlanOptions) => RowDecoder
  readonly openText: () => RecordText
}

/** The row by names, or the error's message. */
function outcome(decoder: RowDecoder, value: Uint8Array): Record<string, unknown> | string {
  const arena = arenaWith({ value })
  const batch = new ColumnBatch(schema, { rowsHint: 1 })
  const turned = decoder.turnTo?.(arena, 0, place) ?? 0
  const result = turned < 0 ? turned : decoder.decode(arena.bytes, 0, value.length, batch)
  if (result < 0) return decoder.failure().message
  return Object.fromEntries(batch.columns.map((column) => [column.field.name, columnValues(column)[0]]))
}

class Comparison {
  private readonly alone: RowDecoder
  private readonly overText: RowDecoder
  private readonly changed: RowDecoder

  constructor(
    format: Format,
    private readonly field: string,
    settings: SinkSettings,
    private readonly totals: { rows: number },
  ) {
    const openText = () => compileMapped(schema, settings, { value: format.openText() })
    this.alone = format.openPlan({})
    this.overText = openText()
    const { openPlan } = format
    this.changed = compileWays(schema, settings, {
      refusedToo: false,
      unwraps: false,
      openPlan,
      openText,
    })
    expect(this.changed).toBeInstanceOf(CompiledDecoder)
  }

  take(record: Uint8Array, say: () => string): void {
    const alone = outcome(this.alone, record)
    const text = outcome(this.overText, record)
    const got = outcome(this.changed, record)
    const fails = typeof text === 'string' && text.startsWith('transform ')
    if (fails) {
      // Of a record that is wrong elsewhere, too, either is said.
      if (typeof got !== 'string' || (typeof alone === 'object' && got !== text)) throw new Error(`${got}; ${say()}`)
    } else if (typeof text === 'object' && typeof alone === 'object') {
      const wanted = { ...alone, [this.field]: text[this.field] }
      if (!Bun.deepEquals(got, wanted)) throw new Error(`${Bun.inspect(got)}, not ${Bun.inspect(wanted)}; ${say()}`)
      this.totals.rows++
    }
  }
}

test(`${documents} Avro records of seed ${seed} with values that change`, () => {
  const random = new Random(seed)
  const writer = new AvroWriter(random)
  const totals = { rows: 0 }
  for (let n = 0; n < documents; ) {
    const writers = writer.schema(schema)
    const type = readAvroSchema(JSON.stringify(writers))
    const { field, lines } = change(random)
    const openPlan = (options: PlanOptions) => compileAvroPlan(type, schema, options)
    const format = { openPlan, openText: () => compileAvroText(type) }
    const comparison = new Comparison(format, field, sink({ sink: lines }), totals)
    for (let i = 0; i < recordsOfSchema; i++, n++) {
      const record = writer.record(JSON.parse(JSON.stringify(writers)))
      comparison.take(record, () => `seed ${seed}, record ${n}, ${lines}, ${JSON.stringify(writers)}`)
    }
  }
  expect(totals.rows).toBeGreaterThan(documents / 100)
}, 600_000)

test(`${documents} messages of seed ${seed} with values that change`, () => {
  const random = new Random(seed)
  const writer = new ProtobufWriter(random)
  const totals = { rows: 0 }
  for (let n = 0; n < documents; ) {
    const text = writer.schema(schema)
    const message = readProtobufText(text).message('Row')
    const { field, lines } = change(random)
    const openPlan = (options: PlanOptions) => compileProtobufPlan(message, schema, options)
    const format = { openPlan, openText: () => compileProtobufText(message) }
    const comparison = new Comparison(format, field, sink({ sink: lines }), totals)
    for (let i = 0; i < recordsOfSchema; i++, n++) {
      comparison.take(writer.record(message), () => `seed ${seed}, record ${n}, ${lines}, ${text}`)
    }
  }
  expect(totals.rows).toBeGreaterThan(documents / 100)
}, 600_000)
