/** The progress line asked a consumer for its lag after it was closed: a look into memory that was gone, which ended the process. */
import { expect, test } from 'bun:test'
import { Consumer } from '../../src/kafka/consumer.ts'
import { MockCluster } from '../../src/kafka/mock-cluster.ts'
import { send } from '../kafka/send.ts'

test('a closed consumer knows no end of a partition', async () => {
  const cluster = new MockCluster()
  cluster.createTopic('orders', 1)
  const config = { 'bootstrap.servers': cluster.bootstrap, 'group.id': 'lag' }
  await send(config, 'orders', [{ value: '1' }])
  const { promise, resolve } = Promise.withResolvers<void>()
  const consumer = new Consumer(config, ['orders'], {
    assigned: () => {},
    revoked: async () => [],
    ready: resolve,
    failed() {},
  })
  await promise
  await consumer.close(5_000)
  expect(consumer.assignments).toHaveLength(1)
  for (let i = 0; i < 1_000; i++) expect(consumer.endOffset(0)).toBeUndefined()
  await cluster.destroy()
})
