import { afterEach, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import avro from 'avsc'
import protobuf from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor.js'
import { ColumnBatch } from '../../../src/columns/batch.ts'
import type { FloatVectorColumn } from '../../../src/columns/float-vector.ts'
import { compileDecoder } from '../../../src/decode/compile.ts'
import type { RowDecoder } from '../../../src/decode/decoder.ts'
import { reason } from '../../../src/decode/json/reason.ts'
import { RecordKey } from '../../../src/decode/key.ts'
import { RawPlan } from '../../../src/decode/raw/plan.ts'
import { Arena } from '../../../src/kafka/arena.ts'
import { DataType } from '../../../src/milvus/schema.ts'
import { collection, key, varchar, vector } from '../../columns/schema.ts'
import { folderWith, sink } from '../../config/files.ts'
import { RegistryDouble } from '../../servers/registry.ts'

const schema = collection([key('id'), varchar('title', 20, { nullable: true }), vector('v', 2)])

const doubles: RegistryDouble[] = []
afterEach(async () => {
  await Promise.all(doubles.splice(0).map((one) => one.stop()))
})

function registry(): RegistryDouble {
  const double = new RegistryDouble({}, 100)
  doubles.push(double)
  return double
}

function frame(id: number, ...rest: (readonly number[] | Uint8Array)[]): Buffer {
  const header = Buffer.alloc(5)
  header.writeUInt32BE(id, 1)
  return Buffer.concat([header, ...rest.map((part) => Buffer.from(part))])
}

interface Decoded {
  readonly rows: [unknown, string, number[]][]
  readonly errors: string[]
}

/** All records in one batch, waiting where the decoder has to. */
async function decode(decoder: RowDecoder, records: readonly Uint8Array[]): Promise<Decoded> {
  const batch = new ColumnBatch(schema)
  const errors: string[] = []
  for (const record of records) {
    const arena = Buffer.concat([Buffer.from('ab'), record, Buffer.alloc(64)])
    const again = () => decoder.decode(arena, 2, 2 + record.length, batch)
    let result = again()
    for (; result === reason.waits; result = again()) await decoder.waiting!()
    if (result < 0) errors.push(decoder.failure().code)
  }
  const floats = batch.fields[2] as FloatVectorColumn
  const title = batch.fields[1] as unknown as { wire: { ends: Int32Array; bytes: Uint8Array } }
  const text = (row: number) =>
    Buffer.from(title.wire.bytes.subarray(title.wire.ends[row]!, title.wire.ends[row + 1]!))
      .toString()
      .slice(2)
  const rows = Array.from({ length: batch.rows }, (_, row): [unknown, string, number[]] => [
    batch.key!.keyAt(row),
    text(row),
    [...floats.values.subarray(row * 2, row * 2 + 2)],
  ])
  return { rows, errors }
}

function decoderOf(converter: string, { url }: RegistryDouble, more = ''): RowDecoder {
  const lines = `value.converter=${converter}\nvalue.converter.schema.registry.url=${url}\n${more}`
  return compileDecoder(schema, sink({ sink: lines }))
}

const pointText =
  '{"type":"record","name":"Point","fields":[{"name":"id","type":"long"},{"name":"v","type":{"type":"array","items":"float"}}]}'
const titledText = pointText.replace(
  '{"name":"v"',
  '{"name":"title","type":["null","string"]},{"name":"extra","type":"int"},{"name":"v"',
)
const point = avro.Type.forSchema(JSON.parse(pointText))
const titled = avro.Type.forSchema(JSON.parse(titledText), { wrapUnions: true })

describe('AvroConverter', () => {
  test('reads each record by the schema that it names, old and new side by side', async () => {
    const double = registry()
    const old = double.register('p-value', pointText)
    const recent = double.register('p-value', titledText)
    const decoder = decoderOf('AvroConverter', double)
    const { rows, errors } = await decode(decoder, [
      frame(old, point.toBuffer({ id: 1, v: [0.5, 1] })),
      frame(recent, titled.toBuffer({ id: 2, title: { string: 'two' }, extra: 9, v: [2, 3] })),
      frame(old, point.toBuffer({ id: 3, v: [4, 5] })),
      frame(recent, titled.toBuffer({ id: 4, title: null, extra: 9, v: [6, 7] })),
    ])
    expect(errors).toEqual([])
    expect(rows).toEqual([
      [1n, '', [0.5, 1]],
      [2n, 'two', [2, 3]],
      [3n, '', [4, 5]],
      [4n, '', [6, 7]],
    ])
    expect(double.asked).toHaveLength(2)
    expect([...decoder.ignoredNames().byName]).toEqual([['extra', 2]])
  })

  test('refuses records alone: without a frame, of an unknown schema, cut off, or of another kind of schema', async () => {
    const double = registry()
    const id = double.register('p-value', pointText)
    const json = double.register('q-value', '{"type":"object"}', 'JSON')
    const number = double.register('r-value', '"long"')
    const good = frame(id, point.toBuffer({ id: 1, v: [0.5, 1] }))
    const bad = [
      Buffer.from('{"id":1}'),
      frame(999, [0]),
      good.subarray(0, 9),
      frame(json, [0x7b, 0x7d]),
      frame(number, [2]),
    ]
    const { rows, errors } = await decode(decoderOf('AvroConverter', double), [...bad, good])
    expect(errors).toEqual([
      'RECORD_NOT_FRAMED',
      'SCHEMA_UNKNOWN',
      'RECORD_NOT_AVRO',
      'SCHEMA_UNUSABLE',
      'SCHEMA_UNUSABLE',
    ])
    expect(rows).toEqual([[1n, '', [0.5, 1]]])
  })

  test('reads schemas that refer to others', async () => {
    const double = registry()
    double.register('vec', '{"type":"array","items":"float"}')
    double.register('title', '{"type":"enum","name":"Title","symbols":["A","B"]}')
    const text = pointText.replace('{"name":"v"', '{"name":"title","type":"Title"},{"name":"v"')
    const id = double.register('p-value', text, 'AVRO', [{ name: 'Title', subject: 'title', version: 1 }])
    const record = frame(id, [2, 2, 4, 0, 0, 0, 63, 0, 0, 128, 63, 0])
    expect(await decode(decoderOf('Avro', double), [record])).toEqual({ rows: [[1n, 'B', [0.5, 1]]], errors: [] })
  })

  test('goes with other names for fields', async () => {
    const double = registry()
    const id = double.register('p-value', titledText)
    const decoder = decoderOf('Avro', double, 'field.mapping=title:label')
    const label = titledText.replace('"title"', '"label"')
    const other = double.register('q-value', label)
    const bytes = titled.toBuffer({ id: 1, title: { string: 'x' }, extra: 1, v: [1, 2] })
    expect((await decode(decoder, [frame(other, bytes), frame(id, bytes)])).rows).toEqual([
      [1n, 'x', [1, 2]],
      [1n, '', [1, 2]],
    ])
  })

  test('goes with transforms, over JSON text, and waits for the schema there', async () => {
    const double = registry()
    const id = double.register('p-value', pointText)
    // A field beside the row, where one object has all of it, no plan takes in.
    const more = `transforms=hoist,beside,extract,insert
transforms.hoist.type=HoistField$Value
transforms.hoist.field=row
transforms.beside.type=InsertField$Value
transforms.beside.static.field=n
transforms.beside.static.value=1
transforms.extract.type=ExtractField$Value
transforms.extract.field=row
transforms.insert.type=InsertField$Value
transforms.insert.static.field=title
transforms.insert.static.value=all`
    const decoder = decoderOf('Avro', double, more)
    const arena = new Arena(256, 4)
    const record = frame(id, point.toBuffer({ id: 1, v: [0.5, 1] }))
    arena.bytes.set(record)
    arena.valueEnd[0] = record.length
    arena.keyStart[0] = -1
    arena.rows = 1
    const turn = () => decoder.turnTo!(arena, 0, { topic: 'points', partition: 0 })
    expect(turn()).toBe(reason.waits)
    await decoder.waiting!()
    expect(turn()).toBe(0)
    expect((await decode(decoder, [record])).rows).toEqual([[1n, 'all', [0.5, 1]]])
  })
})

describe('change events and keys in Avro', () => {
  const envelope = {
    type: 'record',
    name: 'Envelope',
    fields: [
      { name: 'before', type: ['null', JSON.parse(pointText)] },
      { name: 'after', type: ['null', 'Point'] },
      { name: 'op', type: 'string' },
    ],
  }
  const event = avro.Type.forSchema(envelope as avro.Schema, { wrapUnions: true })

  /** An arena of one record. */
  function arenaOf(record: Uint8Array, recordKey: Uint8Array | undefined): Arena {
    const arena = new Arena(512, 4)
    arena.bytes.set(record)
    arena.valueEnd[0] = record.length
    arena.keyStart[0] = recordKey === undefined ? -1 : 256
    if (recordKey !== undefined) arena.bytes.set(recordKey, 256)
    arena.keyEnd[0] = 256 + (recordKey?.length ?? 0)
    arena.rows = 1
    return arena
  }

  /** Turns to the record and decodes it, waiting where it has to. */
  async function take(decoder: RowDecoder, arena: Arena, batch: ColumnBatch): Promise<number> {
    for (;;) {
      let result = decoder.turnTo!(arena, 0, { topic: 'points', partition: 0 })
      if (result === 0) result = decoder.decode(arena.bytes, 0, arena.valueEnd[0]!, batch)
      if (result !== reason.waits) return result
      await decoder.waiting!()
    }
  }

  test('of Debezium are rows and deletions', async () => {
    const double = registry()
    const id = double.register('p-value', JSON.stringify(envelope))
    const decoder = decoderOf('Avro', double, 'value.envelope=debezium')
    const batch = new ColumnBatch(schema)
    const deleted = new ColumnBatch(collection([key('id')]))
    const row = { id: 5, v: [1, 2] }
    const created = frame(id, event.toBuffer({ before: null, after: { Point: row }, op: 'c' }))
    const removed = frame(id, event.toBuffer({ before: { Point: row }, after: null, op: 'd' }))
    expect(await take(decoder, arenaOf(created, undefined), batch)).toBe(0)
    expect(batch.key!.keyAt(0)).toBe(5n)
    expect(await take(decoder, arenaOf(removed, undefined), batch)).toBe(reason.deletes)
    expect(decoder.putDeletedKey!(deleted)).toBe(0)
    deleted.commit()
    expect(deleted.key!.keyAt(0)).toBe(5n)
  })

  test('a key whose schema is not here yet is waited for by transforms too', async () => {
    const double = registry()
    const id = double.register('p-value', pointText)
    const keyId = double.register('p-key', '{"type":"record","name":"K","fields":[{"name":"id","type":"long"}]}')
    const more = [
      'pk.mode=record_key',
      'key.converter=Avro',
      `key.converter.schema.registry.url=${double.url}`,
      'transforms=k',
      'transforms.k.type=org.apache.kafka.connect.transforms.ExtractField$Key',
      'transforms.k.field=id',
    ].join('\n')
    const decoder = decoderOf('Avro', double, more)
    const value = frame(id, point.toBuffer({ id: 1, v: [1, 2] }))
    const place = { topic: 'points', partition: 0 }
    const turn = async (recordKey: Uint8Array) => {
      const arena = arenaOf(value, recordKey)
      let result = decoder.turnTo!(arena, 0, place)
      for (; result === reason.waits; result = decoder.turnTo!(arena, 0, place)) await decoder.waiting!()
      if (result < 0) return decoder.failure().code
      const { bytes, start, end } = decoder.key!
      return Buffer.from(bytes.subarray(start, end)).toString()
    }
    expect(await turn(frame(keyId, [14]))).toBe('7')
    expect(await turn(frame(999, [14]))).toBe('KEY_UNREADABLE')
    expect(await turn(frame(keyId, [16]))).toBe('8')
  })
})

describe('ProtobufConverter', () => {
  const text =
    'syntax = "proto3"; package a; import "b.proto"; message Other { int64 id = 1; } message Point { int64 id = 1; repeated float v = 2; Label title = 3; }'
  const imported = 'syntax = "proto3"; package a; enum Label { NONE = 0; BIG = 1; }'
  const root = protobuf.parse(`${text.replace('import "b.proto";', '')} enum Label { NONE = 0; BIG = 1; }`).root
  const write = (value: object) => root.lookupType('a.Point').encode(value).finish()

  test('reads the message that the indexes name, with what its file imports', async () => {
    const double = registry()
    double.register('b', imported, 'PROTOBUF')
    const id = double.register('p-value', text, 'PROTOBUF', [{ name: 'b.proto', subject: 'b', version: 1 }])
    const { rows, errors } = await decode(decoderOf('ProtobufConverter', double), [
      frame(id, [2, 2], write({ id: 1, v: [0.5, 1], title: 1 })),
      frame(id, [0], [8, 5]),
      frame(id, [2, 8], [8, 5]),
      frame(id, [2, 2], write({ id: 2, v: [2, 3] })),
    ])
    expect(rows).toEqual([
      [1n, 'BIG', [0.5, 1]],
      [2n, 'NONE', [2, 3]],
    ])
    expect(errors).toEqual(['FIELD_MISSING', 'PROTOBUF_MESSAGE_UNKNOWN'])
  })
})

describe('a schema in a file', () => {
  const text =
    'syntax = "proto3"; package a; import "google/protobuf/timestamp.proto"; message Other { int64 id = 1; } message Point { int64 id = 1; repeated float v = 2; string title = 3; }'
  const type = protobuf.parse(text).root.lookupType('a.Point')
  const record = type.encode({ id: 1, v: [0.5, 1], title: 'x' }).finish()

  /** As protoc writes it, which leaves Google's own files out. */
  function descriptorSet(): Uint8Array {
    const field = (name: string, number: number, fieldType: number, label: number) => ({
      name,
      number,
      type: fieldType,
      label,
    })
    const own = descriptor.FileDescriptorSet.fromObject({
      file: [
        {
          name: 'point.proto',
          package: 'a',
          syntax: 'proto3',
          dependency: ['google/protobuf/timestamp.proto'],
          messageType: [
            { name: 'Other', field: [field('id', 1, 3, 1)] },
            {
              name: 'Point',
              field: [
                field('id', 1, 3, 1),
                field('v', 2, 2, 3),
                field('title', 3, 9, 1),
                { ...field('at', 4, 11, 1), typeName: '.google.protobuf.Timestamp' },
              ],
            },
          ],
        },
      ],
    })
    return descriptor.FileDescriptorSet.encode(own).finish()
  }

  const files: [string, string, string | Uint8Array, string, Uint8Array][] = [
    ['a .proto text', 'Protobuf', `\n\n\n// A point.\n${text}`, 'a.Point', record],
    ['a FileDescriptorSet', 'Protobuf', descriptorSet(), 'Point', record],
    ['an .avsc', 'Avro', pointText, '', point.toBuffer({ id: 1, v: [0.5, 1] })],
  ]
  test.each(files)('may be %s', async (_, converter, content, message, bytes) => {
    const path = join(folderWith({ schema: content }), 'schema')
    const lines = [
      `value.converter=${converter}`,
      `value.converter.schema.file=${path}`,
      ...(message === '' ? [] : [`value.converter.message.name=${message}`]),
    ]
    const decoder = compileDecoder(schema, sink({ sink: lines.join('\n') }))
    const { rows, errors } = await decode(decoder, [bytes, bytes.subarray(0, bytes.length - 1), bytes])
    expect(rows.map(([id, , v]) => [id, v])).toEqual([
      [1n, [0.5, 1]],
      [1n, [0.5, 1]],
    ])
    expect(errors).toEqual([converter === 'Avro' ? 'RECORD_NOT_AVRO' : 'RECORD_NOT_PROTOBUF'])
  })

  test('that names another message than the file has is said at the start', () => {
    const path = join(folderWith({ schema: text }), 'schema')
    const lines = `value.converter=Protobuf\nvalue.converter.schema.file=${path}\nvalue.converter.message.name=a.None`
    expect(() => compileDecoder(schema, sink({ sink: lines }))).toThrow(/sink\.properties:9.*Point/)
  })
})

describe('raw.vector.field', () => {
  const raw = 'value.converter=ByteArrayConverter\nraw.vector.field=v\npk.mode=record_key'

  test('takes the bytes of a value as the vector', () => {
    const decoder = compileDecoder(collection([key('id'), vector('v', 2)]), sink({ sink: raw }))
    expect(decoder).toBeInstanceOf(RawPlan)
  })

  test('does not go with what needs fields', () => {
    const type = 'org.apache.kafka.connect.transforms.InsertField$Value'
    const more = `transforms=i\ntransforms.i.type=${type}\ntransforms.i.static.field=title\ntransforms.i.static.value=all`
    const settings = sink({ sink: `${raw}\n${more}` })
    expect(() => compileDecoder(schema, settings)).toThrow('raw.vector.field')
  })
})

describe('JsonSchemaConverter', () => {
  test('reads the JSON behind the header', async () => {
    const double = registry()
    const id = double.register('p-value', '{"type":"object"}', 'JSON')
    const good = frame(id, Buffer.from('{"id":1,"title":"x","v":[0.5,1],"more":1}'))
    const decoder = decoderOf('JsonSchemaConverter', double)
    const { rows, errors } = await decode(decoder, [
      good,
      frame(id, Buffer.from('{"id":1')),
      frame(999, Buffer.from('{}')),
    ])
    expect(rows).toEqual([[1n, 'x', [0.5, 1]]])
    expect(errors).toEqual(['RECORD_NOT_JSON', 'SCHEMA_UNKNOWN'])
    expect([...decoder.ignoredNames().byName]).toEqual([['more', 1]])
  })
})

describe('keys', () => {
  /** The primary key that a record key gives, or the code of the error. */
  async function read(converter: string, double: RegistryDouble, bytes: Uint8Array, type: number = DataType.Int64) {
    const settings = sink({
      sink: `delete.enabled=true\nkey.converter=${converter}\nkey.converter.schema.registry.url=${double.url}`,
    })
    const keyField = key('id', type, { maxLengthBytes: 20 })
    const reader = new RecordKey(collection([keyField, vector('v', 2)]), settings.keyConverter!)
    const batch = new ColumnBatch(collection([keyField]))
    const arena = Buffer.concat([bytes, Buffer.alloc(64)])
    const again = () => reader.put(arena, 0, bytes.length, batch.key!)
    let result = again()
    for (; result === reason.waits; result = again()) await reader.waiting()
    if (result < 0) return reader.failure().code
    batch.commit()
    return batch.key!.keyAt(0)
  }

  test('of every format with a registry are read, as a value alone or as a record with the field', async () => {
    const double = registry()
    const long = double.register('a-key', '"long"')
    const record = double.register('b-key', '{"type":"record","name":"K","fields":[{"name":"id","type":"string"}]}')
    const message = double.register('c-key', 'syntax = "proto3"; message K { int64 id = 1; }', 'PROTOBUF')
    const object = double.register('d-key', '{"type":"object"}', 'JSON')
    const number = double.register('e-key', '{"type":"integer"}', 'JSON')
    expect(await read('AvroConverter', double, frame(long, [14]))).toBe(7n)
    expect(await read('AvroConverter', double, frame(record, [2, 0x78]), DataType.VarChar)).toBe('x')
    expect(await read('ProtobufConverter', double, frame(message, [0, 8, 7]))).toBe(7n)
    expect(await read('JsonSchemaConverter', double, frame(object, Buffer.from('{"id":7}')))).toBe(7n)
    expect(await read('JsonSchemaConverter', double, frame(number, Buffer.from('9007199254740993')))).toBe(
      2n ** 53n + 1n,
    )
  })

  test('that cannot be read are errors of keys', async () => {
    const double = registry()
    const long = double.register('a-key', '"long"')
    expect(await read('AvroConverter', double, frame(99, [14]))).toBe('KEY_UNREADABLE')
    expect(await read('AvroConverter', double, Buffer.from('7'))).toBe('KEY_UNREADABLE')
    expect(await read('AvroConverter', double, frame(long, [255]))).toBe('KEY_UNREADABLE')
  })
})
