/** One sink, many collections: on real Kafka and Milvus, by the binary. */
import { expect, setDefaultTimeout, test } from 'bun:test'
import type { RecordToProduce } from '../servers/kafka-tools.ts'
import type { FieldSpec } from '../servers/pymilvus.ts'
import { serverTimeoutMs, sharedKafka, sharedMilvus, sharedPyMilvus, unique } from '../servers/shared.ts'
import { catchUp, type Properties, sinkFile, startRedkite, startVerb, workerFile } from './redkite.ts'
import { until } from './until.ts'

setDefaultTimeout(serverTimeoutMs)

const fields: readonly FieldSpec[] = [
  { name: 'id', type: 'INT64', primaryKey: true },
  { name: 'v', type: 'FLOAT_VECTOR', dim: 2 },
]

async function prepare() {
  const [kafka, milvus, py] = await Promise.all([sharedKafka(), sharedMilvus(), sharedPyMilvus()])
  const name = unique('routing')
  const worker = workerFile(kafka.bootstrap, { 'offset.flush.interval.ms': 300 })
  const create = (...collections: string[]) =>
    Promise.all(collections.map((collection) => py.createCollection(milvus, { name: collection, fields })))
  const ids = async (collection: string) =>
    (await py.query(milvus, collection)).map(({ id }) => Number(id)).sort((a, b) => a - b)
  const sink = (topics: string, more: Properties) => sinkFile(name, milvus.endpoint, '', topics, more)
  return { kafka, milvus, py, name, worker, create, ids, sink }
}

const record = (id: number, more: Partial<RecordToProduce> = {}, also = ''): RecordToProduce => ({
  value: `{"id":${id},${also}"v":[${id},0]}`,
  ...more,
})

test('topics go to collections of their own: by a map, by a pattern, and the rest to one', async () => {
  const { kafka, name, worker, create, ids, sink, milvus } = await prepare()
  const [mapped, dotted, plain] = [`${name}.mapped`, `${name}.by-pattern`, `${name}_plain`]
  await Promise.all([mapped, dotted, plain].map((topic) => kafka.tools.createTopic(topic, 2)))
  await create(`${name}_own`, `all_${name}_by_pattern`, `all_${name}_plain`)
  await kafka.tools.produce(mapped, [record(1), record(2)])
  await kafka.tools.produce(dotted, [record(3), record(4), record(3)])
  await kafka.tools.produce(plain, [record(5)])
  const settings = sink([mapped, dotted, plain].join(), {
    'topic2collection.map': `${mapped}:${name}_own`,
    'collection.name.format': 'all_$'.concat('{topic}'),
  })
  const { exitCode, stderr } = await catchUp(worker, [settings])
  expect(exitCode, stderr).toBe(0)
  expect(await ids(`${name}_own`)).toEqual([1, 2])
  expect(await ids(`all_${name}_by_pattern`)).toEqual([3, 4])
  expect(await ids(`all_${name}_plain`)).toEqual([5])
  const verified = await startVerb('verify', worker, [settings]).ended
  expect(verified.stdout.match(/equal: collection/g)).toHaveLength(3)
  expect(verified.exitCode).toBe(0)

  const missing = sink(plain, { 'topic2collection.map': `${plain}:${name}_nowhere`, name: `${name}_other` })
  const refused = await catchUp(worker, [missing])
  expect(refused.stderr).toContain(`Milvus at 127.0.0.1:${milvus.port} has no collection "${name}_nowhere"`)
  expect(refused.exitCode).toBe(23)
})

test('RegexRouter changes the topic that the collection goes by', async () => {
  const { kafka, name, worker, create, ids, sink } = await prepare()
  const topics = ['eu', 'us'].map((region) => `${region}.${name}`)
  await Promise.all(topics.map((topic) => kafka.tools.createTopic(topic, 1)))
  await create(name)
  for (const [i, topic] of topics.entries()) await kafka.tools.produce(topic, [record(i)])
  const { exitCode, stderr } = await catchUp(worker, [
    sink(topics.join(), {
      'collection.name.format': '$'.concat('{topic}'),
      transforms: 'region',
      'transforms.region.type': 'org.apache.kafka.connect.transforms.RegexRouter',
      'transforms.region.regex': '[a-z]+\\.(.*)',
      'transforms.region.replacement': '$1',
    }),
  ])
  expect(exitCode, stderr).toBe(0)
  expect(await ids(name)).toEqual([0, 1])
})

