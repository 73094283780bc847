import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Arena } from '../../src/kafka/arena.ts'
import { MockCluster } from '../../src/kafka/mock-cluster.ts'
import { until } from '../e2e/until.ts'
import { EventLoopMeter, stallMaxMs } from './event-loop.ts'
import { Member, type MemberOptions } from './member.ts'
import { numbered, send } from './send.ts'

setDefaultTimeout(30_000)

let cluster: MockCluster
let config: { 'bootstrap.servers': string }
const members: Member[] = []
let names = 0
let groups = 0

/** The embedded broker ends a rebalance of a group that existed before 1 s ahead of the session timeout. */
const quickRejoin = { 'session.timeout.ms': 1_500, 'heartbeat.interval.ms': 100 }

beforeAll(() => {
  cluster = new MockCluster(1)
  config = { 'bootstrap.servers': cluster.bootstrap }
})
afterEach(async () => {
  await Promise.all(members.splice(0).map(({ consumer }) => consumer.close(5_000)))
})
afterAll(() => cluster.destroy())

function topic(partitions = 1): string {
  const name = `topic${++names}`
  cluster.createTopic(name, partitions)
  return name
}

function join(topics: readonly string[], options: MemberOptions & { config?: Record<string, string> } = {}): Member {
  const member = new Member(
    { ...config, 'group.id': `group${++groups}`, ...quickRejoin, ...options.config },
    topics,
    options,
  )
  members.push(member)
  return member
}

describe('records come out as they went in', () => {
  test('null, empty and binary keys and values, with their offsets', async () => {
    const name = topic()
    await send(config, name, [
      { key: 'k', value: 'v' },
      { key: null, value: 'no key' },
      { key: 'tombstone', value: null },
      { key: '', value: '' },
      { key: null, value: null },
      { key: 'ключ \u0000 🪁', value: '{"a":"\u0000é"}' },
    ])
    const member = join([name])
    await until('six records', () => member.read.length === 6)
    expect(member.read.map(({ offset, key, value }) => [offset, key, value])).toEqual([
      [0, 'k', 'v'],
      [1, null, 'no key'],
      [2, 'tombstone', null],
      [3, '', ''],
      [4, null, null],
      [5, 'ключ \u0000 🪁', '{"a":"\u0000é"}'],
    ])
  })

  test('several partitions and topics, each in its own order', async () => {
    const [first, second] = [topic(3), topic(2)]
    await send(config, first, numbered(3_000, 3, 'first'))
    await send(config, second, numbered(1_000, 2, 'second'))
    const member = join([first, second])
    await until('all records', () => member.read.length === 4_000)
    for (const [name, partitions, count] of [
      [first, 3, 3_000],
      [second, 2, 1_000],
    ] as const) {
      for (let partition = 0; partition < partitions; partition++) {
        const read = member.read.filter((record) => record.topic === name && record.partition === partition)
        expect(read.map(({ offset }) => offset)).toEqual(
          Array.from({ length: Math.ceil((count - partition) / partitions) }, (_, i) => i),
        )
        const stem = name === first ? 'first' : 'second'
        expect(read.every(({ value, offset }) => value === `${stem}-${offset * partitions + partition}`)).toBe(true)
      }
    }
  })

  test('through an arena smaller than the batch, in rows and in bytes', async () => {
    const name = topic()
    await send(config, name, numbered(5_000))
    const member = join([name], { arena: new Arena(400, 7) })
    await until('all records', () => member.read.length === 5_000)
    expect(member.read.map(({ value }) => value)).toEqual(Array.from({ length: 5_000 }, (_, i) => `record-${i}`))
    expect(member.arena.rows).toBeLessThanOrEqual(7)
  })

  test('a record larger than the arena gets a block of its own, which is given back', async () => {
    const name = topic()
    const large = 'x'.repeat(50_000)
    await send(config, name, [{ value: 'before' }, { value: large }, { value: 'after' }])
    const arena = new Arena(1_000, 10)
    const member = join([name], { arena })
    await until('three records', () => member.read.length === 3)
    expect(member.read.map(({ value }) => value)).toEqual(['before', large, 'after'])
    expect(arena.bytes.length).toBe(1_000)
  })

  test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('compressed with %s', async (codec) => {
    const name = topic()
    await send({ ...config, 'compression.codec': codec }, name, numbered(500))
    const member = join([name])
    await until('all records', () => member.read.length === 500)
    expect(member.values(0)).toEqual(Array.from({ length: 500 }, (_, i) => `record-${i}`))
  })

  test('topics that an expression names', async () => {
    const stem = `expression${++names}`
    cluster.createTopic(`${stem}-a`, 1)
    cluster.createTopic(`${stem}-b`, 1)
    await send(config, `${stem}-a`, [{ value: 'a' }])
    await send(config, `${stem}-b`, [{ value: 'b' }])
    const member = join([`^${stem}-.*`])
    await until('both', () => member.read.length === 2)
    expect(member.read.map(({ value }) => value).sort()).toEqual(['a', 'b'])
  })
})

