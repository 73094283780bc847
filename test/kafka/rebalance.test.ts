import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Admin } from '../../src/kafka/admin.ts'
import { until } from '../e2e/until.ts'
import type { KafkaServer } from '../servers/kafka.ts'
import { serverTimeoutMs, sharedKafka, unique } from '../servers/shared.ts'
import { EventLoopMeter, stallMaxMs } from './event-loop.ts'
import { Member, type MemberOptions } from './member.ts'
import { numbered, send } from './send.ts'

setDefaultTimeout(serverTimeoutMs)

let kafka: KafkaServer
let config: { 'bootstrap.servers': string }
let admin: Admin

beforeAll(async () => {
  kafka = await sharedKafka()
  config = { 'bootstrap.servers': kafka.bootstrap }
  admin = new Admin(config)
})
afterAll(() => admin?.close())

const protocols: [string, Record<string, string>][] = [
  ['range', { 'partition.assignment.strategy': 'range', 'session.timeout.ms': '6000' }],
  ['cooperative-sticky', { 'partition.assignment.strategy': 'cooperative-sticky', 'session.timeout.ms': '6000' }],
  ['KIP-848', { 'group.protocol': 'consumer' }],
]

const partitions = 6

async function topicOf(count: number): Promise<string> {
  const name = unique('rebalance')
  await admin.createTopics([{ name, partitions }])
  await send(config, name, numbered(count, partitions))
  return name
}

async function committedSum(group: string, topic: string): Promise<number> {
  const all = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
  return (await admin.committed(group, all)).reduce((sum, { offset }) => sum + (offset ?? 0), 0)
}

describe.each(protocols)('%s', (_name, protocol) => {
  test('three members come and go while records are produced: every record is read, commits never pass what was read', async () => {
    const meter = new EventLoopMeter()
    const topic = await topicOf(3_000)
    const group = unique('group')
    const members: Member[] = []
    const join = () => {
      const member = new Member({ ...config, ...protocol, 'group.id': group }, [topic])
      members.push(member)
      return member
    }
    const first = join()
    await until('the first has all', () => first.owned.length === partitions)
    const second = join()
    await until('two share', () => first.owned.length === 3 && second.owned.length === 3, 60_000)
    await send(config, topic, numbered(3_000, partitions, 'later'))
    const third = join()
    await until('three share', () => members.every((member) => member.owned.length === 2), 60_000)
    await send(config, topic, numbered(3_000, partitions, 'last'))
    await second.consumer.close(10_000)
    await until('two share again', () => first.owned.length + third.owned.length === partitions, 60_000)
    const everything = () => new Set(members.flatMap(({ read }) => read.map((r) => `${r.partition}/${r.offset}`))).size
    await until('every record', () => everything() === 9_000, 60_000)
    await Promise.all([first.consumer.close(10_000), third.consumer.close(10_000)])
    expect(await committedSum(group, topic)).toBe(9_000)
    expect(members.flatMap(({ errors }) => errors.map(({ message }) => message))).toEqual([])
    // Within one assignment offsets go up one by one: nothing of an earlier assignment slips in.
    for (const { read } of members) {
      const last = new Map<number, number>()
      for (const { assignment, offset } of read) {
        const before = last.get(assignment)
        if (before !== undefined) expect(offset).toBe(before + 1)
        last.set(assignment, offset)
      }
    }
    const stall = meter.stop()
    const total = members.reduce((sum, { read }) => sum + read.length, 0)
    console.log(`9,000 records read ${total} times; the event loop stood still for ${stall.toFixed(0)} ms at most`)
    expect(stall).toBeLessThan(stallMaxMs)
  })

  test('what is revoked is committed before the next member begins there', async () => {
    const topic = await topicOf(600)
    const group = unique('group')
    const first = new Member({ ...config, ...protocol, 'group.id': group }, [topic])
    await until('all read', () => first.read.length === 600)
    const second = new Member({ ...config, ...protocol, 'group.id': group }, [topic])
    await until('two share', () => first.owned.length === 3 && second.owned.length === 3, 60_000)
    await Bun.sleep(500)
    expect(second.read).toEqual([])
    await Promise.all([first.consumer.close(10_000), second.consumer.close(10_000)])
  })

  test('work that does not settle in time is given up: the partitions move on, uncommitted', async () => {
    const topic = await topicOf(60)
    const group = unique('group')
    const options: MemberOptions = { revokeTimeoutMs: 500, beforeRevoked: () => Bun.sleep(60_000) }
    const stuck = new Member({ ...config, ...protocol, 'group.id': group }, [topic], options)
    await until('all read', () => stuck.read.length === 60)
    const started = performance.now()
    await stuck.consumer.close(10_000)
    expect(performance.now() - started).toBeLessThan(30_000)
    expect(stuck.errors).toMatchObject([{ code: 'KAFKA_TIMED_OUT', label: 'retriable' }])
    expect(await committedSum(group, topic)).toBe(0)
  })

  test('a member that closes leaves the group at once', async () => {
    const topic = await topicOf(6)
    const group = unique('group')
    const member = new Member({ ...config, ...protocol, 'group.id': group }, [topic])
    await until('all read', () => member.read.length === 6)
    await member.consumer.close(10_000)
    const described = await kafka.tools.describeGroup(group)
    expect(described.members).toEqual([])
  })
})
