import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { RedkiteError } from '../../src/errors/errors.ts'
import { Producer, type ProducerListener } from '../../src/kafka/producer.ts'
import type { KafkaServer } from '../servers/kafka.ts'
import { serverTimeoutMs, sharedKafka, unique } from '../servers/shared.ts'
import { EventLoopMeter, stallMaxMs } from './event-loop.ts'

setDefaultTimeout(serverTimeoutMs)

let kafka: KafkaServer
let config: { 'bootstrap.servers': string }

beforeAll(async () => {
  kafka = await sharedKafka()
  config = { 'bootstrap.servers': kafka.bootstrap }
})

const producers: Producer[] = []
afterAll(async () => {
  await Promise.all(producers.map((producer) => producer.close(2_000)))
})

function open(extra: Record<string, string | number> = {}, listener: ProducerListener = {}): Producer {
  const producer = new Producer({ ...config, ...extra }, listener)
  producers.push(producer)
  return producer
}

test("Kafka's own consumer reads what was produced: key, value, headers, timestamp, nulls and empties", async () => {
  const topic = unique('produced')
  await kafka.tools.createTopic(topic)
  const producer = open()
  const text = (value: string) => Buffer.from(value)
  const headers = [
    { name: 'a', value: text('1') },
    { name: 'empty', value: text('') },
    { name: 'null', value: null },
    { name: 'a', value: text('again ü') },
  ]
  producer.produce(topic, 0, text('key'), text('value'), headers, 1_700_000_000_123)
  producer.produce(topic, 0, null, text('no key'))
  producer.produce(topic, 0, text('tombstone'), null)
  producer.produce(topic, 0, text(''), text(''))
  // More than the arguments have room for at first.
  const many = Array.from({ length: 100 }, (_, i) => ({ name: `h${i}`, value: text(`${i}`) }))
  producer.produce(topic, 0, text('many'), text('headers'), many)
  await producer.flush(20_000)
  const records = await kafka.tools.consume(topic)
  const plain = (bytes: unknown) =>
    bytes === null || bytes === undefined ? null : Buffer.from(bytes as Uint8Array).toString()
  expect(records.map(({ key, value }) => [plain(key), plain(value)])).toEqual([
    ['key', 'value'],
    [null, 'no key'],
    ['tombstone', null],
    ['', ''],
    ['many', 'headers'],
  ])
  expect(records[4]!.headers.map(({ name, value }) => [name, plain(value)])).toEqual(
    many.map(({ name, value }) => [name, plain(value)]),
  )
  expect(JSON.stringify(records[0])).toContain('1700000000123')
})

test('every record is reported once, by its number, with where it lies', async () => {
  const topic = unique('reported')
  await kafka.tools.createTopic(topic, 2)
  const delivered = new Map<number, [number, number]>()
  let reports = 0
  const producer = open(
    {},
    {
      delivered(id, partition, offset) {
        reports++
        delivered.set(id, [partition, offset])
      },
    },
  )
  const ids: number[] = []
  for (let i = 0; i < 20_000; i++) ids.push(producer.produce(topic, i % 2, null, Buffer.from(`${i}`)))
  await producer.flush(30_000)
  expect(producer.unsettled).toBe(0)
  expect([reports, delivered.size]).toEqual([20_000, 20_000])
  expect(ids.every((id, i) => delivered.get(id)?.join() === `${i % 2},${Math.floor(i / 2)}`)).toBe(true)
})

test('a full queue says so, and there is room again when records are acknowledged', async () => {
  const topic = unique('full')
  await kafka.tools.createTopic(topic)
  const producer = open({ 'queue.buffering.max.messages': 1_000 })
  let full = 0
  for (let i = 0; i < 10_000; i++) {
    while (producer.produce(topic, 0, null, Buffer.from('x')) === 0) {
      full++
      await producer.room(500)
    }
  }
  await producer.flush(30_000)
  expect(full).toBeGreaterThan(0)
  expect((await kafka.tools.offsets(topic))[0]!.end).toBe(10_000)
})

test('what cannot be written is reported with its reason, and no call waits', async () => {
  const meter = new EventLoopMeter()
  const errors: RedkiteError[] = []
  const undelivered = new Map<number, RedkiteError>()
  const producer = new Producer(
    { 'bootstrap.servers': '127.0.0.1:1', 'message.timeout.ms': 500 },
    { undelivered: (id, error) => void undelivered.set(id, error), failed: (error) => void errors.push(error) },
  )
  const id = producer.produce('topic', 0, null, Buffer.from('x'))
  const late = await producer.flush(100).catch((error) => error)
  expect(late).toMatchObject({ code: 'KAFKA_TIMED_OUT', label: 'retriable' })
  await producer.flush(5_000)
  expect(undelivered.get(id)).toMatchObject({ code: 'PRODUCE_FAILED', label: 'retriable' })
  expect(undelivered.get(id)!.message).toContain('Connection refused')
  expect(errors[0]!.code).toBe('KAFKA_UNREACHABLE')
  await producer.close(2_000)
  expect(meter.stop()).toBeLessThan(stallMaxMs)
})

test('a record over the limit throws with its topic', () => {
  const producer = open({ 'message.max.bytes': 2_000 })
  expect(() => producer.produce('topic', 0, null, new Uint8Array(3_000))).toThrow('topic topic')
})