test('the end of a partition is told with the next offset, after the records before it', async () => {
  const name = topic()
  await send(config, name, numbered(10))
  const member = join([name], { watchEnds: true })
  await until('the end', () => member.ends.length > 0)
  expect(member.ends[0]).toEqual({ assignment: 0, offset: 10 })
  member.takeAll()
  expect(member.read).toHaveLength(10)
})

test('a paused partition brings nothing until it is resumed, and then all of it', async () => {
  const name = topic(2)
  const member = join([name])
  await until('the assignment', () => member.assigned.length === 1)
  const paused = member.owned.find(({ partition }) => partition === 0)!
  member.consumer.pause([paused.index])
  await send(config, name, numbered(100, 2))
  await until('the other partition', () => member.values(1).length === 50)
  await Bun.sleep(300)
  expect(member.values(0)).toEqual([])
  member.consumer.resume([paused.index])
  await until('the paused partition', () => member.values(0).length === 50)
  expect(member.read.filter(({ partition }) => partition === 0).map(({ offset }) => offset)).toEqual(
    Array.from({ length: 50 }, (_, i) => i),
  )
})

test('paused and resumed again and again while it is read, a partition brings each record once and in order', async () => {
  const name = topic(2)
  // Little arenas, so that records are held over from one take to the next at many a pause.
  const member = join([name], { idle: true, arena: new Arena(2_000, 50) })
  await until('both partitions', () => member.owned.length === 2)
  await send(config, name, numbered(6_000, 2))
  const [first] = member.owned
  for (let turn = 0; member.read.length < 6_000; turn++) {
    if (member.take() === 0) await Bun.sleep(1)
    if (turn % 40 === 7) member.consumer.pause([first!.index])
    if (turn % 40 === 11) member.consumer.resume([first!.index])
  }
  for (const partition of [0, 1]) {
    expect(member.values(partition)).toEqual(Array.from({ length: 3_000 }, (_, i) => `record-${2 * i + partition}`))
  }
})

test('records left lying wake nobody again, and come with the next take', async () => {
  const name = topic()
  await send(config, name, numbered(30))
  const member = join([name], { idle: true, arena: new Arena(10_000, 10) })
  await until('the first wake-up', () => member.readyCalls > 0)
  await until('ten records', () => member.take() === 10)
  const before = member.readyCalls
  await Bun.sleep(200)
  // The timer, once a second, is no wake-up of theirs.
  expect(member.readyCalls - before).toBeLessThanOrEqual(1)
  expect(member.take() + member.take()).toBe(20)
  expect(member.take()).toBe(0)
})

test('a record is read within milliseconds of its production', async () => {
  const name = topic()
  const member = join([name], { config: { 'fetch.wait.max.ms': '10' } })
  await until('the assignment', () => member.assigned.length === 1)
  await Bun.sleep(300)
  const delays: number[] = []
  for (let i = 0; i < 5; i++) {
    await send({ ...config, 'linger.ms': 0 }, name, [{ value: 'x' }])
    const sent = performance.now()
    await until('the record', () => member.read.length === i + 1)
    delays.push(performance.now() - sent)
  }
  console.log(`read ${delays.map((delay) => delay.toFixed(1)).join(', ')} ms after the acknowledgement`)
  // The embedded broker answers a waiting fetch only when its time is up, so that is made short.
  expect(Math.min(...delays)).toBeLessThan(100)
})

