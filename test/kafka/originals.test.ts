import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { RedkiteError } from '../../src/errors/errors.ts'
import type { FullRecord } from '../../src/kafka/full-record.ts'
import { Originals } from '../../src/kafka/originals.ts'
import { until } from '../e2e/until.ts'
import type { KafkaServer } from '../servers/kafka.ts'
import type { ConsumedRecord, RecordToProduce } from '../servers/kafka-tools.ts'
import { serverTimeoutMs, sharedKafka, unique } from '../servers/shared.ts'
import { EventLoopMeter, stallMaxMs } from './event-loop.ts'

setDefaultTimeout(serverTimeoutMs)

let kafka: KafkaServer
const opened: Originals[] = []

beforeAll(async () => {
  kafka = await sharedKafka()
})

afterAll(async () => {
  await Promise.all(opened.map((originals) => originals.close(5_000)))
})

function open(group = unique('originals'), more: Record<string, string> = {}): Originals {
  const config = { 'bootstrap.servers': kafka.bootstrap, 'group.id': group, ...more }
  const originals = new Originals(config, () => {})
  opened.push(originals)
  return originals
}

const buffer = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes))

/** As the Java tools give a record. */
function asConsumed(record: FullRecord | undefined): unknown {
  if (record === undefined) return undefined
  const { partition, offset, timestampMs, key, value, headers } = record
  const named = headers.map((header) => ({ name: header.name, value: buffer(header.value) }))
  return { partition, offset, timestamp: timestampMs, key: buffer(key), value: buffer(value), headers: named }
}

const odd: RecordToProduce[] = [
  { partition: 0, key: 'k', value: 'v', timestamp: 1_700_000_000_123, headers: [{ name: 'a', value: '1' }] },
  { partition: 0, key: null, value: new Uint8Array([0, 255, 128, 0]), headers: [] },
  { partition: 0, key: '', value: '' },
  { partition: 0, key: new Uint8Array([0]), value: null },
  {
    partition: 0,
    key: 'ключ',
    value: 'x'.repeat(300_000),
    headers: Array.from({ length: 100 }, (_, i) => ({ name: `h${i % 7} ü`, value: i % 3 === 0 ? null : `${i}` })),
  },
]

test("a record read again equals what Kafka's own consumer reads: key, value, headers, timestamp", async () => {
  const topic = unique('originals')
  await kafka.tools.createTopic(topic)
  await kafka.tools.produce(topic, odd)
  const consumed = await kafka.tools.consume(topic)
  const originals = open()
  for (const offset of [4, 0, 3, 1, 2]) {
    const record = await originals.read({ topic, partition: 0, offset })
    expect(asConsumed(record)).toEqual(consumed[offset]!)
  }
})

test('records near and far, in any order, of several partitions, all asked for at once', async () => {
  const topic = unique('originals')
  await kafka.tools.createTopic(topic, 3)
  const count = 30_000
  await kafka.tools.produce(
    topic,
    Array.from({ length: count }, (_, i) => ({ partition: i % 3, value: `${i}` })),
  )
  const originals = open()
  const meter = new EventLoopMeter()
  const wanted = [...Array(400).keys()].map((i) => (i < 200 ? 3_000 + i : (i * 7_919) % count))
  const read = await Promise.all(
    wanted.map((i) => originals.read({ topic, partition: i % 3, offset: Math.floor(i / 3) })),
  )
  expect(read.map((record) => Buffer.from(record!.value!).toString())).toEqual(wanted.map(String))
  expect(meter.stop()).toBeLessThan(stallMaxMs)
})

test('a record that retention removed is undefined, and its neighbours are found', async () => {
  const topic = unique('originals')
  await kafka.tools.createTopic(topic)
  await kafka.tools.produce(
    topic,
    Array.from({ length: 20 }, (_, i) => ({ value: `${i}` })),
  )
  await kafka.tools.deleteRecords(topic, 0, 10)
  const originals = open()
  const offsets = [0, 9, 10, 19, 5]
  const read = await Promise.all(offsets.map((offset) => originals.read({ topic, partition: 0, offset })))
  expect(read.map((record) => record && Buffer.from(record.value!).toString())).toEqual([
    undefined,
    undefined,
    '10',
    '19',
    undefined,
  ])
})

test('a record of an aborted transaction is undefined with read_committed, and found with read_uncommitted', async () => {
  const topic = unique('originals')
  await kafka.tools.createTopic(topic)
  await kafka.tools.produce(topic, [{ value: 'aborted' }], { transaction: 'abort' })
  await kafka.tools.produce(topic, [{ value: 'after' }])
  const place = { topic, partition: 0, offset: 0 }
  const committed = open(unique('group'), { 'isolation.level': 'read_committed' })
  const uncommitted = open(unique('group'), { 'isolation.level': 'read_uncommitted' })
  expect(await committed.read(place)).toBeUndefined()
  expect(Buffer.from((await uncommitted.read(place))!.value!).toString()).toBe('aborted')
})

test('reading joins no group and commits nothing', async () => {
  const topic = unique('originals')
  const group = unique('untouched')
  await kafka.tools.createTopic(topic)
  await kafka.tools.produce(topic, [{ value: '0' }, { value: '1' }])
  const originals = open(group, { 'group.instance.id': 'me', 'session.timeout.ms': '10000' })
  const record = (await originals.read({ topic, partition: 0, offset: 1 })) as ConsumedRecord | FullRecord | undefined
  expect(record).toBeDefined()
  expect(await kafka.tools.groupOffsets(group)).toEqual([])
  const members = await kafka.tools.describeGroup(group).then(
    (description) => description.members,
    () => [],
  )
  expect(members).toEqual([])
})

test('while no broker answers a read waits and says why; closing rejects it', async () => {
  const errors: RedkiteError[] = []
  const originals = new Originals({ 'bootstrap.servers': '127.0.0.1:1', 'group.id': 'g' }, (error) =>
    errors.push(error),
  )
  const reading = originals.read({ topic: 'topic', partition: 0, offset: 0 }).catch((error: RedkiteError) => error.code)
  await until('it says why', () => errors.length > 0)
  expect(errors[0]?.code).toBe('KAFKA_UNREACHABLE')
  await originals.close(2_000)
  expect(await reading).toBe('KAFKA_FAILED')
})
