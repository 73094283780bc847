import { expect, test } from 'bun:test'
import { canonicalJson } from '../../src/verify/canonical-json.ts'

test('order of keys, blanks, escapes and the way a number is written do not matter', () => {
  const one = '{"b": [1.0, 2e3, "\\u00e9\\/"], "a": {"y": null, "x": -0}}'
  expect(canonicalJson(one)).toBe('{"a":{"x":0,"y":null},"b":[1,2000,"é/"]}')
  expect(canonicalJson('{"a":{"x":0.0,"y":null},"b":[1,2000.0,"é/"]}')).toBe(canonicalJson(one))
})

test('whole numbers of 64 bits keep all their digits', () => {
  expect(canonicalJson('[9007199254740993,-9223372036854775808,18446744073709551615]')).toBe(
    '[9007199254740993,-9223372036854775808,18446744073709551615]',
  )
  expect(canonicalJson('9007199254740993')).not.toBe(canonicalJson('9007199254740992'))
})

test('a number is one whether written as a float or with its digits', () => {
  expect(canonicalJson('1e17')).toBe(canonicalJson('100000000000000000'))
  expect(canonicalJson('[1e2, "0123456789012345"]')).toBe('[100,"0123456789012345"]')
  expect(canonicalJson('12345678901234567890123')).toBe(canonicalJson('1.2345678901234568e22'))
})

test('of a key that comes twice the last value counts; the order of an array matters', () => {
  expect(canonicalJson('{"a":1,"a":2}')).toBe('{"a":2}')
  expect(canonicalJson('[1,2]')).not.toBe(canonicalJson('[2,1]'))
})
