/**
 * Rows inside of Avro and Protobuf records: by a plan that knows where the row lies, and over JSON text. Both come to the same. More with REDKITE_FUZZ_DOCUMENTS, the
 * same ones again with REDKITE_FUZZ_SEED.
 */
import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import avro from 'avsc'
import protobuf from 'protobufjs'
import type { SchemaConverterSettings } from '../../src/config/converters.ts'
import { compileDecoder } from '../../src/decode/compile.ts'
import { openRecordText } from '../../src/decode/schemas/text.ts'
import { compileMapped } from '../../src/mapping/compile-mapping.ts'
import { CompiledDecoder } from '../../src/mapping/compiled-decoder.ts'
import { DataType } from '../../src/milvus/schema.ts'
import { Effect } from '../../src/sink/effect.ts'
import { collection, field, key, varchar, vector } from '../columns/schema.ts'
import { sink } from '../config/files.ts'
import { Random } from '../decode/json/documents.ts'
import { withoutStackTraces } from '../decode/no-stack-traces.ts'
import { chainLines } from './chain-lines.ts'
import { Way } from './way.ts'

const documents = Number(process.env.REDKITE_FUZZ_DOCUMENTS ?? 400)
const seed = Number(process.env.REDKITE_FUZZ_SEED ?? Date.now() % 2 ** 31)
const documentsOfSchema = 20
const directory = mkdtempSync(join(tmpdir(), 'redkite-shapes-'))

withoutStackTraces()
afterAll(() => rmSync(directory, { recursive: true }))

const schemaOf = (dynamic: boolean) =>
  collection(
    [
      key('id'),
      vector('v', 3, { nullable: true }),
      varchar('title', 12, { nullable: true }),
      varchar('__op', 9, { nullable: true }),
      field('at', DataType.Int64, { nullable: true }),
    ],
    dynamic,
  )

/** A chain of transforms, each as its class and settings. */
function chain(...steps: readonly string[]): string {
  const settingsOf = (step: string) => `type=${step}`.split(' ').map((setting) => setting.split('='))
  return chainLines(steps.map((step) => Object.fromEntries(settingsOf(step))))
}

const out = 'ExtractField$Value field=after'
const added = ['op', 'op,source.ts_ms:at', 'transaction.id:title,op', 'source.op', 'ts_ms:at', 'transaction.ts_ms:at']

/** What takes the row out of an event, or out of "after" alone, or out of all that is in it. */
function linesOf(random: Random): string {
  const mode = random.pick(['drop', 'rewrite', 'tombstone'])
  const fields = `add.fields=${random.pick(added)} add.fields.prefix=${random.pick(['', '__'])}`
  const unwrap = `ExtractNewRecordState delete.tombstone.handling.mode=${mode} ${random.once(2) ? fields : ''}`.trim()
  const lines = random.pick([
    'value.envelope=debezium\n',
    'value.envelope=debezium\n',
    chain(unwrap),
    chain(unwrap),
    chain(out),
    `${chain(out, 'HoistField$Value field=doc')}field.mapping=id:doc.id,v:doc.v,title:doc.title,at:doc.at,__op:doc.op\n`,
    `${chain('Flatten$Value delimiter=_')}field.mapping=id:after_id,v:after_v,title:after_more_deep,at:source_ts_ms,__op:op\n`,
    `${chain(out, 'Flatten$Value', 'MaskField$Value fields=more.deep replacement=x')}field.mapping=title:\`more.deep\`\n`,
    `${chain(unwrap, 'Flatten$Value delimiter=_')}field.mapping=title:more_deep\n`,
  ])
  const keys = ['pk.mode=record_key', 'key.converter=org.apache.kafka.connect.json.JsonConverter']
  const keyLines = random.once(3) ? [...keys, 'key.converter.schemas.enable=false', ''].join('\n') : ''
  return `${lines}${keyLines}${random.once(2) ? 'behavior.on.null.values=delete\n' : ''}`
}

const totals = { rows: 0, others: 0, compiled: 0 }

