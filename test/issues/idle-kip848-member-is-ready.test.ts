/** Under KIP-848 a member without a partition is never told of an assignment; `/readyz` waited for one for ever. */
import { expect, setDefaultTimeout, test } from 'bun:test'
import { Consumer } from '../../src/kafka/consumer.ts'
import { until } from '../e2e/until.ts'
import { serverTimeoutMs, sharedKafka, unique } from '../servers/shared.ts'

setDefaultTimeout(serverTimeoutMs)

test('a member without a partition knows that the group has taken it in', async () => {
  const { bootstrap, tools } = await sharedKafka()
  const name = unique('idle')
  await tools.createTopic(name, 1)
  const config = { 'bootstrap.servers': bootstrap, 'group.id': name, 'group.protocol': 'consumer' }
  const listener = { assigned() {}, revoked: async () => [], ready() {}, failed() {} }
  const members = [0, 1].map(() => new Consumer(config, [name], listener))
  expect(members.map(({ isMember }) => isMember)).toEqual([false, false])
  await until('both are members', () => members.every(({ isMember }) => isMember))
  await until('one has the partition', () => members.some(({ assignments }) => assignments.some(({ owned }) => owned)))
  await Promise.all(members.map((member) => member.close(5_000)))
  expect(members.map(({ isMember }) => isMember)).toEqual([false, false])
})
