import { expect, test } from 'bun:test'
import { Rate } from '../../src/ops/rate.ts'

test('one count alone is no rate', () => {
  expect(new Rate().add(1_000, 50)).toBe(0)
})

test('the rate is rows a second since the first count, at the beginning', () => {
  const rate = new Rate(5_000)
  rate.add(0, 1_000)
  expect(rate.add(500, 1_500)).toBe(1_000)
  expect(rate.add(500, 2_000)).toBe(500)
})

test('what is older than the span is forgotten', () => {
  const rate = new Rate(5_000)
  for (let second = 0; second <= 10; second++) rate.add(second * 100, second * 1_000)
  for (let second = 11; second <= 15; second++) rate.add(1_000, second * 1_000)
  expect(rate.add(1_000, 16_000)).toBe(0)
})

test('the span holds although counts come rarely', () => {
  const rate = new Rate(30_000)
  rate.add(0, 0)
  expect(rate.add(3_000, 30_000)).toBe(100)
  expect(rate.add(9_000, 60_000)).toBe(200)
})

test('a steady rate reads steady while counts come and go', () => {
  const rate = new Rate(5_000)
  rate.add(0, 0)
  for (let ms = 200; ms <= 60_000; ms += 200) expect(rate.add(ms * 3, ms)).toBeCloseTo(3_000, 6)
})