function compare(random: Random, converter: string, file: string, more: string, write: () => Uint8Array): void {
  const schema = schemaOf(random.once(3))
  const lines = linesOf(random)
  const converterLines = `value.converter=${converter}\nvalue.converter.schema.file=${file}\n${more}`
  const settings = sink({ sink: lines + converterLines })
  const decoder = compileDecoder(schema, settings)
  const value = openRecordText(settings.valueConverter as SchemaConverterSettings, 'record value', undefined)
  const got = new Way(decoder, schema, settings)
  const wanted = new Way(compileMapped(schema, settings, { value }), schema, settings)
  if (decoder instanceof CompiledDecoder) totals.compiled++
  for (let i = 0; i < documentsOfSchema; i++) {
    const record = {
      value: random.once(20) ? null : random.once(30) ? Uint8Array.of(7, 7, 7) : write(),
      key: random.pick(['{"id":7}', '{"id":8}', '9', '"x"', null]),
    }
    const gave = got.take(record)
    const should = wanted.take(record)
    const say = () => `seed ${seed}: ${record.value?.toHex()} ${record.key}\nwith ${lines}`
    if (!Bun.deepEquals(gave, should)) throw new Error(`${JSON.stringify([gave, should])}; ${say()}`)
    totals[gave.effect === Effect.Put ? 'rows' : 'others']++
  }
}

function expectMost(): void {
  expect(totals.rows).toBeGreaterThan(documents / 5)
  expect(totals.others).toBeGreaterThan(documents / 5)
  expect(totals.compiled).toBeGreaterThan(documents / documentsOfSchema / 2)
  Object.assign(totals, { rows: 0, others: 0, compiled: 0 })
}

/** An event as JavaScript has it, for both formats. */
function eventOf(random: Random): Record<string, unknown> {
  const row = () => ({
    id: random.below(1000),
    v: [0.5, random.below(9), -2].slice(0, random.once(20) ? 2 : 3),
    title: random.pick(['kite', 'buzzard', 'a title that is too long', undefined]),
    op: random.pick(['own', undefined]),
    more: random.once(3) ? undefined : { deep: random.pick(['deep', undefined]), tags: ['a'], a: 'x', b: undefined },
    more_deep: random.pick(['joined', undefined]),
    props: random.once(2) ? {} : { kind: 'bird' },
  })
  return {
    before: random.once(3) ? row() : undefined,
    after: random.once(6) ? undefined : row(),
    source: random.once(8) ? undefined : { ts_ms: random.below(1e6), table: 'orders' },
    op: random.pick(['c', 'c', 'u', 'r', 'd', 't', 'm', 'x', '', undefined]),
    ts_ms: random.once(5) ? undefined : random.below(1e6),
    transaction: random.once(3) ? { id: '5' } : undefined,
    __deleted: random.pick(['true', 'false']),
  }
}

test('what a record has that is ignored is counted where a plan leaves it to JSON text', () => {
  const schema = schemaOf(false)
  const proto =
    'syntax = "proto3"; message Row { int64 id = 1; map<string, string> props = 2; optional string note = 3; }'
  const message = protobuf.parse(proto, { keepCase: true }).root.lookupType('Row')
  const record = {
    type: 'record',
    name: 'Row',
    fields: [
      { name: 'id', type: 'long' },
      { name: 'props', type: { type: 'map', values: 'string' } },
      { name: 'note', type: 'string' },
    ],
  }
  const row = { id: 7, props: { kind: 'bird' }, note: 'n' }
  writeFileSync(join(directory, 'row.proto'), proto)
  writeFileSync(join(directory, 'row.avsc'), JSON.stringify(record))
  const formats = [
    { converter: 'protobuf.Protobuf', file: 'row.proto', value: message.encode(message.fromObject(row)).finish() },
    { converter: 'avro.Avro', file: 'row.avsc', value: avro.Type.forSchema(record as never).toBuffer(row) },
  ]
  for (const { converter, file, value } of formats) {
    const ignored = (lines: string): Set<string> => {
      const more = `value.converter=io.confluent.connect.${converter}Converter\nvalue.converter.schema.file=${join(directory, file)}\n`
      const settings = sink({ sink: lines + more })
      const decoder = compileDecoder(schema, settings)
      const { effect } = new Way(decoder, schema, settings).take({ value: new Uint8Array(value), key: null })
      expect([effect, decoder instanceof CompiledDecoder]).toEqual([Effect.Put, true])
      return new Set(decoder.ignoredNames().byName.keys())
    }
    expect(ignored(chain('Flatten$Value delimiter=_'))).toEqual(new Set(['props_kind', 'note']))
    expect(ignored('field.mapping=title:props.kind\n')).toEqual(new Set(['note']))
  }
})

