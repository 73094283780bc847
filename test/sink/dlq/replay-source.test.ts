import { expect, test } from 'bun:test'
import type { ConsumerListener } from '../../../src/kafka/consumer.ts'
import type { OffsetReset } from '../../../src/kafka/offset-reset.ts'
import { ReplaySource } from '../../../src/sink/dlq/replay-source.ts'

test('letters that Kafka no longer had are said to the sink, as for any other topic', () => {
  const told: OffsetReset[] = []
  const sink: ConsumerListener = {
    assigned() {},
    revoked: async () => [],
    ready() {},
    failed() {},
    offsetReset: (reset) => void told.push(reset),
  }
  const reset = { topic: 'letters', partition: 0, from: 3, to: 7 }
  new ReplaySource([], sink).listener.offsetReset?.(reset)
  expect(told).toEqual([reset])
})
