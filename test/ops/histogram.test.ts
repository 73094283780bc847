import { expect, test } from 'bun:test'
import { addDuration, addHistogram, noHistogram, percentileMs, since } from '../../src/ops/histogram.ts'

function histogramOf(values: readonly number[]) {
  const histogram = noHistogram()
  for (const value of values) addDuration(histogram, value)
  return histogram
}

/** Of sixteen buckets to a doubling. */
const widest = 2 ** (1 / 16)

test('a percentile is what so many are at most, by no more than a bucket too high', () => {
  for (const scale of [0.02, 1, 700, 40_000]) {
    const values = Array.from({ length: 1_000 }, (_, i) => ((i + 1) / 1_000) * scale)
    const histogram = histogramOf(values)
    for (const percent of [50, 95, 99, 99.9, 100]) {
      const exact = values[Math.ceil((percent / 100) * 1_000) - 1]!
      const found = percentileMs(histogram, percent)
      if (exact <= 0.01) continue
      expect(found, `${percent} of ${scale}`).toBeGreaterThanOrEqual(exact * 0.999_999)
      expect(found, `${percent} of ${scale}`).toBeLessThanOrEqual(exact * widest * 1.000_001)
    }
  }
})

test('the longest is exact, and no percentile is longer', () => {
  const histogram = histogramOf([3, 10.1, 4])
  expect(histogram.maxMs).toBe(10.1)
  expect(percentileMs(histogram, 99)).toBe(10.1)
  expect(percentileMs(histogram, 100)).toBe(10.1)
})

test('nothing has no percentile', () => {
  expect(percentileMs(noHistogram(), 50)).toBe(0)
})

test('two are added up as they come from another thread', () => {
  const sum = histogramOf([1, 2])
  addHistogram(sum, structuredClone(histogramOf([1, 500])))
  expect(sum).toEqual(histogramOf([1, 2, 1, 500]))
})

test('what came since is the difference, and its longest is not that of before', () => {
  const before = histogramOf([1, 9_000])
  const now = structuredClone(before)
  addDuration(now, 2)
  addDuration(now, 4)
  const later = since(before, now)
  expect(later.total).toBe(2)
  expect(percentileMs(later, 50)).toBeGreaterThanOrEqual(2)
  expect(percentileMs(later, 50)).toBeLessThanOrEqual(2 * widest)
  expect(later.maxMs).toBeLessThanOrEqual(4 * widest)
  expect(since(now, now).maxMs).toBe(0)
})
