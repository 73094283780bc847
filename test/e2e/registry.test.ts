/** Records with a Schema Registry: written by Confluent's own serializers, read by the binary, as Milvus then has them. */
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import avro from 'avsc'
import protobuf from 'protobufjs'
import { type Certificates, createCertificates } from '../servers/certificates.ts'
import { freePort } from '../servers/ports.ts'
import type { CollectionSpec, Row } from '../servers/pymilvus.ts'
import { RegistryDouble } from '../servers/registry.ts'
import type { ToSerialize } from '../servers/serializers.ts'
import {
  serverTimeoutMs,
  sharedKafka,
  sharedMilvus,
  sharedPyMilvus,
  sharedSerializers,
  unique,
} from '../servers/shared.ts'
import { contextOf } from './letters.ts'
import { catchUp, type Properties, sinkFile, startRedkite, startVerb, workerFile } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

const folder = mkdtempSync(join(tmpdir(), 'redkite-registry-'))
const doubles: RegistryDouble[] = []
afterAll(async () => {
  await Promise.all(doubles.map((one) => one.stop()))
  rmSync(folder, { recursive: true })
})

function registry(...options: ConstructorParameters<typeof RegistryDouble>): RegistryDouble {
  const double = new RegistryDouble(...options)
  doubles.push(double)
  return double
}

function points(name: string): CollectionSpec {
  return {
    name,
    fields: [
      { name: 'id', type: 'INT64', primaryKey: true },
      { name: 'title', type: 'VARCHAR', maxLength: 40 },
      { name: 'score', type: 'DOUBLE' },
      { name: 'v', type: 'FLOAT_VECTOR', dim: 4 },
    ],
    dynamicField: true,
  }
}

const classes = {
  avro: 'io.confluent.connect.avro.AvroConverter',
  protobuf: 'io.confluent.connect.protobuf.ProtobufConverter',
  'json-schema': 'io.confluent.connect.json.JsonSchemaConverter',
} as const

/** A converter of the value or key with its settings. */
function converter(format: keyof typeof classes, settings: Properties, which = 'value'): Properties {
  const below = Object.entries(settings).map(([name, value]) => [`${which}.converter.${name}`, value])
  return { [`${which}.converter`]: classes[format], ...Object.fromEntries(below) }
}

/** The same record's schema in every format. */
const avroFields = [
  { name: 'id', type: 'long' },
  { name: 'title', type: ['null', 'string'] },
  { name: 'score', type: 'double' },
  { name: 'v', type: { type: 'array', items: 'float' } },
]
const avroSchema = JSON.stringify({ type: 'record', name: 'Point', fields: avroFields })
const proto = (name: string) =>
  JSON.stringify({
    name: `${name}.proto`,
    package: name,
    syntax: 'proto3',
    messageType: [
      { name: 'Unused' },
      {
        name: 'Point',
        field: [
          { name: 'id', number: 1, type: 'TYPE_INT64', label: 'LABEL_OPTIONAL' },
          { name: 'title', number: 2, type: 'TYPE_STRING', label: 'LABEL_OPTIONAL' },
          { name: 'score', number: 3, type: 'TYPE_DOUBLE', label: 'LABEL_OPTIONAL' },
          { name: 'v', number: 4, type: 'TYPE_FLOAT', label: 'LABEL_REPEATED' },
        ],
      },
    ],
  })
const jsonSchema = JSON.stringify({
  type: 'object',
  title: 'Point',
  properties: {
    id: { type: 'integer' },
    title: { type: 'string' },
    score: { type: 'number' },
    v: { type: 'array', items: { type: 'number' } },
  },
})

function schemaOf(format: ToSerialize['format'], name: string): Pick<ToSerialize, 'schema' | 'message'> {
  if (format === 'protobuf') return { schema: proto(name), message: `${name}.Point` }
  return { schema: format === 'avro' ? avroSchema : jsonSchema }
}

