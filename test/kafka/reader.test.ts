import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { RedkiteError } from '../../src/errors/errors.ts'
import { Arena } from '../../src/kafka/arena.ts'
import { MockCluster } from '../../src/kafka/mock-cluster.ts'
import { Reader, type Stretch } from '../../src/kafka/reader.ts'
import { messageBytesMax } from '../../src/kafka/record-queue.ts'
import { numbered, send } from './send.ts'

setDefaultTimeout(30_000)

let cluster: MockCluster
let reader: Reader
beforeAll(() => {
  cluster = new MockCluster(1)
  reader = new Reader({ 'bootstrap.servers': cluster.bootstrap })
})
afterAll(async () => {
  await reader.close()
  cluster.destroy()
})

const all = (topic: string, partition: number, to: number): Stretch => ({ topic, partition, from: 0, to })

/** `partition/offset` of what is read, a record each. */
async function read(stretches: readonly Stretch[], recordsMax = Number.POSITIVE_INFINITY): Promise<string[]> {
  const places: string[] = []
  await reader.read(stretches, new Arena(2_000, 7), (arena) => {
    for (let row = 0; row < arena.rows; row++) {
      const { partition } = reader.assignments[arena.assignment[row]!]!
      const value = new TextDecoder().decode(arena.bytes.subarray(arena.valueStart[row]!, arena.valueEnd[row]!))
      places.push(`${partition}/${arena.offset[row]} ${value}`)
    }
    return places.length < recordsMax
  })
  return places.sort()
}

test('reads each partition up to the given end and nothing behind it, in several arenas', async () => {
  cluster.createTopic('two', 2)
  await send({ 'bootstrap.servers': cluster.bootstrap }, 'two', numbered(50, 2))
  const places = await read([all('two', 0, 20), all('two', 1, 25)])
  expect(places.length).toBe(45)
  expect(places.filter((place) => place.startsWith('0/')).length).toBe(20)
  expect(places).toContain('0/19 record-38')
  expect(places).toContain('1/24 record-49')
})

test('reads from an offset on, the same records as often as asked', async () => {
  for (let times = 0; times < 3; times++) {
    expect(await read([{ topic: 'two', partition: 1, from: 3, to: 5 }])).toEqual(['1/3 record-7', '1/4 record-9'])
  }
})

test('reads nothing where there is nothing to read', async () => {
  expect(await read([all('two', 0, 0)])).toEqual([])
  expect(await read([])).toEqual([])
})

test('stops when whoever reads has enough, and reads on from anywhere afterwards', async () => {
  const first = await read([all('two', 0, 25)], 5)
  expect(first.length).toBeWithin(5, 25)
  expect((await read([all('two', 0, 25)])).length).toBe(25)
})

test('stops at a record that is larger than it reads, with its place and size', async () => {
  cluster.createTopic('large', 1)
  // Of one letter it is small on the wire, and as large as it is only here.
  const config = {
    'bootstrap.servers': cluster.bootstrap,
    'compression.type': 'zstd',
    'message.max.bytes': 200_000_000,
  }
  await send(config, 'large', [{ value: 'small' }, { value: 'x'.repeat(messageBytesMax + 1) }])
  const fetching = { 'bootstrap.servers': cluster.bootstrap, 'receive.message.max.bytes': 300_000_000 }
  const own = new Reader(fetching)
  const error = await own.read([all('large', 0, 2)], new Arena(100, 5), () => true).catch((thrown: unknown) => thrown)
  await own.close()
  expect(error).toBeInstanceOf(RedkiteError)
  const { code, label, message } = error as RedkiteError
  expect([code, label]).toEqual(['MESSAGE_TOO_LARGE', 'fatal'])
  expect(message).toContain(`large[0] offset 1 has ${messageBytesMax + 1} bytes`)
})

test('gives up with the reason when Kafka is silent for too long', async () => {
  const nowhere = new Reader({ 'bootstrap.servers': '127.0.0.1:1' }, { stallTimeoutMs: 1_000 })
  const error = await nowhere.read([all('two', 0, 5)], new Arena(100, 5), () => true).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(RedkiteError)
  expect((error as RedkiteError).code).toBe('KAFKA_UNREACHABLE')
  await nowhere.close()
})