test("Debezium's route.by.field, and a router behind a header that a transform made, decide by each record", async () => {
  const { kafka, name, worker, create, ids, sink } = await prepare()
  await kafka.tools.createTopic(name, 1)
  await create(`${name}_a`, `${name}_b`)
  const event = (id: number, to: string) => ({ value: `{"op":"c","after":{"id":${id},"to":"${to}","v":[${id},0]}}` })
  // Neither what has no effect nor what is refused wants a collection of the topic's name.
  const nothing = [{ value: null }, { value: '{' }, { value: '{"op":"c","after":7}' }]
  await kafka.tools.produce(name, [
    ...nothing,
    event(1, `${name}_a`),
    event(2, `${name}_b`),
    event(3, `${name}_a`),
    ...nothing,
  ])
  const byField = await catchUp(worker, [
    sink(name, {
      'collection.name.format': '$'.concat('{topic}'),
      transforms: 'unwrap',
      'transforms.unwrap.type': 'io.debezium.transforms.ExtractNewRecordState',
      'transforms.unwrap.route.by.field': 'to',
      'errors.tolerance': 'all',
    }),
  ])
  expect(byField.exitCode, byField.stderr).toBe(0)
  expect(byField.stderr).toContain('2 dropped by a filter; 4 passed over')
  expect([await ids(`${name}_a`), await ids(`${name}_b`)]).toEqual([[1, 3], [2]])

  const connect = 'org.apache.kafka.connect.transforms'
  await kafka.tools.produce(name, [{ value: '{"id":4,"special":true,"v":[4,0]}' }])
  const byHeader = await catchUp(worker, [
    sink(name, {
      'collection.name.format': '$'.concat('{topic}'),
      transforms: 'mark,route',
      'transforms.mark.type': `${connect}.HeaderFrom$Value`,
      'transforms.mark.fields': 'special',
      'transforms.mark.headers': 'special',
      'transforms.mark.operation': 'move',
      'transforms.route.type': `${connect}.RegexRouter`,
      'transforms.route.regex': '.*',
      'transforms.route.replacement': `${name}_b`,
      'transforms.route.predicate': 'special',
      predicates: 'special',
      'predicates.special.type': `${connect}.predicates.HasHeaderKey`,
      'predicates.special.name': 'special',
    }),
  ])
  expect(byHeader.exitCode, byHeader.stderr).toBe(0)
  expect(await ids(`${name}_b`)).toEqual([2, 4])
})

test('a topic that comes later finds its collection, and what waits for it loses nothing', async () => {
  const { kafka, name, worker, create, ids, sink } = await prepare()
  const [first, later] = [`${name}_first`, `${name}_later`]
  await kafka.tools.createTopic(first, 1)
  await create(`c_${first}`, `c_${later}`)
  await kafka.tools.produce(first, [record(1)])
  const redkite = startRedkite(worker, [
    {
      ...sink('', {
        'topics.regex': `${name}_.*`,
        'collection.name.format': 'c_$'.concat('{topic}'),
        'consumer.override.topic.metadata.refresh.interval.ms': 500,
        'consumer.override.metadata.max.age.ms': 500,
      }),
    },
  ])
  await until('the first topic is written', async () => (await ids(`c_${first}`)).length === 1)
  await kafka.tools.createTopic(later, 1)
  await kafka.tools.produce(later, [record(7), record(8)])
  await kafka.tools.produce(first, [record(2)])
  await until('the later topic is written', async () => (await ids(`c_${later}`)).length === 2)
  await until('the first topic goes on', async () => (await ids(`c_${first}`)).length === 2)
  redkite.signal('SIGTERM')
  expect((await redkite.ended).exitCode).toBe(0)
})

test('a header says where its record goes; one that names nothing that exists is a dead letter', async () => {
  const { kafka, name, worker, create, ids, sink } = await prepare()
  await kafka.tools.createTopic(name, 2)
  await create(`${name}_a`, `${name}_b`, name)
  const to = (value: string) => ({ headers: [{ name: 'collection', value }] })
  await kafka.tools.produce(name, [
    record(1, to(`${name}_a`)),
    record(2, to(`${name}_b`)),
    record(3),
    record(4, to(`${name}_missing`)),
    record(5, to(`${name}_a`)),
  ])
  const { exitCode, stderr } = await catchUp(worker, [
    sink(name, {
      'collection.name': name,
      'collection.name.header': 'collection',
      'errors.tolerance': 'all',
      'errors.deadletterqueue.topic.name': `${name}_dead`,
      'errors.deadletterqueue.topic.replication.factor': 1,
    }),
  ])
  expect(exitCode, stderr).toBe(0)
  expect([await ids(`${name}_a`), await ids(`${name}_b`), await ids(name)]).toEqual([[1, 5], [2], [3]])
  expect(stderr).toContain('the collection or partition that the record names cannot be written to')
  const letters = await kafka.tools.consume(`${name}_dead`)
  expect(letters.map(({ value }) => JSON.parse(String(value)).id)).toEqual([4])
})

test('fields say collection and partition; partitions are made where auto.create says so', async () => {
  const { kafka, name, worker, create, py, milvus, ids, sink } = await prepare()
  await kafka.tools.createTopic(name, 1)
  await create(`${name}_a`, `${name}_b`)
  const to = (collection: string, partition?: string) =>
    `"to":"${collection}",${partition === undefined ? '' : `"part":"${partition}",`}`
  await kafka.tools.produce(name, [
    record(1, {}, to(`${name}_a`, 'red')),
    record(2, {}, to(`${name}_a`, 'blue')),
    record(3, {}, to(`${name}_a`)),
    record(4, {}, to(`${name}_b`, 'red')),
  ])
  const { exitCode, stderr } = await catchUp(worker, [
    sink(name, {
      'collection.name': `${name}_a`,
      'collection.name.field': 'to',
      'partition.name.field': 'part',
      'auto.create': 'true',
    }),
  ])
  expect(exitCode, stderr).toBe(0)
  expect([await ids(`${name}_a`), await ids(`${name}_b`)]).toEqual([[1, 2, 3], [4]])
  const inPartition = async (partition: string) =>
    (await py.query(milvus, `${name}_a`, { partitions: [partition] })).map(({ id }) => Number(id))
  expect([await inPartition('red'), await inPartition('blue'), await inPartition('_default')]).toEqual([[1], [2], [3]])
})
