import { describe, expect, test } from 'bun:test'
import { Load } from '../../src/delivery/load.ts'

const [leastBytes, mostBytes] = [2_000, 8_000]
const limits = {
  bytes: { least: leastBytes, most: mostBytes },
  requests: { least: 1, first: 4, most: 16 },
}
const seeds = [1, 2, 3, 4, 5]

interface Server {
  /** Requests that are worked on at once. */
  readonly workers: number
  /** What a worker needs for each request, and for its bytes. */
  readonly requestMs: number
  readonly bytesPerMs: number
  /** On the way there and back, which keeps no worker busy. */
  readonly wayMs?: number
  /** What workers need differs by so much to either side. */
  readonly noise?: number
}

interface Work extends Server {
  readonly batches: number
  /** What Kafka brings and the sink decodes, in bytes a millisecond. */
  readonly supply?: number
  readonly seed?: number
}

function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 0) / 2 ** 32
  }
}

/** A sink that fills batch after batch and sends them, as far as its load allows. */
class Sending {
  readonly load: Load
  #nowMs = 0
  #acknowledged = 0
  #blockedMs = 0
  /** Batches that are sealed and not sent yet. */
  readonly #waiting: number[] = []
  /** When each request that was sent will be answered; the next one first. */
  readonly #unanswered: { readonly atMs: number; readonly bytes: number }[] = []

  constructor(given = limits) {
    this.load = new Load(given)
  }

