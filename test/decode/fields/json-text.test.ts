import { expect, test } from 'bun:test'
import { JsonText } from '../../../src/decode/fields/json-text.ts'

function written(write: (text: JsonText) => unknown): string {
  const text = new JsonText()
  write(text)
  return new TextDecoder().decode(text.bytes.subarray(0, text.length))
}

test('a double is told from a whole number, also where it has no fraction', () => {
  const doubles = [3, -0, 0.1, 1e21, -2.5e-7, 123456789012345680].map((value) => written((text) => text.double(value)))
  expect(doubles).toEqual(['3.0', '-0.0', '0.1', '1e+21', '-2.5e-7', '123456789012345680.0'])
  expect([2, -0].map((value) => written((text) => text.float(value)))).toEqual(['2.0', '-0.0'])
  expect(written((text) => text.float(Math.fround(0.1)))).toBe('0.1')
  expect(written((text) => text.long(0, 3))).toBe('3')
})