const rows: Row[] = Array.from({ length: 200 }, (_, i) => ({
  id: i,
  title: `title ${i} ü`,
  score: i / 3,
  v: [i + 0.25, -i - 1, 0.1, 1e-9].map(Math.fround),
}))

async function readBack(name: string): Promise<Row[]> {
  const [milvus, py] = await Promise.all([sharedMilvus(), sharedPyMilvus()])
  const found = await py.query(milvus, name, { filter: 'id >= 0', limit: 1_000 })
  return found.sort((a, b) => a.id - b.id)
}

async function prepare(
  stem: string,
): Promise<{ name: string; worker: Properties; sink: (more: Properties) => Properties }> {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
  const name = unique(stem)
  await Promise.all([kafka.tools.createTopic(name, 1), py.createCollection(milvus, points(name))])
  return {
    name,
    worker: workerFile(kafka.bootstrap),
    sink: (more) => sinkFile(name, milvus.endpoint, name, name, more),
  }
}

/** Serializes and sends. */
async function produce(what: ToSerialize): Promise<void> {
  const [kafka, serializers] = await Promise.all([sharedKafka(), sharedSerializers()])
  const values = await serializers.serialize(what)
  await kafka.tools.produce(
    what.topic,
    values.map((value) => ({ value })),
  )
}

describe('schemas that Confluent’s serializers name in headers of records', () => {
  test.concurrent.each(['avro', 'protobuf', 'json-schema'] as const)('%s, key and value', async (format) => {
    const { name, worker, sink } = await prepare(`header_${format.replace('-', '_')}`)
    const [kafka, serializers] = await Promise.all([sharedKafka(), sharedSerializers()])
    const double = registry()
    const to = { registry: { url: double.url }, topic: name }
    const some = rows.slice(0, 20)
    const values = await serializers.serializeWithHeaders({
      ...to,
      format,
      values: some,
      ...schemaOf(format, `${name}_header`),
    })
    const ids = some.map(({ id }) => Number(id))
    const keys = await serializers.serializeWithHeaders({
      ...to,
      format: 'avro',
      key: true,
      schema: '{"type":"long"}',
      values: ids,
    })
    expect(values[0]!.headers.map((header) => [header.name, header.value[0]])).toEqual([['__value_schema_id', 1]])
    const records = values.map(({ data, headers }, i) => ({
      key: keys[i]!.data,
      value: data,
      headers: [...headers, ...keys[i]!.headers],
    }))
    await kafka.tools.produce(name, [...records, { ...records[3]!, value: null }])
    const from = { 'schema.registry.url': double.url }
    const settings = [
      sink({
        ...converter(format, from),
        ...converter('avro', from, 'key'),
        'pk.mode': 'record_key',
        'delete.enabled': 'true',
      }),
    ]
    expect((await catchUp(worker, settings)).exitCode).toBe(0)
    expect(await readBack(name)).toEqual(some.filter(({ id }) => id !== 3))
    const verified = await startVerb('verify', worker, settings).ended
    expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringContaining('equal: collection')])
  })
})

