/**
 * On a Kafka that had never seen a group, one run in five ended with a segmentation fault and not a word: the broker that was asked for the
 * group's offsets answered that it was not the coordinator (yet), and librdkafka, on a handle without a group of its own, read address 0.
 */
import { expect, test } from 'bun:test'
import { Admin } from '../../src/kafka/admin.ts'
import { MockCluster } from '../../src/kafka/mock-cluster.ts'
import { response } from '../../src/kafka/response.ts'

const offsetFetch = 9

test("a group's offsets are told after brokers that are not, or not yet, its coordinator", async () => {
  const cluster = new MockCluster()
  cluster.createTopic('orders', 1)
  const admin = new Admin({ 'bootstrap.servers': cluster.bootstrap })
  cluster.pushRequestErrors(offsetFetch, [
    response.notCoordinator,
    response.coordinatorNotAvailable,
    response.coordinatorLoading,
  ])
  expect(await admin.committed('connect-orders', [{ topic: 'orders', partition: 0 }])).toEqual([
    { topic: 'orders', partition: 0, offset: undefined },
  ])
  await admin.close()
  await cluster.destroy()
})
