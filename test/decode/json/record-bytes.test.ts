import { expect, test } from 'bun:test'
import { RecordBytes } from '../../../src/decode/json/record-bytes.ts'
import { paddingBytes } from '../../../src/decode/json/whitespace.ts'

const text = '{"id":1}{"id":2}'
const room = new Uint8Array(paddingBytes)

test('a record is read where it lies, ends with a NUL while it is open, and what stood there comes back', () => {
  const bytes = Buffer.concat([Buffer.from(text), room])
  const record = new RecordBytes()
  record.open(bytes, 0, 8)
  expect([record.bytes === bytes, record.start, record.end, bytes[8]]).toEqual([true, 0, 8, 0])
  record.close()
  expect(bytes.toString('latin1', 0, text.length)).toBe(text)
})

test('a record at the end of its buffer is copied, and the buffer is left alone', () => {
  const bytes = new TextEncoder().encode(text)
  const record = new RecordBytes()
  record.open(bytes, 8, 16)
  expect(new TextDecoder().decode(record.bytes.subarray(record.start, record.end))).toBe('{"id":2}')
  expect(record.bytes[record.end]).toBe(0)
  expect(record.bytes.length).toBeGreaterThanOrEqual(record.end + paddingBytes)
  record.close()
  expect(new TextDecoder().decode(bytes)).toBe(text)
})

test('the view is that of the bytes, also where they are a part of their buffer', () => {
  const bytes = Buffer.concat([Buffer.from(text), room])
  const record = new RecordBytes()
  for (const at of [0, 8]) {
    const part = new Uint8Array(bytes.buffer, bytes.byteOffset + at, 8 + paddingBytes)
    record.open(part, 0, 8)
    expect(record.view.getUint8(6)).toBe(at === 0 ? 0x31 : 0x32)
    record.close()
  }
})
