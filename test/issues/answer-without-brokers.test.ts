/**
 * A broker that the cluster has put out for a moment names the topic and not one broker. librdkafka 2.15 then forgot all it knew, and a
 * member read nothing any more, though the cluster was whole again a second later. packaging/librdkafka/steps/changes.sh mends that.
 */
import { expect, setDefaultTimeout, test } from 'bun:test'
import { MockCluster } from '../../src/kafka/mock-cluster.ts'
import { until } from '../e2e/until.ts'
import { Member } from '../kafka/member.ts'
import { send } from '../kafka/send.ts'

setDefaultTimeout(60_000)

test('a member whose last broker says that there is none reads on when there is one again', async () => {
  const cluster = new MockCluster(2)
  cluster.createTopic('orders', 1)
  cluster.setGroupCoordinator('orders', 2)
  const [first, second] = cluster.bootstrap.split(',') as [string, string]
  const often = { 'topic.metadata.refresh.interval.ms': 100, debug: 'metadata' }
  const member = new Member({ 'bootstrap.servers': first, 'group.id': 'orders', ...often }, ['orders'])
  const produce = (value: string) => send({ 'bootstrap.servers': second }, 'orders', [{ value }])
  await produce('by both')
  await until('the record came', () => member.values(0).length === 1)

  // The one it began with is gone, so that there is no going back to the beginning.
  cluster.hideBroker(1)
  cluster.setBrokerDown(1)
  await produce('by the second')
  await until('the record came', () => member.values(0).length === 2)

  cluster.addBroker(3)
  cluster.setBrokerDown(3)
  cluster.hideBroker(2)
  await until('it has heard so', () => member.log.some((line) => line.endsWith(' 0 brokers, 1 topics')))
  cluster.setBrokerUp(3)
  cluster.setGroupCoordinator('orders', 3)
  await produce('by the third')
  await until('the record came', () => member.values(0).length === 3)
  expect(member.values(0)).toEqual(['by both', 'by the second', 'by the third'])
  await member.consumer.close(5_000)
  await cluster.destroy()
})
