import { expect, test } from 'bun:test'
import { parseProperties } from '../../../src/config/properties.ts'
import { type Answers, draftFiles, type Found, foundNothing } from '../../../src/preflight/init/draft.ts'

const answers: Answers = {
  bootstrap: 'kafka:9092',
  topic: 'orders',
  endpoint: 'https://milvus.example.com',
  tokenEnv: 'ZILLIZ_KEY',
  database: 'shop',
  collection: 'articles',
  name: 'orders-to-milvus',
  sets: ['batch.size=500', 'consumer.max.poll.records=10'],
}

function read(found: Partial<Found> = {}, given: Partial<Answers> = {}) {
  const { worker, sink } = draftFiles({ ...answers, ...given }, { ...foundNothing, ...found })
  return { worker: settings(worker), sink: settings(sink) }
}

test('each setting is in the file that it belongs to', () => {
  expect(read()).toEqual({
    worker: {
      'bootstrap.servers': 'kafka:9092',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': 'false',
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'offset.flush.interval.ms': '10000',
      'consumer.max.poll.records': '10',
    },
    sink: {
      name: 'orders-to-milvus',
      'connector.class': 'com.milvus.io.kafka.MilvusSinkConnector',
      topics: 'orders',
      'public.endpoint': 'https://milvus.example.com',
      token: '${env:ZILLIZ_KEY}',
      'database.name': 'shop',
      'collection.name': 'articles',
      'errors.tolerance': 'none',
      'batch.size': '500',
    },
  })
})

test('what was found decides converters, the key and whether the collection is made', () => {
  expect(read({ values: 'envelope', keys: 'json' }).worker).toMatchObject({
    'value.converter.schemas.enable': 'true',
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'key.converter.schemas.enable': 'false',
  })
  expect(read({ values: 'registry' }).worker['value.converter']).toBe('io.confluent.connect.avro.AvroConverter')
  expect(read({ create: true, keyMode: 'record_key' }).sink).toMatchObject({
    'auto.create': 'true',
    'pk.mode': 'record_key',
  })
})

test('a value is read back as it was given, and no token is none', () => {
  const { sink } = read({}, { sets: ['topics.regex= a\\d=b\nname=other'], tokenEnv: '' })
  expect(sink['topics.regex']).toBe(' a\\d=b\nname=other')
  expect(sink.name).toBe('orders-to-milvus')
  expect(sink.token).toBeUndefined()
})

function settings(file: string): Record<string, string> {
  return Object.fromEntries(parseProperties(file, 'a file').map(({ key, value }) => [key, value]))
}
