import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { Admin } from '../../src/kafka/admin.ts'
import { MockCluster } from '../../src/kafka/mock-cluster.ts'
import { until } from '../e2e/until.ts'
import { EventLoopMeter, stallMaxMs } from './event-loop.ts'
import { Member } from './member.ts'
import { numbered, send } from './send.ts'

setDefaultTimeout(30_000)

const offsetCommit = 8
const coordinatorLoading = 14
const rebalanceInProgress = 27
const groupDenied = 30

let cluster: MockCluster
let config: { 'bootstrap.servers': string }
let admin: Admin
const members: Member[] = []
let names = 0

beforeAll(() => {
  cluster = new MockCluster(1)
  config = { 'bootstrap.servers': cluster.bootstrap }
  admin = new Admin(config)
})
afterEach(async () => {
  cluster.clearRequestErrors(offsetCommit)
  await Promise.all(members.splice(0).map(({ consumer }) => consumer.close(2_000)))
})
afterAll(async () => {
  await admin.close()
  await cluster.destroy()
})

/** A member that has read all of a topic of its own, which has as many records as `count`. */
async function reader(count = 100, partitions = 1): Promise<{ member: Member; topic: string; group: string }> {
  const topic = `topic${++names}`
  const group = `group${names}`
  cluster.createTopic(topic, partitions)
  await send(config, topic, numbered(count, partitions))
  const member = new Member({ ...config, 'group.id': group }, [topic])
  members.push(member)
  await until('all records', () => member.read.length === count)
  return { member, topic, group }
}

async function committed(group: string, topic: string, partition = 0): Promise<number | undefined> {
  return (await admin.committed(group, [{ topic, partition }]))[0]?.offset
}

test('positions of several partitions are committed together', async () => {
  const { member, topic, group } = await reader(100, 3)
  await member.consumer.commit(member.positions())
  expect([
    await committed(group, topic, 0),
    await committed(group, topic, 1),
    await committed(group, topic, 2),
  ]).toEqual([34, 33, 33])
})

test('a commit that the coordinator refuses for a while is repeated until it is taken', async () => {
  const { member, topic, group } = await reader()
  cluster.pushRequestErrors(offsetCommit, [
    coordinatorLoading,
    rebalanceInProgress,
    coordinatorLoading,
    rebalanceInProgress,
  ])
  await member.consumer.commit([{ assignment: 0, offset: 42 }])
  expect(await committed(group, topic)).toBe(42)
})

test('a commit that is refused for good rejects at once', async () => {
  const { member, group } = await reader()
  cluster.pushRequestErrors(offsetCommit, Array(20).fill(groupDenied))
  const started = performance.now()
  const error = await member.consumer.commit([{ assignment: 0, offset: 42 }]).catch((error) => error)
  expect(error).toMatchObject({ code: 'GROUP_DENIED', label: 'fatal', exit: 12 })
  expect(error.message).toContain(group)
  // Before an attempt that gets no answer would be given up.
  expect(performance.now() - started).toBeLessThan(9_000)
})

test('many commits at once end with the newest, and all resolve', async () => {
  const { member, topic, group } = await reader(1_000)
  const offsets = Array.from({ length: 500 }, (_, i) => i + 1)
  await Promise.all(offsets.map((offset) => member.consumer.commit([{ assignment: 0, offset }])))
  expect(await committed(group, topic)).toBe(500)
})

test('an older position after a newer one changes nothing', async () => {
  const { member, topic, group } = await reader()
  await member.consumer.commit([{ assignment: 0, offset: 50 }])
  await member.consumer.commit([{ assignment: 0, offset: 20 }])
  expect(await committed(group, topic)).toBe(50)
})

test('with the broker down a commit rejects at its deadline, close too ends, and the event loop goes on', async () => {
  const { member } = await reader()
  const meter = new EventLoopMeter()
  cluster.setBrokerDown(1)
  const started = performance.now()
  const error = await member.consumer.commit([{ assignment: 0, offset: 42 }], 1_500).catch((error) => error)
  expect(error).toMatchObject({ code: 'COMMIT_FAILED', label: 'retriable', exit: 19 })
  expect(performance.now() - started).toBeWithin(1_400, 9_000)
  const closing = performance.now()
  await member.consumer.close(1_500)
  expect(performance.now() - closing).toBeLessThan(15_000)
  const stall = meter.stop()
  console.log(`the event loop stood still for ${stall.toFixed(0)} ms at most while the broker was down`)
  expect(stall).toBeLessThan(stallMaxMs)
  cluster.setBrokerUp(1)
})

test('a commit begun while the broker is down is taken when it is back', async () => {
  const { member, topic, group } = await reader()
  cluster.setBrokerDown(1)
  await Bun.sleep(300)
  const commit = member.consumer.commit([{ assignment: 0, offset: 77 }], 25_000)
  await Bun.sleep(1_000)
  cluster.setBrokerUp(1)
  await commit
  expect(await committed(group, topic)).toBe(77)
})

test('nothing is committed for an assignment that is not owned any more', async () => {
  const { member, topic, group } = await reader()
  member.next.set(0, 10)
  await member.consumer.close(5_000)
  expect(member.owned).toEqual([])
  expect(await committed(group, topic)).toBe(10)
})
