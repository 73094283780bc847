import { expect, test } from 'bun:test'
import { gridOf, listOf, propertiesOf, recommended } from '../../src/bench/grid.ts'

const none = { batchRows: [], batchBytes: [], inFlight: [], isSweep: false }

test('lists are numbers with k and m for binary thousands, and anything else is refused', () => {
  expect(listOf('1000')).toEqual([1000])
  expect(listOf('512k, 2M,3')).toEqual([524_288, 2_097_152, 3])
  for (const text of ['', '0', '1,', '-1', '1.5', '2g', 'x']) expect(listOf(text), text).toBeUndefined()
})

test('without a sweep there is one cell, of what was given', () => {
  expect(gridOf(none)).toEqual([{ batchRows: undefined, batchBytes: undefined, inFlight: undefined }])
  expect(gridOf({ ...none, batchRows: [500], inFlight: [2] })).toEqual([
    { batchRows: 500, batchBytes: undefined, inFlight: 2 },
  ])
})

test('several values without a sweep are refused', () => {
  expect(gridOf({ ...none, inFlight: [1, 2] })).toBeUndefined()
})

test('a sweep of nothing in particular is over bytes and requests in flight', () => {
  const cells = gridOf({ ...none, isSweep: true })!
  expect(cells.length).toBe(16)
  expect(cells.every(({ batchRows }) => batchRows === undefined)).toBe(true)
  expect(new Set(cells.map(({ batchBytes, inFlight }) => `${batchBytes} ${inFlight}`)).size).toBe(16)
})

test('a sweep over rows leaves the bytes alone, as whichever limit comes first cuts a batch', () => {
  const cells = gridOf({ ...none, batchRows: [100, 1000], inFlight: [4], isSweep: true })!
  expect(cells).toEqual([
    { batchRows: 100, batchBytes: undefined, inFlight: 4 },
    { batchRows: 1000, batchBytes: undefined, inFlight: 4 },
  ])
})

test('of settings within 5 % of the fastest the one with the shortest latency is recommended', () => {
  const measured = [
    { cell: { batchRows: 100, batchBytes: undefined, inFlight: 1 }, rowsPerSecond: 900, p99Ms: 5 },
    { cell: { batchRows: 1000, batchBytes: undefined, inFlight: 2 }, rowsPerSecond: 960, p99Ms: 20 },
    { cell: { batchRows: 1000, batchBytes: undefined, inFlight: 8 }, rowsPerSecond: 1000, p99Ms: 80 },
  ]
  expect(propertiesOf(recommended(measured)!.cell)).toEqual(['batch.size=1000', 'max.in.flight.requests=2'])
  expect(recommended([])).toBeUndefined()
})
