import { afterEach, expect, test } from 'bun:test'
import { FrameMemory } from '../../src/milvus/frame-memory.ts'
import { until } from '../e2e/until.ts'

const kib = 1024
let memory = new FrameMemory()

afterEach(() => {
  memory.clear()
  memory = new FrameMemory()
})

test('a block that was given back is taken again, also for a request of some rows more', () => {
  const first = memory.take(2000 * kib)
  memory.giveBack(first)
  expect(memory.take(2010 * kib)).toBe(first)
})

test('a block that is not given back is nobody else’s', () => {
  const first = memory.take(100 * kib)
  const second = memory.take(100 * kib)
  expect(second).not.toBe(first)
  memory.giveBack(second)
  expect(memory.take(100 * kib)).toBe(second)
  expect(memory.take(100 * kib)).not.toBe(first)
})

test('where requests grow, a larger block takes the place of one too small', () => {
  const small = [memory.take(100 * kib), memory.take(100 * kib)]
  for (const block of small) memory.giveBack(block)
  const large = memory.take(4000 * kib)
  expect(large.byteLength).toBeGreaterThanOrEqual(4000 * kib)
  expect(small.map((block) => block.byteLength)).toEqual([0, 256 * kib])
})

test('small requests are the collector’s', () => {
  const small = memory.take(10 * kib)
  expect(small.byteLength).toBe(10 * kib)
  memory.giveBack(small)
  expect(memory.take(10 * kib)).not.toBe(small)
})

test('blocks are given up when nobody has taken one for a while', async () => {
  memory = new FrameMemory(10)
  const block = memory.take(100 * kib)
  memory.giveBack(block)
  memory.take(10 * kib)
  await until('the block has been given up', () => block.byteLength === 0)
  expect(memory.take(100 * kib).byteLength).toBe(256 * kib)
})
