/** `auto.create` on real servers, with the compiled binary: the collection that is made takes the records that it was made from. */
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import avsc from 'avsc'
import { dataFolder, removeFolder } from '../servers/place.ts'
import type { MilvusAddress } from '../servers/pymilvus.ts'
import {
  serverTimeoutMs,
  sharedKafka,
  sharedMilvus,
  sharedMilvusLite,
  sharedPyMilvus,
  unique,
} from '../servers/shared.ts'
import { catchUp, type Properties, sinkFile, startRedkite, workerFile } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

const folder = dataFolder('auto-create')
afterAll(() => removeFolder(folder))

const asked: Properties = { 'auto.create': 'true' }

/** `maybe` is only in some records. */
function record(n: number): string {
  const maybe = n % 3 === 0 ? { maybe: n } : {}
  return JSON.stringify({
    id: n,
    title: `title ${n}`,
    price: n + 0.25,
    sold: n % 2 === 0,
    tags: ['a'],
    v: [n, 1, -1],
    ...maybe,
  })
}

const records = (count: number) => Array.from({ length: count }, (_, n) => ({ value: record(n), partition: n % 2 }))

async function prepare(server: () => Promise<MilvusAddress>, more: Properties = {}) {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), server(), sharedPyMilvus()])
  const name = unique('created')
  await kafka.tools.createTopic(name, 2)
  const worker = workerFile(kafka.bootstrap)
  const sink = sinkFile(name, `http://${milvus.host}:${milvus.port}`, name, name, { ...asked, ...more })
  return { kafka, milvus, py, name, worker, sink }
}

describe.each([
  ['Milvus 2.3.5', sharedMilvus, false],
  ['Milvus Lite', sharedMilvusLite, true],
] as const)('%s', (_, server, nullable) => {
  test('a missing collection is made from the records, in a database that is made too, and takes them', async () => {
    const database = unique('db')
    const more = { 'database.name': database, 'database.create': 'true' }
    const { kafka, py, name, worker, sink, ...prepared } = await prepare(server, more)
    const milvus = { ...prepared.milvus, database } as MilvusAddress
    await kafka.tools.produce(name, records(30))
    const { exitCode, stderr } = await catchUp(worker, [sink])
    expect(exitCode, stderr).toBe(0)
    const { fields, enable_dynamic_field } = await py.describe(milvus, name)
    expect(enable_dynamic_field).toBe(true)
    expect(fields.map((field: { name: string }) => field.name).sort()).toEqual(
      ['id', 'price', 'sold', 'title', 'v', ...(nullable ? ['maybe'] : [])].sort(),
    )
    const rows = await py.query(milvus, name, { filter: 'id in [3, 4]', fields: ['*'] })
    expect(rows.sort((a, b) => a.id - b.id)).toMatchObject([
      { id: 3, title: 'title 3', price: 3.25, sold: false, tags: ['a'], v: [3, 1, -1], maybe: 3 },
      { id: 4, title: 'title 4', price: 4.25, sold: true, tags: ['a'], v: [4, 1, -1] },
    ])
    const [nearest] = await py.search(milvus, name, { field: 'v', vector: [5, 1, -1], limit: 1 })
    expect(nearest).toMatchObject({ id: 5 })
    expect(stderr).toContain(`collection "${name}" from 30 sample records: vector index AUTOINDEX, COSINE`)
  })
})

test('two sinks of two tasks each start at once and make one collection', async () => {
  const { kafka, milvus, py, name, worker, sink } = await prepare(sharedMilvus, { 'tasks.max': 2 })
  await kafka.tools.produce(name, records(40))
  const other = { ...sink, name: `${name}-too` }
  const ended = await Promise.all([catchUp(worker, [sink]), catchUp(worker, [other])])
  for (const { exitCode, stderr } of ended) expect(exitCode, stderr).toBe(0)
  const rows = await py.query(milvus, name, { filter: 'id >= 0', fields: ['id'] })
  expect(new Set(rows.map(({ id }) => id)).size).toBe(40)
})