describe('what goes wrong is told by its code', () => {
  test('a topic that is not there', async () => {
    const member = join(['no-such-topic'], { config: { 'allow.auto.create.topics': 'false' } })
    cluster.setTopicError('no-such-topic', 3)
    await until('an error', () => member.errors.length > 0)
    expect(member.errors[0]).toMatchObject({ code: 'TOPIC_MISSING', label: 'fatal', exit: 13 })
    expect(member.errors[0]!.message).toContain('no-such-topic')
  })

  test('a topic that may not be read', async () => {
    const name = topic()
    cluster.setTopicError(name, 29)
    const member = join([name])
    await until('an error', () => member.errors.length > 0)
    expect(member.errors[0]).toMatchObject({ code: 'TOPIC_DENIED', label: 'fatal', exit: 12 })
    expect(member.errors[0]!.message).toContain(name)
  })

  test('offsets that retention has deleted, when there is no reset', async () => {
    const name = topic()
    await send(config, name, numbered(100))
    const reader = join([name], { config: { 'group.id': 'lost' } })
    await until('all', () => reader.read.length === 100)
    reader.next.set(0, 10)
    await reader.consumer.close(5_000)
    cluster.deleteRecordsBefore(name, 0, 50)
    const member = join([name], { config: { 'group.id': 'lost', 'auto.offset.reset': 'error' } })
    await until('an error', () => member.errors.length > 0)
    expect(member.errors[0]).toMatchObject({ code: 'OFFSET_LOST', label: 'fatal', exit: 14 })
    expect(member.errors[0]!.message).toContain(`${name}[0]`)
    expect(member.read).toEqual([])
  })

  test('a broker that nobody answers for, once and not a hundred times, while the event loop goes on', async () => {
    const meter = new EventLoopMeter()
    const member = new Member({ 'bootstrap.servers': '127.0.0.1:1', 'group.id': 'g' }, ['t'])
    await until('an error', () => member.errors.length > 0)
    await Bun.sleep(1_000)
    const started = performance.now()
    await member.consumer.close(1_000)
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(meter.stop()).toBeLessThan(stallMaxMs)
    expect(member.errors[0]).toMatchObject({ code: 'KAFKA_UNREACHABLE', label: 'retriable', exit: 10 })
    expect(member.errors.length).toBeLessThanOrEqual(4)
  })

  test('a broker that is away is tried again within a second, however long it has been away', async () => {
    const own = new MockCluster()
    own.createTopic('orders', 1)
    const config = { 'bootstrap.servers': own.bootstrap, 'group.id': 'orders', debug: 'broker' }
    const member = new Member(config, ['orders'], { watchEnds: true })
    await until('it reads', () => member.ends.length > 0)
    own.setBrokerDown(1)
    const pause = /Delaying next reconnect by (\d+)ms/
    const pauses = () => member.log.flatMap((line) => pause.exec(line)?.[1] ?? []).map(Number)
    await until('its pauses have grown', () => pauses().some((ms) => ms >= 900))
    await until('it has been tried again', () => pauses().length > 8)
    expect(pauses().filter((ms) => ms > 1_000)).toEqual([])
    await member.consumer.close(1_000)
    await own.destroy()
  })

  test('a setting that librdkafka does not know or take, by its name and without a password', () => {
    const make = (extra: Record<string, string>) => () => new Member({ ...config, 'group.id': 'g', ...extra }, ['t'])
    expect(make({ 'fetch.mni.bytes': '1' })).toThrow('fetch.mni.bytes')
    expect(make({ 'fetch.min.bytes': 'many' })).toThrow('fetch.min.bytes')
    expect(make({ 'ssl.ca.location': '/no/such/file.pem', 'security.protocol': 'ssl' })).toThrow('ssl.ca.location')
  })
})

test('a hundred consumers come and go, and leave no open files behind', async () => {
  const { readdirSync } = await import('node:fs')
  const open = () => readdirSync('/proc/self/fd').length
  const name = topic()
  await send(config, name, numbered(10))
  const round = async (group: string) => {
    const member = new Member({ ...config, 'group.id': group }, [name])
    await until('records', () => member.read.length === 10)
    await member.consumer.close(5_000)
  }
  for (let i = 0; i < 5; i++) await round(`warm${i}`)
  const before = open()
  for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 5 }, (_, j) => round(`leak${i}-${j}`)))
  Bun.gc(true)
  await until('the files to be closed', () => open() <= before + 5)
}, 60_000)

test('a consumer with nothing to read is woken by its timer alone, once a second', async () => {
  const name = topic()
  const member = join([name])
  await until('the assignment', () => member.assigned.length === 1)
  await Bun.sleep(500)
  const before = member.readyCalls
  await Bun.sleep(3_000)
  expect(member.readyCalls - before).toBeLessThanOrEqual(4)
}, 10_000)

test('400,000 records come through while they are produced, in order and without a gap', async () => {
  const name = topic(8)
  const count = 400_000
  const next = new Map<number, number>()
  let gaps = 0
  const arena = new Arena(8 << 20, 16_384)
  let rows = 0
  const { Consumer } = await import('../../src/kafka/consumer.ts')
  const { Producer } = await import('../../src/kafka/producer.ts')
  const consumer = new Consumer({ ...config, 'group.id': 'fast' }, [name], {
    assigned() {},
    revoked: async () => [],
    ready() {
      for (let taken = consumer.take(arena); taken > 0; taken = consumer.take(arena)) {
        for (let row = 0; row < taken; row++) {
          const index = arena.assignment[row]!
          if (arena.offset[row] !== (next.get(index) ?? 0)) gaps++
          next.set(index, arena.offset[row]! + 1)
        }
        rows += taken
      }
    },
    failed() {},
  })
  const producer = new Producer({ ...config, 'linger.ms': 5 })
  const value = new Uint8Array(250).fill(97)
  const started = performance.now()
  for (let i = 0; i < count; i++) {
    while (producer.produce(name, i % 8, null, value) === 0) await producer.room(50_000)
    // The embedded broker keeps 5 MB a partition.
    if (i % 10_000 === 0) await until('the reader', () => i - rows < 80_000)
  }
  await until('all records', () => rows === count)
  expect(gaps).toBe(0)
  const seconds = (performance.now() - started) / 1e3
  console.log(`produced and consumed in one process: ${Math.round(count / seconds)} records of 250 B a second`)
  await producer.close(1_000)
  await consumer.close(5_000)
}, 60_000)
