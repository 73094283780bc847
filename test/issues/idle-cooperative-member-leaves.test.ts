/**
 * A member of a cooperative group that had no partition did not leave when it was closed: the group waited for its session to end, 45 s,
 * and others could not leave meanwhile. librdkafka 2.15 does so of itself; kafka/consumer.ts makes it leave.
 */
import { expect, setDefaultTimeout, test } from 'bun:test'
import { Consumer, type ConsumerListener } from '../../src/kafka/consumer.ts'
import { serverTimeoutMs, sharedKafka, unique } from '../servers/shared.ts'

setDefaultTimeout(serverTimeoutMs)

test('a cooperative member without a partition leaves the group when it is closed', async () => {
  const kafka = await sharedKafka()
  const topic = unique('idle')
  await kafka.tools.createTopic(topic, 1)
  const config = {
    'bootstrap.servers': kafka.bootstrap,
    'group.id': topic,
    'partition.assignment.strategy': 'cooperative-sticky',
    'heartbeat.interval.ms': 300,
  }
  const member = (assigned: () => void) => {
    const listener: ConsumerListener = { assigned, revoked: async () => [], ready() {}, failed() {} }
    return new Consumer(config, [topic], listener)
  }
  const joining = Promise.withResolvers<void>()
  const working = member(joining.resolve)
  await joining.promise
  const waiting = Promise.withResolvers<void>()
  const idle = member(waiting.resolve)
  await waiting.promise
  expect(idle.assignments).toEqual([])
  await idle.close(10_000)
  expect((await kafka.tools.describeGroup(topic)).members).toHaveLength(1)
  await working.close(10_000)
  expect((await kafka.tools.describeGroup(topic)).members).toEqual([])
})