  /** Returns the settings with which the batches were sealed, and the bytes a millisecond of the last half. */
  send({ supply = 10_000, batches, seed = 1, ...server }: Work): { settings: string[]; bytesPerMs: number } {
    const answers = new Answers(server, random(seed), this.#nowMs)
    const half = { sinceMs: 0, acknowledged: 0 }
    const settings = Array.from({ length: batches }, (_, n) => {
      if (n === batches >> 1) Object.assign(half, { sinceMs: this.#nowMs, acknowledged: this.#acknowledged })
      const { bytes, requests } = this.load
      this.#pass(this.#nowMs + bytes / supply, answers)
      this.load.sealed(this.#nowMs, this.#acknowledged, this.#blockedMs)
      this.#waiting.push(bytes)
      this.#sendDue(answers)
      const sinceMs = this.#nowMs
      while (this.#waiting.length + this.#unanswered.length >= this.load.batches) {
        this.#pass(this.#unanswered[0]!.atMs, answers)
      }
      this.#blockedMs += this.#nowMs - sinceMs
      return `${requests} of ${bytes}`
    })
    return { settings, bytesPerMs: (this.#acknowledged - half.acknowledged) / (this.#nowMs - half.sinceMs) }
  }

  #pass(untilMs: number, answers: Answers): void {
    while ((this.#unanswered[0]?.atMs ?? Number.POSITIVE_INFINITY) <= untilMs) {
      const { atMs, bytes } = this.#unanswered.shift()!
      this.#nowMs = atMs
      this.#acknowledged += bytes
      this.#sendDue(answers)
    }
    this.#nowMs = untilMs
  }

  #sendDue(answers: Answers): void {
    while (this.#unanswered.length < this.load.requests && this.#waiting.length > 0) {
      const bytes = this.#waiting.shift()!
      this.#unanswered.push({ atMs: answers.answerMs(this.#nowMs, bytes), bytes })
      this.#unanswered.sort((a, b) => a.atMs - b.atMs)
    }
  }
}

class Answers {
  readonly #freeMs: number[]

  constructor(
    readonly server: Server,
    readonly next: () => number,
    nowMs: number,
  ) {
    this.#freeMs = Array.from({ length: server.workers }, () => nowMs)
  }

  /** When a request that is sent now will be answered. */
  answerMs(nowMs: number, bytes: number): number {
    const { requestMs, bytesPerMs, wayMs = 0, noise = 0 } = this.server
    this.#freeMs.sort((a, b) => a - b)
    const takesMs = (requestMs + bytes / bytesPerMs) * (1 + noise * (2 * this.next() - 1))
    this.#freeMs[0] = Math.max(this.#freeMs[0]!, nowMs + wayMs / 2) + takesMs
    return this.#freeMs[0] + wayMs / 2
  }
}

/** The setting of most batches of the last half. */
function usual(settings: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const setting of settings.slice(settings.length / 2)) counts.set(setting, (counts.get(setting) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]![0]
}

const dearRequests = { workers: 1, requestMs: 100, bytesPerMs: 200 }
const oneAtATime = { workers: 1, requestMs: 0, bytesPerMs: 20 }
const farAway = { workers: 64, requestMs: 1, bytesPerMs: 100, wayMs: 500 }

describe('what Milvus is given settles at', () => {
  test.each([
    ['large requests, one at a time, for a server with a high price for each', dearRequests, '1 of 8000'],
    [
      'small requests, one at a time, for a server that neither price nor company makes quicker',
      oneAtATime,
      '1 of 2000',
    ],
    [
      'two requests, for a server that has one to work on while the other is on its way',
      { ...oneAtATime, wayMs: 50 },
      '2 of 2000',
    ],
    ['many requests, for a server far away', farAway, '16 of 2000'],
    [
      'many requests, for a server with many workers',
      { workers: 12, requestMs: 0, bytesPerMs: 5, wayMs: 100 },
      '16 of 2000',
    ],
  ])('%s', (_, server, setting) => {
    expect(usual(new Sending().send({ ...server, batches: 2_000 }).settings)).toBe(setting)
  })
})

describe.each(seeds)('a server that is unsteady (seed %d)', (seed) => {
  test.each([
    ['with a high price for each request', dearRequests],
    ['that does one after the other', oneAtATime],
    ['far away', farAway],
    ['with four workers', { workers: 4, requestMs: 5, bytesPerMs: 20, wayMs: 20 }],
  ])('%s takes as much as from the best of all settings', (_, server) => {
    const work = { ...server, noise: 0.2, seed, batches: 4_000 }
    const settings = [1, 2, 4, 8, 16].flatMap((requests) =>
      [2_000, 4_000, 8_000].map((bytes) => ({
        bytes: { least: bytes, most: bytes },
        requests: { least: requests, first: requests, most: requests },
      })),
    )
    const within = settings.filter(({ bytes, requests }) => (requests.first + 2) * bytes.most <= 6 * mostBytes)
    const best = Math.max(...within.map((setting) => new Sending({ ...limits, ...setting }).send(work).bytesPerMs))
    expect(new Sending().send(work).bytesPerMs / best).toBeGreaterThan(0.9)
  })
})

test('a server that takes its time is given more within fifty requests', () => {
  const sending = new Sending()
  sending.send({ workers: 1, requestMs: 1_000, bytesPerMs: 2_000, batches: 50 })
  expect(sending.load.bytes).toBe(mostBytes)
})

test('batches are small again when Milvus keeps up', () => {
  const sending = new Sending()
  sending.send({ ...dearRequests, batches: 1_000 })
  expect(sending.load.bytes).toBe(mostBytes)
  sending.send({ workers: 4, requestMs: 1, bytesPerMs: 10_000, batches: 1_000, supply: 100 })
  expect(sending.load.bytes).toBe(leastBytes)
})

test('a Milvus that keeps up is given what it was given', () => {
  const { settings } = new Sending().send({ workers: 4, requestMs: 1, bytesPerMs: 100, supply: 100, batches: 2_000 })
  expect(new Set(settings)).toEqual(new Set(['4 of 2000']))
})

test('together batches never have more memory than the first number of the largest', () => {
  for (const server of [dearRequests, oneAtATime, farAway]) {
    const { settings } = new Sending().send({ ...server, batches: 3_000, noise: 0.5 })
    for (const setting of new Set(settings)) {
      const [requests, bytes] = setting.split(' of ').map(Number) as [number, number]
      expect((requests + 2) * bytes).toBeLessThanOrEqual(6 * mostBytes)
    }
  }
})

test('a size that Milvus has refused is not tried again', () => {
  const sending = new Sending()
  sending.send({ ...dearRequests, batches: 1_000 })
  sending.load.tooLarge()
  expect(sending.load.bytes).toBe(mostBytes / 2)
  const { settings } = sending.send({ ...dearRequests, batches: 2_000 })
  expect(settings.some((setting) => setting.endsWith(` of ${mostBytes}`))).toBe(false)
  for (let n = 0; n < 10; n++) sending.load.tooLarge()
  expect(sending.load.bytes).toBe(leastBytes)
})

test('failures are no measure of what Milvus takes', () => {
  const load = new Load(limits)
  // Nothing is acknowledged for as long as failures are told.
  for (let n = 0; n < 100; n++) {
    load.sealed(n * 1_000, 0, n * 1_000)
    load.disturbed()
  }
  expect([load.bytes, load.requests]).toEqual([leastBytes, 4])
})

test('what is set stays', () => {
  const set = { bytes: { least: 3_000, most: 3_000 }, requests: { least: 3, first: 3, most: 3 } }
  expect(new Set(new Sending(set).send({ ...dearRequests, batches: 500 }).settings)).toEqual(new Set(['3 of 3000']))
})
