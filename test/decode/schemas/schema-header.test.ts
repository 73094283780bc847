/** Records that name their schema in a header, as Confluent's HeaderSchemaIdSerializer writes them, beside those that have it before them. */
import { afterEach, expect, test } from 'bun:test'
import avro from 'avsc'
import { ColumnBatch } from '../../../src/columns/batch.ts'
import { compileDecoder, readsDetails } from '../../../src/decode/compile.ts'
import { reason } from '../../../src/decode/json/reason.ts'
import { RecordKey } from '../../../src/decode/key.ts'
import type { Header } from '../../../src/kafka/header.ts'
import { DataType } from '../../../src/milvus/schema.ts'
import { columnValues } from '../../columns/protobuf.ts'
import { collection, field, key } from '../../columns/schema.ts'
import { sink } from '../../config/files.ts'
import { arenaWith } from '../../mapping/one-record.ts'
import { RegistryDouble } from '../../servers/registry.ts'

const schema = collection([key(), field('n', DataType.Int32)])
const place = { topic: 't', partition: 0 }

const doubles: RegistryDouble[] = []
afterEach(async () => {
  await Promise.all(doubles.splice(0).map((one) => one.stop()))
})

function registry(): RegistryDouble {
  const double = new RegistryDouble({}, 258)
  doubles.push(double)
  return double
}

function lines(side: 'value' | 'key', converter: string, { url }: RegistryDouble, more = ''): string {
  return `${side}.converter=${converter}\n${side}.converter.schema.registry.url=${url}\n${more}`
}

/** Rows as `id n`, and codes of errors, of records in one go. */
async function read(
  settings: string,
  records: readonly { value: Uint8Array; headers?: readonly Header[] }[],
): Promise<string[]> {
  const decoder = compileDecoder(schema, sink({ sink: settings }))
  const batch = new ColumnBatch(schema)
  const said: string[] = []
  for (const record of records) {
    const arena = arenaWith(record)
    const again = () => {
      const turned = decoder.turnTo!(arena, 0, place)
      return turned < 0 ? turned : decoder.decode(arena.bytes, arena.valueStart[0]!, arena.valueEnd[0]!, batch)
    }
    let result = again()
    for (; result === reason.waits; result = again()) await decoder.waiting!()
    said.push(
      result < 0 ? decoder.failure().code : batch.columns.map((column) => columnValues(column).at(-1)).join(' '),
    )
  }
  return said
}

const guidBytes = (guid: string) => Uint8Array.fromHex(guid.replaceAll('-', ''))
const byGuid = (guid: string, ...rest: number[]) => Uint8Array.of(1, ...guidBytes(guid), ...rest)
const byId = (id: number, ...rest: number[]) => Uint8Array.of(0, id >>> 24, id >>> 16, id >>> 8, id, ...rest)
const named = (value: Uint8Array | null, name = '__value_schema_id'): Header[] => [{ name, value }]

const pointText = '{"type":"record","name":"Point","fields":[{"name":"id","type":"long"},{"name":"n","type":"int"}]}'
const point = avro.Type.forSchema(JSON.parse(pointText))
const avroOf = (id: number, n: number) => Uint8Array.from(point.toBuffer({ id, n }))

test('a GUID or an id in the header is asked for once, and the value is all record', async () => {
  const double = registry()
  const id = double.register('p-value', pointText)
  const guid = double.guidOf(id)
  const wrong = 'ffffffff-0000-0000-0000-000000000000'
  const prefixed = Uint8Array.of(...byId(id), ...avroOf(5, 6))
  const records = [
    { value: avroOf(1, 2), headers: named(byGuid(guid)) },
    { value: avroOf(3, 4), headers: named(byGuid(guid)) },
    { value: prefixed },
    { value: prefixed, headers: [{ name: 'trace', value: byGuid(wrong) }, ...named(null)] },
    { value: avroOf(7, 8), headers: named(byId(id)) },
    // Of two the last counts.
    { value: avroOf(9, 10), headers: [...named(byGuid(wrong)), ...named(byGuid(guid))] },
    { value: avroOf(0, 0), headers: named(byGuid(guid)) },
  ]
  const rows = ['1 2', '3 4', '5 6', '5 6', '7 8', '9 10', '0 0']
  expect(await read(lines('value', 'AvroConverter', double), records)).toEqual(rows)
  expect(double.asked).toEqual([`GET /schemas/guids/${guid}`, `GET /schemas/ids/${id}`])
  // The same with transforms, compiled into the plan or taking records as text.
  const transform = (kind: string, setting: string) =>
    `transforms=t\ntransforms.t.type=org.apache.kafka.connect.transforms.${kind}$Value\ntransforms.t.${setting}\n`
  for (const mapping of [
    transform('Cast', 'spec=n:int32'),
    transform('InsertField', 'topic.field=other'),
    'value.envelope=debezium\n',
  ]) {
    const settings = lines('value', 'AvroConverter', double, mapping)
    expect([mapping, ...(await read(settings, records))]).toEqual([mapping, ...rows])
    expect(readsDetails(sink({ sink: settings }), compileDecoder(schema, sink({ sink: settings })))).toBe(true)
  }
})