describe('what Confluent’s serializers write is live', () => {
  test.concurrent.each(['avro', 'protobuf', 'json-schema'] as const)('%s', async (format) => {
    const { name, worker, sink } = await prepare(format.replace('-', '_'))
    const double = registry({}, 70_000)
    await produce({ format, registry: { url: double.url }, topic: name, values: rows, ...schemaOf(format, name) })
    const settings = [sink(converter(format, { 'schema.registry.url': double.url }))]
    const ended = await catchUp(worker, settings)
    expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('200 rows written from 200 records') })
    expect(await readBack(name)).toEqual(rows)
    const verified = await startVerb('verify', worker, settings).ended
    expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringContaining('equal: collection')])
  })

  test.concurrent('over TLS, with user and password, and the first of two addresses dead', async () => {
    const certificates: Certificates = createCertificates(folder)
    const login = 'ada:s3cret'
    const authorization = `Basic ${Buffer.from(login).toString('base64')}`
    const double = registry({ certificates, authorization })
    const { name, worker, sink } = await prepare('tls')
    const client = { url: double.url, 'basic.auth.user.info': login, 'ssl.ca.location': certificates.caFile }
    await produce({ format: 'avro', registry: client, topic: name, values: rows, schema: avroSchema })
    const settings = {
      'schema.registry.url': `https://localhost:${await freePort()},${double.url}`,
      'basic.auth.credentials.source': 'USER_INFO',
      'basic.auth.user.info': login,
      'schema.registry.ssl.truststore.type': 'PEM',
      'schema.registry.ssl.truststore.location': certificates.caFile,
    }
    const ended = await catchUp(worker, [sink(converter('avro', settings))])
    expect(ended.stderr).not.toContain('s3cret')
    expect(ended.exitCode).toBe(0)
    expect(await readBack(name)).toEqual(rows)

    // With the wrong password nothing is read, and nothing is lost.
    await produce({
      format: 'avro',
      registry: client,
      topic: name,
      values: [{ ...rows[0], id: 1_000 }],
      schema: avroSchema,
    })
    const wrong = { ...settings, 'basic.auth.user.info': 'ada:wr0ng' }
    const tolerant = { 'errors.tolerance': 'all' }
    const refused = await catchUp(worker, [sink({ ...converter('avro', wrong), ...tolerant })])
    expect(refused.stderr).toContain('REGISTRY_AUTH_REFUSED')
    expect(refused.stderr).not.toContain('wr0ng')
    expect(refused.exitCode).toBe(16)
    await catchUp(worker, [sink(converter('avro', settings))])
    expect(await readBack(name)).toHaveLength(201)
  })
})

test.concurrent('a registry that is down at the start, and again in the middle, delays what it has to say and loses nothing', async () => {
  const { name, worker, sink } = await prepare('down')
  const port = await freePort()
  const url = `http://localhost:${port}`
  let double = registry({ port })
  const put = (schema: string, values: readonly unknown[]) =>
    produce({ format: 'avro', registry: { url }, topic: name, values, schema })
  await put(avroSchema, rows.slice(0, 10))
  await double.stop()

  const redkite = startRedkite(worker, [sink(converter('avro', { 'schema.registry.url': url }))])
  const count = async () => (await readBack(name)).length
  await until('it says that the registry is down', () => redkite.stderr().includes('does not answer'))
  expect(await count()).toBe(0)
  const first = double
  double = registry({ port })
  double.restore(first)
  await until('the rows are there', async () => (await count()) === 10)

  // A field is added while it runs, which the dynamic field takes.
  const evolved = JSON.stringify({
    type: 'record',
    name: 'Point',
    fields: [...avroFields, { name: 'tag', type: 'string' }],
  })
  await put(evolved, [{ ...rows[10], tag: 'new' }])
  await until('the row of the second schema is there', async () => (await count()) === 11)

  // Schemas that it knows need no registry; one that it does not know waits for it.
  const [kafka, serializers] = await Promise.all([sharedKafka(), sharedSerializers()])
  const known = { format: 'avro', registry: { url }, topic: name } as const
  const third = evolved.replace('"tag"', '"label"')
  const values = [
    ...(await serializers.serialize({ ...known, schema: avroSchema, values: [rows[11]] })),
    ...(await serializers.serialize({ ...known, schema: third, values: [{ ...rows[12], label: 'third' }] })),
    ...(await serializers.serialize({ ...known, schema: avroSchema, values: [rows[13]] })),
  ]
  await double.stop()
  await kafka.tools.produce(
    name,
    values.map((value) => ({ value })),
  )
  await until('the record before it is written', async () => (await count()) === 12)
  const second = double
  double = registry({ port })
  double.restore(second)
  await until('all are there', async () => (await count()) === 14)
  const found = await readBack(name)
  expect(found.map(({ id, v }) => ({ id, v }))).toEqual(rows.slice(0, 14).map(({ id, v }) => ({ id, v })))
  expect([found[10]!.tag, found[12]!.label]).toEqual(['new', 'third'])
  redkite.signal('SIGTERM')
  expect((await redkite.ended).exitCode).toBe(0)
  expect(await kafka.tools.groupOffset(`connect-${name}`, name)).toBe(14)
})

