import { describe, expect, test } from 'bun:test'
import type { Batch, Request } from '../../src/delivery/batch.ts'
import { Delivery } from '../../src/delivery/delivery.ts'
import { Pace } from '../../src/delivery/pace.ts'

describe('pace', () => {
  /** Refused at time 0, when 8,000 rows a second were written. */
  const refusedOnce = () => {
    const pace = new Pace()
    for (let ms = -3_000; ms <= 0; ms += 100) pace.written(800, ms)
    pace.slowDown(pace.round, 500, 0)
    return pace
  }

  test('is without limit until Milvus complains', () => {
    const pace = new Pace()
    pace.sent(1_000_000, 0)
    expect([pace.rowsPerSecond(0), pace.rowsAtOnce(0)]).toEqual([undefined, Number.POSITIVE_INFINITY])
    expect(pace.readyMs).toBe(Number.NEGATIVE_INFINITY)
  })

  test('halves what was written, adds as much each second, then doubles, and forgets', () => {
    const pace = refusedOnce()
    const rates = [0, 1_000, 2_000, 5_000, 7_000, 9_000, 29_999, 30_000].map((ms) => pace.rowsPerSecond(ms))
    expect(rates.slice(0, 6).map((rate) => Math.round(rate! / 100) * 100)).toEqual([
      4_000, 4_800, 5_600, 8_000, 16_000, 32_000,
    ])
    expect(rates[6]).toBeGreaterThan(1_000_000)
    expect(rates[7]).toBeUndefined()
  })

  test('halves once for all that was under way together', () => {
    const pace = refusedOnce()
    const { round } = pace
    pace.slowDown(round - 1, 500, 1)
    expect(pace.rowsPerSecond(1)).toBeCloseTo(4_000, -2)
    pace.slowDown(round, 500, 1)
    expect(pace.rowsPerSecond(1)).toBeCloseTo(2_000, -2)
  })

  test('never falls below ten rows a second, and finds its way from there', () => {
    const pace = new Pace()
    for (let i = 0; i < 50; i++) pace.slowDown(pace.round, 5_000, i)
    expect(pace.rowsPerSecond(50)).toBe(10)
    expect(pace.rowsPerSecond(50 + 25_000)).toBeGreaterThan(5_000)
  })

  test('lets rows follow each other at their rate', () => {
    const pace = refusedOnce()
    pace.sent(1_000, 0)
    expect(pace.readyMs).toBeCloseTo(250, 0)
    pace.sent(1_000, 250)
    expect(pace.readyMs).toBeCloseTo(488, 0)
    expect(pace.rowsAtOnce(0)).toBe(1_000)
  })
})

/** A Milvus that takes so many rows a second, as its token bucket does: a request passes while there are tokens, and may leave a debt. */
class LimitedMilvus {
  #tokens = 0
  #ms = 0

  constructor(public rowsPerSecond: number) {}

  takes(rows: number, nowMs: number): boolean {
    this.#tokens = Math.min(this.rowsPerSecond, this.#tokens + ((nowMs - this.#ms) / 1_000) * this.rowsPerSecond)
    this.#ms = nowMs
    if (this.#tokens <= 0) return false
    this.#tokens -= rows
    return true
  }
}

const batchRows = 2_000
const roundTripMs = 10

/** Delivery with more to send than Milvus takes, one millisecond a step. */
class Pipeline {
  nowMs = 0
  taken = 0
  refused = 0
  largest = 0
  readonly #delivery = new Delivery<Batch>({
    load: { requests: 4 },
    backoff: { firstMs: 200, maxMs: 30_000 },
    random: () => 0.5,
  })
  readonly #underWay: { request: Request<Batch>; answerMs: number }[] = []
  #sequence = 0

  constructor(readonly milvus: LimitedMilvus) {}

  /** @returns rows a second that Milvus took */
  run(seconds: number): number {
    const before = this.taken
    for (const endMs = this.nowMs + seconds * 1_000; this.nowMs < endMs; this.nowMs++) this.#step()
    return (this.taken - before) / seconds
  }

  #step(): void {
    const one = this.#delivery
    while (this.#underWay[0] !== undefined && this.#underWay[0].answerMs <= this.nowMs) {
      const { request } = this.#underWay.shift()!
      const rows = request.to - request.from
      const isTaken = this.milvus.takes(rows, this.nowMs)
      if (isTaken) this.taken += rows
      else this.refused++
      one.answered(request, isTaken ? 'written' : 'slow-down', this.nowMs)
    }
    while (one.unsettledBatches < 6) one.admit(this.#batch(++this.#sequence))
    for (let request = one.due(this.nowMs); request !== undefined; request = one.due(this.nowMs)) {
      this.largest = Math.max(this.largest, request.to - request.from)
      this.#underWay.push({ request, answerMs: this.nowMs + roundTripMs })
    }
  }

  #batch(sequence: number): Batch {
    const positions = [{ assignment: 0, first: (sequence - 1) * batchRows, offset: sequence * batchRows }]
    return { sequence, puts: batchRows, deletes: 0, positions, waitsFor: [], assignmentOf: () => 0, offsetOf: () => 0 }
  }
}

describe('against a Milvus that limits the rate', () => {
  test.each([[200], [5_000], [60_000]])('of %d rows a second, most of it is used and little is refused', (limit) => {
    const pipeline = new Pipeline(new LimitedMilvus(limit))
    pipeline.run(20)
    const { refused } = pipeline
    const rate = pipeline.run(60)
    expect(rate).toBeGreaterThan(limit * 0.65)
    expect(rate).toBeLessThanOrEqual(limit * 1.01)
    // A round of four at most, each time that the limit was found again.
    expect(pipeline.refused - refused).toBeLessThan(60)
  })

  test('a limit that is raised is found within seconds, and so is its end', () => {
    const milvus = new LimitedMilvus(2_000)
    const pipeline = new Pipeline(milvus)
    const unlimited = new Pipeline(new LimitedMilvus(Number.POSITIVE_INFINITY)).run(5)
    pipeline.run(30)
    milvus.rowsPerSecond = 20_000
    pipeline.run(15)
    expect(pipeline.run(20)).toBeGreaterThan(12_000)
    milvus.rowsPerSecond = Number.POSITIVE_INFINITY
    pipeline.run(20)
    expect(pipeline.run(5)).toBeGreaterThan(unlimited * 0.9)
  })

  test('requests are cut to a quarter of a second, and whole again when the limit is gone', () => {
    const milvus = new LimitedMilvus(1_000)
    const pipeline = new Pipeline(milvus)
    pipeline.run(20)
    pipeline.largest = 0
    pipeline.run(5)
    expect(pipeline.largest).toBeLessThan(1_000)
    milvus.rowsPerSecond = Number.POSITIVE_INFINITY
    pipeline.run(35)
    pipeline.largest = 0
    pipeline.run(1)
    expect(pipeline.largest).toBe(batchRows)
  })
})
