import { expect, test } from 'bun:test'
import { offsetResetIn } from '../../src/kafka/offset-reset.ts'

const reset = (to: string) =>
  `[thrd:main]: my.topic_1 [3]: offset reset (at offset 10 (leader epoch 0), broker 1) to ${to} (leader epoch -1): fetch failed due to requested offset not available on the broker: Broker: Offset out of range`

test('an offset that Kafka no longer has, and where reading goes on', () => {
  const place = { topic: 'my.topic_1', partition: 3, from: 10 }
  expect(offsetResetIn({ facility: 'OFFSET', text: reset('cached BEGINNING offset 50') })).toEqual({ ...place, to: 50 })
  expect(offsetResetIn({ facility: 'OFFSET', text: reset('offset END') })).toEqual({ ...place, to: undefined })
})

test('other lines are none', () => {
  expect(offsetResetIn({ facility: 'FAIL', text: reset('offset END') })).toBeUndefined()
  expect(offsetResetIn({ facility: 'OFFSET', text: 'my.topic_1 [3]: something else' })).toBeUndefined()
})