test.concurrent('a sink that waits for a registry stops when it is told to', async () => {
  const { name, worker, sink } = await prepare('stop')
  const double = registry()
  await produce({ format: 'avro', registry: { url: double.url }, topic: name, values: [rows[0]], schema: avroSchema })
  double.answer = () => new Response(null, { status: 503 })
  const redkite = startRedkite(worker, [sink(converter('avro', { 'schema.registry.url': double.url }))])
  await until('it says that the registry is down', () => redkite.stderr().includes('HTTP 503'))
  redkite.signal('SIGTERM')
  expect((await redkite.ended).exitCode).toBe(0)
  // What only looks does not wait.
  const settings = [sink(converter('avro', { 'schema.registry.url': double.url }))]
  const [verified, checked] = await Promise.all(
    ['verify', 'check'].map((verb) => startVerb(verb, worker, settings).ended),
  )
  expect([verified!.exitCode, verified!.stderr]).toEqual([15, expect.stringContaining('REGISTRY_UNAVAILABLE')])
  expect([checked!.exitCode, checked!.stdout]).toEqual([41, expect.stringContaining('REGISTRY_UNAVAILABLE')])
  const kafka = await sharedKafka()
  expect((await kafka.tools.groupOffset(`connect-${name}`, name)) ?? 0).toBe(0)
})

test.concurrent('records of an unknown schema, without a header, or of another format are dead letters; their neighbours are live', async () => {
  const { name, worker, sink } = await prepare('unknown')
  const double = registry()
  const [kafka, serializers] = await Promise.all([sharedKafka(), sharedSerializers()])
  const to = { registry: { url: double.url }, topic: name }
  const good = await serializers.serialize({ ...to, format: 'avro', schema: avroSchema, values: rows.slice(0, 3) })
  const [json] = await serializers.serialize({ ...to, format: 'json-schema', schema: jsonSchema, values: [rows[9]] })
  const unknown = Buffer.from(good[0]!)
  unknown.writeUInt32BE(424_242, 1)
  const values = [good[0]!, unknown, good[1]!, Buffer.from('{"id":1}'), json!, good[2]!.subarray(0, 20), good[2]!]
  await kafka.tools.produce(
    name,
    values.map((value) => ({ value })),
  )
  const letters = {
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': `${name}_dlq`,
    'errors.deadletterqueue.topic.replication.factor': 1,
    'errors.deadletterqueue.context.headers.enable': 'true',
  }
  const avroFrom = converter('avro', { 'schema.registry.url': double.url })
  const ended = await catchUp(worker, [sink({ ...avroFrom, ...letters })])
  expect(ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('4 dead letters') })
  expect(await readBack(name)).toEqual(rows.slice(0, 3))
  const dead = (await kafka.tools.consume(`${name}_dlq`)).map(contextOf)
  expect(dead.map((context) => [context['__connect.errors.offset'], context['__redkite.errors.code']])).toEqual([
    ['1', 'SCHEMA_UNKNOWN'],
    ['3', 'RECORD_NOT_FRAMED'],
    ['4', 'SCHEMA_UNUSABLE'],
    ['5', 'RECORD_NOT_AVRO'],
  ])
  expect(dead[0]!['__connect.errors.class.name']).toBe(classes.avro)
})

