import { describe, expect, test } from 'bun:test'
import { leastBufferBytes, shareBuffer } from '../../src/config/buffer.ts'

describe('buffer.bytes', () => {
  test.each([
    [12, 2, 4],
    [32, 2, 4],
    [48, 2, 64],
    [1024, 2, 64],
    [400, 60, 4],
  ])(
    'all that %p MiB are shared out to, with batches of %p MiB, stays below them',
    (bufferMiB, batchMiB, requestsMax) => {
      const [bufferBytes, batchBytes] = [bufferMiB * 1024 * 1024, batchMiB * 1024 * 1024]
      const { consumer, requestsInFlightMax } = shareBuffer(bufferBytes, batchBytes, requestsMax)
      const fetched = Number(consumer['queued.max.messages.kbytes']) * 1024 + Number(consumer['fetch.max.bytes'])
      expect(requestsInFlightMax).toBeGreaterThanOrEqual(1)
      expect(requestsInFlightMax).toBeLessThanOrEqual(requestsMax)
      expect(fetched + (requestsInFlightMax + 2) * batchBytes).toBeLessThanOrEqual(bufferBytes)
    },
  )

  test('the least is room for one request in flight', () => {
    const batchBytes = 2 * 1024 * 1024
    expect(shareBuffer(leastBufferBytes(batchBytes), batchBytes, 4).requestsInFlightMax).toBe(1)
  })
})
