import { expect, test } from 'bun:test'
import { Frame } from '../../src/milvus/frame.ts'
import type { WriteRequest } from '../../src/milvus/request.ts'

function requestOf(bytes: number): WriteRequest {
  return {
    kind: 'insert',
    collection: 'c',
    rows: 1,
    bytes,
    encode: (out, at) => at + out.subarray(at, at + bytes).fill(7).length,
  }
}

test('the memory of a large request is given back when it is released', () => {
  const frame = new Frame(requestOf(100_000))
  const out = Buffer.alloc(5 + frame.length)
  frame.copy(out, 5)
  expect([out.length, out[4], out[5]]).toEqual([100_005, 0, 7])
  frame.release()
  expect(out.length).toBe(0)
  frame.release()
})

test('memory that holds more than the request is left as it is', () => {
  const shared = new Uint8Array(200_000)
  const large = new Frame(requestOf(100_000))
  large.copy(shared.subarray(0, 100_005), 5)
  large.release()
  const small = Buffer.alloc(15)
  const frame = new Frame(requestOf(10))
  frame.copy(small, 5)
  frame.release()
  expect([shared.length, small.length]).toEqual([200_000, 15])
})
