import { expect, test } from 'bun:test'
import { folded } from '../../src/cli/fold.ts'

test('where nobody knows the width, and where it fits, a text is as it was', () => {
  const text = '  a  table   of words\n\nand a line\n'
  expect(folded(text, undefined)).toBe(text)
  expect(folded(text, 21)).toBe(text)
})

test('a line breaks between words and goes on a little further in', () => {
  expect(folded('redkite: Milvus refused the token\n', 20)).toBe('redkite: Milvus\n  refused the token\n')
  expect(folded('    first orders[0] offset 7', 20)).toBe('    first orders[0]\n      offset 7')
})

test('what stands in a column goes on in it, unless the column is too far to the right', () => {
  expect(folded('ok    kafka   it answers, and takes the token', 36)).toBe(
    'ok    kafka   it answers, and takes\n              the token',
  )
  expect(folded('  records read       10,000  (764.4 kB in all)', 32)).toBe(
    '  records read       10,000\n    (764.4 kB in all)',
  )
})

test('a word that is longer than the screen is left to the terminal', () => {
  expect(folded('see /a/path/that/is/long now', 10)).toBe('see\n  /a/path/that/is/long\n  now')
})

test('colours take no room, characters of two columns take two', () => {
  expect(folded('\x1b[31mredkite:\x1b[39m no', 11)).toBe('\x1b[31mredkite:\x1b[39m no')
  expect(folded('日本 日本 日本', 10)).toBe('日本 日本\n  日本')
})

test('commands to the terminal, which a server or a record may hold, are taken out; colours are no commands', () => {
  expect(folded('\x1b[31mredkite:\x1b[39m no\x1b[2J\x1b]0;title\x07 \x9b2J\r\tone\nmore', undefined)).toBe(
    '\x1b[31mredkite:\x1b[39m no [2J ]0;title   2J  one\nmore',
  )
})
