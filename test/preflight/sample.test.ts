import { expect, test } from 'bun:test'
import { asRunBegins, evenShares, sampleStretches, waitingOf } from '../../src/preflight/sample.ts'

test('shares are even among those that have enough, and no more than what there is', () => {
  expect(evenShares([10, 10], 6)).toEqual([3, 3])
  expect(evenShares([1, 0, 10], 6)).toEqual([1, 0, 5])
  expect(evenShares([10, 10, 10], 4)).toEqual([2, 1, 1])
  expect(evenShares([2, 1], 100)).toEqual([2, 1])
  expect(evenShares([], 5)).toEqual([])
})

const partition = (index: number, from: number, to: number, committed?: number) => ({
  topic: 't',
  partition: index,
  from,
  to,
  committed,
})

const spans = (...all: Parameters<typeof sampleStretches>) => sampleStretches(...all).map(({ from, to }) => [from, to])

test('the first records are those that retention has left', () => {
  expect(spans([partition(0, 5, 100, 90), partition(1, 0, 0)], 10, 'first')).toEqual([
    [5, 15],
    [0, 0],
  ])
})

test('the next ones are what the group reads next, and the last ones where it has read all', () => {
  expect(spans([partition(0, 0, 100, 90), partition(1, 0, 100)], 20, 'next')).toEqual([
    [90, 100],
    [0, 10],
  ])
  expect(spans([partition(0, 0, 100, 100), partition(1, 0, 2, 2)], 10, 'next')).toEqual([
    [92, 100],
    [0, 2],
  ])
  expect(spans([partition(0, 50, 100, 10)], 5, 'next')).toEqual([[50, 55]])
})

test('a group that has committed nothing begins as auto.offset.reset says', () => {
  const partitions = [partition(0, 0, 100), partition(1, 10, 100, 40)]
  const waiting = (reset: string) => waitingOf(asRunBegins({ consumer: { 'auto.offset.reset': reset } }, partitions))
  expect([waiting('earliest'), waiting('latest')]).toEqual([160, 60])
})