test(`${documents} Avro records of seed ${seed} with rows inside are the same by a plan as over text`, () => {
  const random = new Random(seed)
  const optional = (type: unknown) => (random.once(2) ? ['null', type] : [type, 'null'])
  for (let n = 0; n < documents; n += documentsOfSchema) {
    const deep = {
      type: 'record',
      name: 'Deep',
      fields: [
        { name: 'deep', type: optional('string') },
        { name: 'tags', type: { type: 'array', items: 'string' } },
      ],
    }
    const members = [
      { name: 'id', type: 'long' },
      { name: 'v', type: { type: 'array', items: 'float' } },
      { name: 'title', type: optional('string') },
      ...(random.once(2) ? [{ name: 'op', type: optional('string') }] : []),
      { name: 'more', type: optional(deep) },
      ...(random.once(4) ? [{ name: 'props', type: optional({ type: 'map', values: 'string' }) }] : []),
      ...(random.once(8) ? [{ name: 'more_deep', type: optional('string') }] : []),
    ]
    const row = { type: 'record', name: 'Row', fields: members }
    const fields = [
      { name: 'before', type: optional(row) },
      { name: 'after', type: random.once(8) ? ['null', 'string', 'Row'] : optional('Row') },
      {
        name: 'source',
        type: optional({
          type: 'record',
          name: 'Source',
          fields: [
            { name: 'ts_ms', type: 'long' },
            { name: 'table', type: 'string' },
          ],
        }),
      },
      {
        name: 'op',
        type: random.once(3)
          ? 'string'
          : optional(random.once(3) ? { type: 'enum', name: 'Op', symbols: ['c', 'd', 'u', 'r'] } : 'string'),
      },
      { name: 'ts_ms', type: optional('long') },
      {
        name: 'transaction',
        type: optional({ type: 'record', name: 'Transaction', fields: [{ name: 'id', type: 'string' }] }),
      },
      ...(random.once(8) ? members.slice(0, 2) : []),
      ...(random.once(8) ? [{ name: '__deleted', type: 'string' }] : []),
    ]
    // The first that names a type defines it.
    const kept = fields.filter(({ name }) => name === 'before' || !random.once(25))
    const event = { type: 'record', name: 'Event', fields: kept }
    const type = avro.Type.forSchema(event as never, { wrapUnions: false })
    const file = join(directory, `event-${n}.avsc`)
    writeFileSync(file, JSON.stringify(event))
    const write = () => {
      const given: Record<string, unknown> = { ...eventOf(random), id: 3, v: [1, 2, 3] }
      const op = kept.find(({ name }) => name === 'op')?.type
      const isEnum = JSON.stringify(op ?? '').includes('enum')
      if (isEnum && !['c', 'd', 'u', 'r', undefined].includes(given.op as string)) given.op = 'c'
      if (op === 'string') given.op ??= 'c'
      const nulls = (value: unknown): unknown =>
        value === undefined
          ? null
          : Array.isArray(value) || typeof value !== 'object' || value === null
            ? value
            : Object.fromEntries(Object.entries(value).map(([name, each]) => [name, nulls(each)]))
      return new Uint8Array(type.toBuffer(nulls(given)))
    }
    compare(random, 'io.confluent.connect.avro.AvroConverter', file, '', write)
  }
  expectMost()
}, 600_000)

test(`${documents} messages of seed ${seed} with rows inside are the same by a plan as over text`, () => {
  const random = new Random(seed)
  for (let n = 0; n < documents; n += documentsOfSchema) {
    const optional = () => (random.once(2) ? 'optional ' : '')
    const text = `syntax = "proto3";
      message Event {
        Row before = 1; ${random.once(8) ? 'oneof what { Row after = 2; string else = 12; }' : 'Row after = 2;'} Source source = 3;
        ${random.once(10) ? '' : `${optional()}string op = 4;`} ${optional()}int64 ts_ms = 5; Transaction transaction = 6;
        ${random.once(6) ? 'int64 id = 7; string __deleted = 8;' : ''}
      }
      message Row {
        int64 id = 1; repeated float v = 2; optional string title = 3; ${optional()}string op = 4; Deep more = 5;
        ${random.once(4) ? 'map<string, string> props = 6;' : ''} ${random.once(8) ? 'string more_deep = 7;' : ''}
      }
      message Deep { ${optional()}string deep = 1; repeated string tags = 2; oneof one { string a = 3; int64 b = 4; } }
      message Source { int64 ts_ms = 1; string table = 2; }
      message Transaction { string id = 1; }`
    const type = protobuf.parse(text, { keepCase: true }).root.lookupType('Event')
    const file = join(directory, `event-${n}.proto`)
    writeFileSync(file, text)
    const write = () => {
      const event = eventOf(random)
      // Nobody else has set the member of the oneof.
      return new Uint8Array(type.encode(type.fromObject(random.once(10) ? { ...event, else: 'x' } : event)).finish())
    }
    compare(
      random,
      'io.confluent.connect.protobuf.ProtobufConverter',
      file,
      'value.converter.message.name=Event\n',
      write,
    )
  }
  expectMost()
}, 600_000)
