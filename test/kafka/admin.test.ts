import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { RedkiteError } from '../../src/errors/errors.ts'
import { Admin } from '../../src/kafka/admin.ts'
import { until } from '../e2e/until.ts'
import { diesWithParent } from '../servers/child.ts'
import type { KafkaServer } from '../servers/kafka.ts'
import { serverTimeoutMs, sharedKafka, unique } from '../servers/shared.ts'
import { EventLoopMeter, stallMaxMs } from './event-loop.ts'
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

test('a cluster that is there is reachable', async () => {
  await admin.reachable()
})

test('topics are created with their settings, described, found by expression and deleted', async () => {
  const stem = unique('admin')
  await admin.createTopics([
    { name: `${stem}-a`, partitions: 3, config: { 'cleanup.policy': 'compact' } },
    { name: `${stem}-b`, partitions: 1 },
  ])
  expect(await admin.topicPartitions([`${stem}-a`, `${stem}-b`])).toEqual(
    new Map([
      [`${stem}-a`, 3],
      [`${stem}-b`, 1],
    ]),
  )
  expect(await admin.topicPartitions([`^${stem}-.*`])).toEqual(
    new Map([
      [`${stem}-a`, 3],
      [`${stem}-b`, 1],
    ]),
  )
  expect(await admin.topicPartitions(['^no-such-.*'])).toEqual(new Map())
  expect([...(await admin.topicPartitions(['^.*'])).keys()]).not.toContain('__consumer_offsets')
  await admin.deleteTopics([`${stem}-a`])
  let gone: unknown
  // The answer is the controller's; the broker that is asked hears of it afterwards.
  await until('the topic is gone', async () => {
    gone = await admin.topicPartitions([`${stem}-a`]).catch((error) => error)
    return gone instanceof RedkiteError
  })
  expect(gone).toMatchObject({ code: 'TOPIC_MISSING', exit: 13 })
  expect((gone as RedkiteError).message).toContain(`${stem}-a`)
})

test('a topic that is there already says so', async () => {
  const name = unique('twice')
  await admin.createTopics([{ name, partitions: 1 }])
  const error = await admin.createTopics([{ name, partitions: 1 }]).catch((error) => error)
  expect(error).toMatchObject({ code: 'KAFKA_FAILED' })
  expect(error.message).toContain('already exists')
})

test('first and end offsets, and what a group committed', async () => {
  const topic = unique('offsets')
  await admin.createTopics([{ name: topic, partitions: 2 }])
  await send(config, topic, numbered(101, 2))
  const partitions = [0, 1].map((partition) => ({ topic, partition }))
  expect((await admin.endOffsets(partitions)).map(({ offset }) => offset)).toEqual([51, 50])
  await kafka.tools.deleteRecords(topic, 0, 20)
  expect((await admin.beginningOffsets(partitions)).map(({ offset }) => offset)).toEqual([20, 0])
  const group = unique('group')
  expect((await admin.committed(group, partitions)).map(({ offset }) => offset)).toEqual([undefined, undefined])
  await kafka.tools.setGroupOffsets(group, [{ topic, partition: 1, offset: 7 }])
  expect((await admin.committed(group, partitions)).map(({ offset }) => offset)).toEqual([undefined, 7])
})

test('offsets of a topic that is not there name it', async () => {
  const error = await admin.endOffsets([{ topic: 'not-there', partition: 0 }]).catch((error) => error)
  expect(error).toMatchObject({ code: 'TOPIC_MISSING' })
  expect(error.message).toContain('not-there')
})

describe('a cluster that does not answer is explained at the deadline, while the event loop goes on', () => {
  test.each([
    ['127.0.0.1:1', 'Connection refused'],
    ['no.such.host.invalid:9092', 'no.such.host.invalid'],
  ])('%s', async (bootstrap, why) => {
    const meter = new EventLoopMeter()
    const lost = new Admin({ 'bootstrap.servers': bootstrap })
    const started = performance.now()
    const errors = await Promise.all(
      [
        lost.reachable(1_000),
        lost.topicPartitions(['t'], 1_000),
        lost.topicPartitions(['^t'], 1_000),
        lost.endOffsets([{ topic: 't', partition: 0 }], 'read_committed', 1_000),
        lost.committed('g', [{ topic: 't', partition: 0 }], 1_000),
      ].map((question) =>
        question.then(
          () => undefined,
          (error) => error,
        ),
      ),
    )
    expect(performance.now() - started).toBeLessThan(15_000)
    await lost.close(2_000)
    expect(errors.map((error) => [error.code, error.exit])).toEqual(Array(5).fill(['KAFKA_UNREACHABLE', 10]))
    for (const { message } of errors) expect(message).toContain(why)
    expect(meter.stop()).toBeLessThan(stallMaxMs)
  })
})

test('a cluster that accepts connections and says nothing is unreachable too', async () => {
  const silent = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const lost = new Admin({ 'bootstrap.servers': `127.0.0.1:${silent.port}` })
  const error = await lost.reachable(1_000).catch((error) => error)
  expect(error).toMatchObject({ code: 'KAFKA_UNREACHABLE' })
  await lost.close(2_000)
  silent.stop(true)
})

test('nothing that librdkafka says reaches stderr by itself', async () => {
  const script = `
    import { Admin } from ${JSON.stringify(`${import.meta.dir}/../../src/kafka/admin.ts`)}
    import { Member } from ${JSON.stringify(`${import.meta.dir}/member.ts`)}
    const config = { 'bootstrap.servers': '127.0.0.1:1' }
    const admin = new Admin(config)
    const member = new Member({ ...config, 'group.id': 'g', debug: 'broker' }, ['t'])
    await admin.reachable(300).catch(() => {})
    await Promise.all([admin.close(1_000), member.consumer.close(1_000)])`
  const child = Bun.spawn([...diesWithParent, process.execPath, '-e', script], { stdout: 'pipe', stderr: 'pipe' })
  expect([await child.stdout.text(), await child.stderr.text(), await child.exited]).toEqual(['', '', 0])
})
