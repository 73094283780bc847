import { expect, test } from 'bun:test'
import {
  addTallies,
  durationBoundsMs,
  noTallies,
  tallyReject,
  tallyRequest,
  tallyRetry,
} from '../../src/sink/tallies.ts'

const reject = (offset: number, code = 'VECTOR_NAN') => ({ atMs: offset, code, topic: 't', partition: 0, offset })

test('a request counts in the first bucket whose bound it keeps to, and one that is slower than all in the last', () => {
  const tallies = noTallies()
  for (const tookMs of [0, 1, 1.1, 60_000, 60_001]) tallyRequest(tallies, 'upsert', tookMs)
  const { counts, sumMs } = tallies.requests.upsert!
  expect(counts.length).toBe(durationBoundsMs.length + 1)
  expect([counts[0], counts[1], counts.at(-2), counts.at(-1)]).toEqual([2, 1, 1, 1])
  expect(sumMs).toBeCloseTo(120_003.1)
})

test('of rejects all are counted and the last 20 are kept', () => {
  const tallies = noTallies()
  for (let offset = 0; offset < 50; offset++) tallyReject(tallies, reject(offset))
  expect(tallies.rejects).toEqual({ VECTOR_NAN: 50 })
  expect(tallies.recentRejects.map(({ offset }) => offset)).toEqual(Array.from({ length: 20 }, (_, i) => 30 + i))
})

test("tasks' tallies are added up as they come from another thread", () => {
  const [one, other] = [noTallies(), noTallies()]
  tallyRetry(one, 'MILVUS_NOT_READY')
  tallyRetry(other, 'MILVUS_NOT_READY')
  tallyRetry(other, 'MILVUS_TIMEOUT')
  tallyReject(one, reject(7))
  tallyReject(other, reject(3, 'FIELD_MISSING'))
  tallyRequest(one, 'insert', 5)
  tallyRequest(other, 'insert', 50)
  tallyRequest(other, 'delete', 50)
  const sum = addTallies([structuredClone(one), structuredClone(other)])
  expect(sum.retries).toEqual({ MILVUS_NOT_READY: 2, MILVUS_TIMEOUT: 1 })
  expect(sum.rejects).toEqual({ VECTOR_NAN: 1, FIELD_MISSING: 1 })
  expect(sum.recentRejects.map(({ offset }) => offset)).toEqual([3, 7])
  expect(sum.requests.insert!.sumMs).toBe(55)
  expect(sum.requests.insert!.counts.filter((count) => count > 0)).toEqual([1, 1])
  expect(one.requests.insert!.sumMs).toBe(5)
})
