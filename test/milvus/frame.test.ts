import { expect, test } from 'bun:test'
import { Frame } from '../../src/milvus/frame.ts'
import { FrameMemory } from '../../src/milvus/frame-memory.ts'
import type { WriteRequest } from '../../src/milvus/request.ts'

const bytes = 100_000

function requestOf(value: number, wrote = bytes): WriteRequest {
  return {
    kind: 'insert',
    collection: 'c',
    rows: 1,
    bytes,
    encode: (out, at) => at + out.subarray(at, at + wrote).fill(value).length,
  }
}

test('a frame is five bytes, which say the length, and the message', () => {
  const out = new Frame(requestOf(7), new FrameMemory()).write()
  expect([out.length, ...out.subarray(0, 6), out.at(-1)]).toEqual([bytes + 5, 0, 0, 1, 0x86, 0xa0, 7, 7])
})

test('the next request is written into the memory of one that was released, and of no other', () => {
  const memory = new FrameMemory()
  const answered = new Frame(requestOf(1), memory)
  const waiting = new Frame(requestOf(2), memory)
  const [first, second] = [answered.write(), waiting.write()]
  answered.release()
  answered.release()
  const [third, fourth] = [3, 4].map((value) => new Frame(requestOf(value), memory).write())
  expect(third!.buffer).toBe(first.buffer)
  expect([second[5], third![5], fourth![5]]).toEqual([2, 3, 4])
  memory.clear()
})

test('a request that does not have the length it said is not sent', () => {
  const frame = new Frame(requestOf(1, bytes - 1), new FrameMemory())
  expect(() => frame.write()).toThrow('insert of 100000 bytes was encoded in 99999')
  expect(frame.bug).toMatchObject({ code: 'INTERNAL' })
})