test('a bad vector among the first records stops a run, or is passed over with errors.tolerance=all', async () => {
  const { kafka, milvus, py, name, worker, sink } = await prepare(sharedMilvusLite)
  await kafka.tools.produce(name, [{ value: '{"id":9,"v":[1,"two",3]}' }, { value: '{"id":' }, ...records(8)])
  const refused = await catchUp(worker, [sink])
  expect([refused.exitCode, refused.stderr]).toEqual([25, expect.stringContaining('[AUTO_CREATE_IMPOSSIBLE]')])
  const { exitCode, stderr } = await catchUp(worker, [{ ...sink, 'errors.tolerance': 'all' }])
  expect(exitCode, stderr).toBe(0)
  expect(stderr).toContain(`collection "${name}" from 8 sample records, with 2 passed over that cannot be used: vector`)
  expect(await py.count(milvus, name)).toBe(8)
})

test('settings choose key, index, metric and the dynamic field', async () => {
  const more = {
    'pk.mode': 'kafka',
    'auto.create.primary.key': 'place',
    'auto.create.index.type': 'HNSW',
    'auto.create.index.params': 'M=8,efConstruction=64',
    'auto.create.metric.type': 'L2',
    'auto.create.dynamic.field': 'false',
  }
  const { kafka, milvus, py, name, worker, sink } = await prepare(sharedMilvus, more)
  await kafka.tools.produce(name, records(4))
  const { exitCode, stderr } = await catchUp(worker, [sink])
  expect(exitCode, stderr).toBe(0)
  expect(stderr).toContain('ignored: "tags" 4')
  const rows = await py.query(milvus, name, { filter: 'place != ""', fields: ['place'] })
  expect(rows.map(({ place }) => place).sort()).toEqual([0, 1].flatMap((p) => [`${name}-${p}-0`, `${name}-${p}-1`]))
  const index = await py.run(milvus, 'result = client.describe_index(params["name"], "v")', { name })
  expect(index).toMatchObject({ index_type: 'HNSW', metric_type: 'L2' })
})

test('of an empty topic a run waits for records, and one that is to catch up says so', async () => {
  const { kafka, milvus, py, name, worker, sink } = await prepare(sharedMilvus)
  const { exitCode, stderr } = await catchUp(worker, [sink])
  expect([exitCode, stderr]).toEqual([23, expect.stringContaining('[AUTO_CREATE_NO_RECORDS]')])
  const redkite = startRedkite(worker, [sink])
  await until('it waits', () => redkite.stderr().includes('waiting for them'))
  await kafka.tools.produce(name, records(5))
  await until('it has written', async () => (await py.count(milvus, name).catch(() => 0)) === 5)
  redkite.signal('SIGTERM')
  expect((await redkite.ended).exitCode).toBe(0)
})

test('records of which no collection can be made stop it, with all reasons, and nothing is made', async () => {
  const { kafka, milvus, py, name, worker, sink } = await prepare(sharedMilvus)
  await kafka.tools.produce(name, [{ value: '{"title":"no key, no vector"}' }])
  const { exitCode, stderr } = await catchUp(worker, [sink])
  expect(exitCode).toBe(25)
  expect(stderr).toContain('no field can be the primary key')
  expect(stderr).toContain('no field can be the vector')
  expect(await py.collections(milvus)).not.toContain(name)
})

test('records in Avro make a collection too: a double without a fraction is a DOUBLE, an array of floats the vector', async () => {
  const type = avsc.Type.forSchema({
    type: 'record',
    name: 'Article',
    fields: [
      { name: 'id', type: 'long' },
      { name: 'price', type: 'double' },
      { name: 'v', type: { type: 'array', items: 'float' } },
    ],
  })
  const schemaFile = join(folder, 'article.avsc')
  writeFileSync(schemaFile, JSON.stringify(type.schema()))
  const { kafka, milvus, py, name, worker, sink } = await prepare(sharedMilvusLite, {
    'value.converter': 'io.confluent.connect.avro.AvroConverter',
    'value.converter.schema.file': schemaFile,
  })
  await kafka.tools.produce(
    name,
    [1, 2].map((id) => ({ value: type.toBuffer({ id, price: 3, v: [id, 0, 0.5] }) })),
  )
  const { exitCode, stderr } = await catchUp(worker, [sink])
  expect(exitCode, stderr).toBe(0)
  expect(stderr).toMatch(/ price +DOUBLE nullable /)
  expect(stderr).toMatch(/ v +FLOAT_VECTOR\(3\) /)
  expect(await py.query(milvus, name, { filter: 'id == 2' })).toMatchObject([{ id: 2, price: 3, v: [2, 0, 0.5] }])
})
