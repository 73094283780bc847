import { expect, test } from 'bun:test'
import { DistinctKeys } from '../../src/preflight/distinct-keys.ts'
import { Hash64 } from '../../src/verify/hash64.ts'

function distinctOf(keys: Iterable<number>, entriesMax: number): DistinctKeys {
  const distinct = new DistinctKeys(entriesMax)
  const hash = new Hash64()
  for (const key of keys) {
    hash.begin()
    hash.addWord(key)
    hash.end()
    distinct.add(hash)
  }
  return distinct
}

function* twice(count: number): Generator<number> {
  for (let key = 0; key < count; key++) yield key
  for (let key = 0; key < count; key++) yield key
}

test('each key counts once, exactly while there is room', () => {
  const distinct = distinctOf(twice(5_000), 5_000)
  expect([distinct.count, distinct.isExact]).toEqual([5_000, true])
  expect(new DistinctKeys(10).count).toBe(0)
})

test('a hash of zeros is a key like any other', () => {
  const distinct = new DistinctKeys(10)
  for (let i = 0; i < 3; i++) distinct.add({ high: 0, low: 0 })
  expect(distinct.count).toBe(1)
})

test('beyond that it estimates within a few percent, in the same memory', () => {
  for (const count of [20_000, 300_000]) {
    const distinct = distinctOf(twice(count), 5_000)
    expect(distinct.isExact).toBe(false)
    expect(Math.abs(distinct.count / count - 1)).toBeLessThan(0.06)
  }
})
