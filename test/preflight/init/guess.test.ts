import { expect, test } from 'bun:test'
import { guessKeys, guessValues } from '../../../src/preflight/init/guess.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const values = (...all: (string | Uint8Array | undefined)[]) =>
  guessValues(all.map((value) => ({ key: undefined, value: typeof value === 'string' ? bytes(value) : value })))
const keys = (...all: (string | Uint8Array | undefined)[]) =>
  guessKeys(all.map((key) => ({ value: undefined, key: typeof key === 'string' ? bytes(key) : key })))

test('values are what most of them are', () => {
  expect(values('{"a":1}', '{"a":1}', 'no')).toBe('json')
  expect(values('{"schema":null,"payload":{}}')).toBe('envelope')
  expect(values('{"schema":1,"payload":2,"more":3}')).toBe('json')
  expect(values(Uint8Array.of(0, 0, 0, 0, 1, 2, 3))).toBe('registry')
  expect(values('[1]', 'no', Uint8Array.of(0xff), undefined)).toBe('unknown')
  expect(values()).toBe('unknown')
})

test('keys are what all of them can be', () => {
  expect(keys('1', '"a"', '{"id":1}')).toBe('json')
  expect(keys('1', 'a')).toBe('text')
  expect(keys('1', Uint8Array.of(0xff))).toBe('bytes')
  expect(keys(undefined)).toBe('none')
})
