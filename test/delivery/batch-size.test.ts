import { expect, test } from 'bun:test'
import { BatchSize } from '../../src/delivery/batch-size.ts'

const [leastBytes, mostBytes] = [2_000, 16_000]

/** A Milvus that takes one request at a time: so long for each, and so many bytes a millisecond. */
interface Server {
  readonly requestMs: number
  readonly bytesPerMs: number
  /** Times differ by so much to either side. */
  readonly noise?: number
}

function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 0) / 2 ** 32
  }
}

interface Load extends Server {
  readonly batches: number
  /** What Kafka brings, in bytes a millisecond. */
  readonly supply?: number
  readonly seed?: number
}

/** A sink that sends batch after batch. */
class Sending {
  readonly size: BatchSize
  #nowMs = 0
  #acknowledged = 0

  constructor(most = mostBytes) {
    this.size = new BatchSize({ leastBytes, mostBytes: most })
  }

  /** Returns the sizes. */
  send({ requestMs, bytesPerMs, noise = 0, batches, supply = Number.POSITIVE_INFINITY, seed = 1 }: Load): number[] {
    const next = random(seed)
    return Array.from({ length: batches }, () => {
      const { bytes } = this.size
      const takesMs = (requestMs + bytes / bytesPerMs) * (1 + noise * (2 * next() - 1))
      const comesMs = bytes / supply
      this.#nowMs += Math.max(takesMs, comesMs)
      this.#acknowledged += bytes
      this.size.sealed(this.#nowMs, this.#acknowledged, takesMs > comesMs)
      return bytes
    })
  }
}

/** The size of most of the last half. */
function usual(sizes: readonly number[]): number {
  const half = sizes.slice(sizes.length / 2).sort((a, b) => a - b)
  return half[half.length >> 1]!
}

const dearRequests = { requestMs: 100, bytesPerMs: 200 }

test('requests to a server with a high price for each grow as far as they may', () => {
  expect(usual(new Sending().send({ ...dearRequests, batches: 1_000 }))).toBe(mostBytes)
})

test('requests stay as they are where larger ones bring nothing', () => {
  const sizes = new Sending().send({ requestMs: 0, bytesPerMs: 20, batches: 1_000 })
  expect(usual(sizes)).toBe(leastBytes)
  // It was tried, and again after a while.
  expect(Math.max(...sizes)).toBe(2 * leastBytes)
})

test('they stop at the knee', () => {
  const sending = new Sending(100 * mostBytes)
  const sizes = sending.send({ requestMs: 20, bytesPerMs: 100, batches: 4_000 })
  // 1 / (20 + n / 100) a byte: from 16,000 on, twice the size brings 6 %, from 32,000 on 3 %.
  expect(usual(sizes)).toBe(32_000)
})

test.each([1, 2, 3, 4, 5])('a server that is unsteady gets larger requests too (seed %d)', (seed) => {
  const sizes = new Sending().send({ ...dearRequests, noise: 0.1, batches: 2_000, seed })
  expect(usual(sizes)).toBe(mostBytes)
})

test('they are small again when Milvus keeps up', () => {
  const sending = new Sending()
  sending.send({ ...dearRequests, batches: 1_000 })
  expect(sending.size.bytes).toBe(mostBytes)
  sending.send({ requestMs: 1, bytesPerMs: 10_000, batches: 1_000, supply: 100 })
  expect(sending.size.bytes).toBe(leastBytes)
})

test('a size that Milvus has refused is not tried again', () => {
  const sending = new Sending()
  sending.send({ ...dearRequests, batches: 1_000 })
  sending.size.tooLarge()
  expect(sending.size.bytes).toBe(mostBytes / 2)
  expect(Math.max(...sending.send({ ...dearRequests, batches: 2_000 }))).toBe(mostBytes / 2)
  for (let n = 0; n < 10; n++) sending.size.tooLarge()
  expect(sending.size.bytes).toBe(leastBytes)
})

test('with one size allowed there is one size', () => {
  expect(new Set(new Sending(leastBytes).send({ ...dearRequests, batches: 500 }))).toEqual(new Set([leastBytes]))
})
