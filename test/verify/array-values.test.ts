import { expect, test } from 'bun:test'
import { addArray } from '../../src/verify/array-values.ts'
import { Hash64 } from '../../src/verify/hash64.ts'

function hashOf(...bytes: number[]): string {
  const row = Uint8Array.from([9, ...bytes, 9])
  const hash = new Hash64()
  hash.begin()
  addArray(row, new DataView(row.buffer), 1, 1 + bytes.length, hash)
  hash.end()
  return `${hash.high} ${hash.low}`
}

test('an array without elements is one, whether lists are sent for it or not', () => {
  const ways = [hashOf(0x0a, 0), hashOf(0x0a, 2, 0x1a, 0), hashOf(0x0a, 4, 0x1a, 2, 0x0a, 0), hashOf(0x0a, 2, 0x32, 0)]
  expect(new Set(ways).size).toBe(1)
})

test('arrays of numbers and of texts are their elements', () => {
  expect(hashOf(0x0a, 5, 0x1a, 3, 0x0a, 1, 7)).not.toBe(hashOf(0x0a, 5, 0x1a, 3, 0x0a, 1, 8))
  expect(hashOf(0x0a, 8, 0x32, 6, 0x0a, 1, 97, 0x0a, 1, 98)).not.toBe(hashOf(0x0a, 6, 0x32, 4, 0x0a, 2, 97, 98))
})