describe('a schema in a file in place of a registry', () => {
  const text = `syntax = "proto3"; package f; message Unused {} message Point { int64 id = 1; string title = 2; double score = 3; repeated float v = 4; }`
  const type = protobuf.parse(text, { keepCase: true }).root.lookupType('f.Point')
  const point = avro.Type.forSchema(JSON.parse(avroSchema))
  const toAvro = (row: Row) => point.toBuffer({ ...row, title: row.title })
  const cases: [string, keyof typeof classes, string, Properties, (row: Row) => Uint8Array][] = [
    ['.avsc', 'avro', avroSchema, {}, toAvro],
    ['.proto', 'protobuf', text, { 'message.name': 'f.Point' }, (row) => type.encode(row).finish()],
  ]
  test.concurrent.each(cases)('%s', async (ending, format, schema, settings, write) => {
    const { name, worker, sink } = await prepare('file')
    const path = join(folder, `point${ending}`)
    writeFileSync(path, schema)
    const kafka = await sharedKafka()
    await kafka.tools.produce(
      name,
      rows.map((row) => ({ value: write(row) })),
    )
    const ended = await catchUp(worker, [sink(converter(format, { 'schema.file': path, ...settings }))])
    expect(ended.exitCode).toBe(0)
    expect(await readBack(name)).toEqual(rows)
  })
})

describe('keys of every format with a registry', () => {
  const keyProto = (name: string) =>
    JSON.stringify({
      name: `${name}_key.proto`,
      package: `${name}_key`,
      syntax: 'proto3',
      messageType: [{ name: 'Key', field: [{ name: 'id', number: 1, type: 'TYPE_INT64', label: 'LABEL_OPTIONAL' }] }],
    })
  type Written = Pick<ToSerialize, 'format' | 'schema' | 'message'> & { value: (id: number) => unknown }
  const forms: [string, (name: string) => Written][] = [
    ['Avro, the key alone', () => ({ format: 'avro', schema: '{"type":"long"}', value: (id) => id })],
    [
      'Avro, a record',
      () => ({
        format: 'avro',
        schema: '{"type":"record","name":"Key","fields":[{"name":"id","type":"long"}]}',
        value: (id) => ({ id }),
      }),
    ],
    [
      'Protobuf',
      (name) => ({ format: 'protobuf', schema: keyProto(name), message: `${name}_key.Key`, value: (id) => ({ id }) }),
    ],
    [
      'JSON Schema',
      () => ({
        format: 'json-schema',
        schema: '{"type":"object","title":"Key","properties":{"id":{"type":"integer"}}}',
        value: (id) => ({ id }),
      }),
    ],
  ]
  test.concurrent.each(forms)('name rows and delete them: %s', async (_, form) => {
    const { name, worker, sink } = await prepare('key')
    const [kafka, serializers] = await Promise.all([sharedKafka(), sharedSerializers()])
    const double = registry()
    const { value, ...written } = form(name)
    const keys = await serializers.serialize({
      ...written,
      registry: { url: double.url },
      topic: name,
      key: true,
      values: [1, 2, 3].map(value),
    })
    const json = (n: number) => JSON.stringify({ title: 't', score: n, v: [n, 0, 0, 0] })
    const records = [
      ...keys.map((key, i) => ({ key, value: json(i + 1) })),
      { key: keys[1]!, value: null },
      { key: keys[2]!, value: json(33) },
    ]
    await kafka.tools.produce(name, records)
    const key = converter(written.format, { 'schema.registry.url': double.url }, 'key')
    const settings = [sink({ ...key, 'pk.mode': 'record_key', 'delete.enabled': 'true' })]
    expect((await catchUp(worker, settings)).exitCode).toBe(0)
    expect((await readBack(name)).map(({ id, score }) => [id, score])).toEqual([
      [1, 1],
      [3, 33],
    ])
    const verified = await startVerb('verify', worker, settings).ended
    expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringContaining('equal: collection')])
  })
})
