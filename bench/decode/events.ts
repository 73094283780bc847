/**
 * `bun bench/decode/events.ts`: what change events cost over their rows alone, in Avro and Protobuf: with the row found in the event by the plan, and over JSON text. In turns
 * in one process, best pass of each.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import avro from 'avsc'
import protobuf from 'protobufjs'
import { ColumnBatch } from '../../src/columns/batch.ts'
import type { SchemaConverterSettings } from '../../src/config/converters.ts'
import type { SinkSettings } from '../../src/config/sink.ts'
import { compileDecoder } from '../../src/decode/compile.ts'
import type { RowDecoder } from '../../src/decode/decoder.ts'
import { openRecordText } from '../../src/decode/schemas/text.ts'
import type { Arena } from '../../src/kafka/arena.ts'
import { compileMapped } from '../../src/mapping/compile-mapping.ts'
import { arenaOf, passMs, printPass } from './decoder-pass.ts'
import { chain } from './mapping-ways.ts'
import { parsedRows, workloads } from './workloads.ts'

const passes = 40
const directory = mkdtempSync(join(tmpdir(), 'redkite-bench-'))
const workload = workloads('768-d, 8 digits')[0]!
const { schema, records } = workload
const rows: readonly object[] = parsedRows(workload)
const eventOf = (row: object) => ({ before: null, after: row, source: { table: 'articles', ts_ms: 1 }, op: 'c' })

interface Format {
  readonly name: string
  readonly kind: 'avro' | 'protobuf'
  /** Of the schemas' files. */
  readonly row: string
  readonly event: string
  write(record: object, isEvent: boolean): Uint8Array
}

function avroFormat(): Format {
  const members = [
    { name: 'id', type: 'long' },
    { name: 'v', type: { type: 'array', items: 'float' } },
  ]
  const row = { type: 'record' as const, name: 'Row', fields: members }
  const source = [
    { name: 'table', type: 'string' },
    { name: 'ts_ms', type: 'long' },
  ]
  const event = {
    type: 'record' as const,
    name: 'Event',
    fields: [
      { name: 'before', type: ['null', row] },
      { name: 'after', type: ['null', 'Row'] },
      { name: 'source', type: { type: 'record', name: 'Source', fields: source } },
      { name: 'op', type: 'string' },
    ],
  }
  const types = [row, event].map((each) => avro.Type.forSchema(each as avro.Schema, { wrapUnions: false }))
  const write = (record: object, isEvent: boolean) => types[isEvent ? 1 : 0]!.toBuffer(record)
  return { name: 'Avro array<float>', kind: 'avro', row: JSON.stringify(row), event: JSON.stringify(event), write }
}

function protobufFormat(): Format {
  const row = 'message Row { int64 id = 1; repeated float v = 2; }'
  const source = 'message Source { string table = 1; int64 ts_ms = 2; }'
  const text = `syntax = "proto3"; ${row} ${source} message Event { Row before = 1; Row after = 2; Source source = 3; string op = 4; }`
  const { root } = protobuf.parse(text, { keepCase: true })
  const types = ['Row', 'Event'].map((name) => root.lookupType(name))
  const write = (record: object, isEvent: boolean) => {
    const type = types[isEvent ? 1 : 0]!
    return type.encode(type.fromObject(record)).finish()
  }
  return { name: 'Protobuf packed', kind: 'protobuf', row: text, event: text, write }
}

function contendersOf(format: Format) {
  const settingsOf = (what: 'row' | 'event', more: Partial<SinkSettings>): SinkSettings => {
    const path = join(directory, `${format.kind}-${what}`)
    writeFileSync(path, format[what])
    const messageName = what === 'row' ? 'Row' : 'Event'
    const valueConverter: SchemaConverterSettings = {
      kind: format.kind,
      schemas: { from: 'file', path, messageName, at: 'bench' },
    }
    const plain = { transforms: [], fieldMapping: new Map(), valueEnvelope: 'none', keyMode: 'record_value' }
    return { ...plain, valueConverter, collection: 'articles', ...more } as Partial<SinkSettings> as SinkSettings
  }
  const row = arenaOf(rows.map((each) => format.write(each, false)))
  const event = arenaOf(rows.map((each) => format.write(eventOf(each), true)))
  const debezium = settingsOf('event', { valueEnvelope: 'debezium' })
  const unwrap = settingsOf('event', chain('ExtractNewRecordState') as Partial<SinkSettings>)
  const flatten = settingsOf('event', {
    ...(chain('Flatten$Value delimiter=_') as Partial<SinkSettings>),
    fieldMapping: new Map(['id', 'v'].map((field) => [field, [`after_${field}`]])),
  })
  const value = openRecordText(debezium.valueConverter as SchemaConverterSettings, 'record value', undefined)
  const ways: [string, RowDecoder, Arena][] = [
    ['rows alone', compileDecoder(schema, settingsOf('row', {})), row],
    ['value.envelope=debezium', compileDecoder(schema, debezium), event],
    ['ExtractNewRecordState', compileDecoder(schema, unwrap), event],
    ['Flatten, paths', compileDecoder(schema, flatten), event],
    ['over text', compileMapped(schema, debezium, { value }), event],
  ]
  return ways.map(([name, decoder, arena]) => {
    return { name, decoder, arena, batch: new ColumnBatch(schema, { rowsHint: records }), bestMs: Infinity }
  })
}

for (const format of [avroFormat(), protobufFormat()]) {
  const contenders = contendersOf(format)
  for (let i = 0; i < passes; i++) {
    for (const each of contenders) each.bestMs = Math.min(each.bestMs, passMs(each.decoder, each.arena, each.batch))
  }
  console.log(`768-d, ${format.name}`)
  for (const { name, bestMs } of contenders) printPass(name, records, bestMs, contenders[0]!.bestMs)
}
rmSync(directory, { recursive: true })