test('headers that name no schema, or none that there is, are errors of their records', async () => {
  const double = registry()
  const id = double.register('p-value', pointText)
  const bad = [[], [1], [0, 0, 0, 1], [2, 0, 0, 1, 3], [...byGuid(double.guidOf(id))].slice(0, 16)]
  const records = bad.map((bytes) => ({ value: avroOf(1, 2), headers: named(Uint8Array.from(bytes)) }))
  const unknown = { value: avroOf(1, 2), headers: named(byGuid('00000000-0000-0000-0000-000000000007')) }
  expect(await read(lines('value', 'AvroConverter', double), [...records, unknown])).toEqual([
    ...bad.map(() => 'SCHEMA_HEADER_UNREADABLE'),
    'SCHEMA_UNKNOWN',
  ])
})

test("Protobuf's message indexes stand in the header too", async () => {
  const double = registry()
  const text = 'syntax = "proto3"; message Other { } message Point { int64 id = 1; int32 n = 2; }'
  const id = double.register('p-value', text, 'PROTOBUF')
  const guid = double.guidOf(id)
  const value = Uint8Array.of(8, 7, 16, 9)
  expect(
    await read(lines('value', 'ProtobufConverter', double), [
      { value, headers: named(byGuid(guid, 2, 2)) },
      { value, headers: named(byId(id, 2, 2)) },
      { value: Uint8Array.of(...byId(id, 2, 2), ...value) },
      { value, headers: named(byGuid(guid)) },
      { value, headers: named(byGuid(guid, 2, 8)) },
    ]),
  ).toEqual(['7 9', '7 9', '7 9', 'RECORD_INDEXES_BAD', 'PROTOBUF_MESSAGE_UNKNOWN'])
})

test('a key is read by the header of its own', async () => {
  const double = registry()
  const guid = double.guidOf(double.register('p-key', '"long"'))
  const settings = sink({ sink: lines('key', 'AvroConverter', double, 'pk.mode=record_key\n') })
  const recordKey = new RecordKey(schema, settings.keyConverter!)
  const bytes = Uint8Array.of(14)
  const batch = new ColumnBatch(schema)
  const put = (headers: readonly Header[]) => {
    recordKey.turnTo(headers)
    return recordKey.put(bytes, 0, 1, batch.key!)
  }
  expect(put(named(byGuid(guid)))).toBe(reason.record)
  const headers = [...named(byGuid(guid), '__key_schema_id'), ...named(byGuid('f'.repeat(32)))]
  expect(put(headers)).toBe(reason.waits)
  await recordKey.waiting()
  expect(put(headers)).toBe(0)
  expect(batch.key!.keyAt(0)).toBe(7n)
  expect(readsDetails(settings, compileDecoder(schema, settings))).toBe(true)
})

test('PrefixSchemaIdDeserializer looks at no header', async () => {
  const double = registry()
  const id = double.register('p-value', pointText)
  const settings = (which: string) =>
    lines('value', 'AvroConverter', double, `value.converter.value.schema.id.deserializer=${which}\n`)
  const classes = 'io.confluent.kafka.serializers.schema.id.'
  const prefix = settings(`${classes}PrefixSchemaIdDeserializer`)
  const records = [
    { value: avroOf(1, 2), headers: named(byId(id)) },
    { value: Uint8Array.of(...byId(id), ...avroOf(3, 4)), headers: named(byId(999)) },
  ]
  expect(await read(prefix, records)).toEqual(['RECORD_NOT_FRAMED', '3 4'])
  const asks = (text: string) => readsDetails(sink({ sink: text }), compileDecoder(schema, sink({ sink: text })))
  expect([asks(prefix), asks(settings(`${classes}DualSchemaIdDeserializer`))]).toEqual([false, true])
})
