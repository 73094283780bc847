import { describe, expect, test } from 'bun:test'
import type { Batch } from '../../src/delivery/batch.ts'
import { Watermark } from '../../src/delivery/watermark.ts'

function batch(sequence: number, ...positions: [assignment: number, offset: number][]): Batch {
  return {
    sequence,
    puts: 1,
    deletes: 0,
    positions: positions.map(([assignment, offset]) => ({ assignment, first: Math.max(0, offset - 10), offset })),
    waitsFor: [],
    assignmentOf: () => positions[0]?.[0] ?? 0,
    offsetOf: () => 0,
  }
}

describe('watermark', () => {
  test('an offset moves only when everything below it has settled', () => {
    const watermark = new Watermark()
    const batches = [batch(1, [0, 10]), batch(2, [0, 20]), batch(3, [0, 30])]
    for (const each of batches) watermark.open(each)
    watermark.settle(batches[2]!)
    expect(watermark.committable()).toEqual([])
    watermark.settle(batches[0]!)
    expect(watermark.committable()).toEqual([{ assignment: 0, offset: 10 }])
    watermark.settle(batches[1]!)
    expect(watermark.committable()).toEqual([{ assignment: 0, offset: 30 }])
    expect(watermark.isOpen(0)).toBe(false)
  })

  test('partitions move on their own', () => {
    const watermark = new Watermark()
    const slow = batch(1, [0, 10])
    const quick = batch(2, [1, 5])
    watermark.open(slow)
    watermark.open(quick)
    watermark.settle(quick)
    expect(watermark.committable()).toEqual([{ assignment: 1, offset: 5 }])
    expect(watermark.isOpen(0)).toBe(true)
  })

  test('what was committed is not committed again', () => {
    const watermark = new Watermark()
    const first = batch(1, [0, 10])
    watermark.open(first)
    watermark.settle(first)
    watermark.committed(watermark.committable())
    expect(watermark.committable()).toEqual([])
    expect(watermark.safe(0)).toBe(10)
  })

  test('a partition that was taken away moves no more, whatever settles late', () => {
    const watermark = new Watermark()
    const late = batch(1, [0, 10], [1, 7])
    watermark.open(late)
    watermark.forget(0)
    watermark.settle(late)
    expect(watermark.committable()).toEqual([{ assignment: 1, offset: 7 }])
  })

  test('a batch that is completed after its partition was taken away moves nothing: what was open before it is not written', () => {
    const watermark = new Watermark()
    watermark.open(batch(1, [0, 50]))
    watermark.forget(0)
    const late = batch(2, [0, 120], [1, 7])
    watermark.open(late)
    watermark.settle(late)
    expect(watermark.committable()).toEqual([{ assignment: 1, offset: 7 }])
  })

  test('batches that are filled at the same time hold the offset at the first record of each', () => {
    const watermark = new Watermark()
    const one: Batch = { ...batch(1), positions: [{ assignment: 0, first: 0, offset: 9 }] }
    const other: Batch = { ...batch(2), positions: [{ assignment: 0, first: 3, offset: 6 }] }
    watermark.hold(other)
    watermark.open(one)
    watermark.settle(one)
    expect(watermark.safe(0)).toBe(3)
    watermark.open(other)
    watermark.settle(other)
    expect(watermark.safe(0)).toBe(9)
  })

  test('the end of a partition counts when nothing below it is open', () => {
    const watermark = new Watermark()
    watermark.reach(0, 5)
    expect(watermark.committable()).toEqual([{ assignment: 0, offset: 5 }])
    const last: Batch = { ...batch(1), positions: [{ assignment: 0, first: 5, offset: 8 }] }
    watermark.open(last)
    watermark.reach(0, 10)
    expect(watermark.safe(0)).toBe(5)
    watermark.settle(last)
    expect(watermark.safe(0)).toBe(10)
  })
})
