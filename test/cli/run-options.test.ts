import { expect, test } from 'bun:test'
import { milliseconds } from '../../src/cli/run-options.ts'

test.each([
  ['90', 90_000],
  ['90s', 90_000],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['250ms', 250],
  ['2d', 172_800_000],
])('%s is a time', (text, ms) => expect(milliseconds(text)).toBe(ms))

test.each(['', '0', '10x', 'm', '-5s', '5 m', '1e3', '25d'])('"%s" is none', (text) => {
  expect(() => milliseconds(text)).toThrow('It takes a time from 1ms to 24d')
})
