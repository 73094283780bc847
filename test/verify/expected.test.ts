import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Match } from '../../src/verify/expectation.ts'
import { Expected } from '../../src/verify/expected.ts'
import { ExpectedMultiset } from '../../src/verify/expected-multiset.ts'
import { Hash64 } from '../../src/verify/hash64.ts'
import { KeyRange } from '../../src/verify/key-range.ts'
import { KeySample } from '../../src/verify/key-sample.ts'

/** A busy machine takes a while over a million keys. */
setDefaultTimeout(60_000)

const slots = 2 ** 18

function hashOf(...words: readonly number[]): Hash64 {
  const hash = new Hash64()
  hash.begin()
  for (const word of words) hash.addWord(word)
  hash.end()
  return hash
}
const key = (n: number) => hashOf(1, n)
const row = (n: number) => hashOf(2, n)
const missing = (expected: Expected | ExpectedMultiset) => [...expected.missing()].map(({ high, rows }) => [high, rows])

describe('the last record of a key', () => {
  test('is what its row is compared with', () => {
    const expected = new Expected(slots, KeyRange.all)
    expected.put(key(1), row(1), 0)
    expected.put(key(1), row(2), 0)
    expected.put(key(2), row(3), 0)
    expect(expected.rows).toBe(2)
    expect(expected.match(key(1), row(2))).toBe(Match.Equal)
    expect(expected.match(key(2), row(4))).toBe(Match.Differs)
    expect(expected.match(key(3), row(1))).toBe(Match.Extra)
    expect(missing(expected)).toEqual([])
  })

  test('deletes it, and a later one brings it back', () => {
    const expected = new Expected(slots, KeyRange.all)
    for (const [n, hash] of [
      [1, row(1)],
      [1, undefined],
      [2, undefined],
      [2, row(2)],
    ] as const) {
      expected.put(key(n), hash, 0)
    }
    expect(expected.rows).toBe(1)
    expect(missing(expected)).toEqual([[key(2).high, 1]])
    expect(expected.match(key(1), row(1))).toBe(Match.Extra)
    expect(expected.match(key(2), row(2))).toBe(Match.Equal)
    expect(missing(expected)).toEqual([])
  })

  test('may be that of any partition, when its key comes in several', () => {
    const expected = new Expected(slots, KeyRange.all)
    for (const [n, hash, assignment] of [
      [1, row(1), 0],
      [1, row(2), 1],
      [1, row(3), 0],
      [2, row(1), 0],
      [2, undefined, 1],
      [3, undefined, 0],
      [3, row(3), 1],
      [3, undefined, 1],
    ] as const) {
      expected.put(key(n), hash, assignment)
    }
    expect(expected.contested).toBe(3)
    expect(expected.match(key(1), row(1))).toBe(Match.Differs)
    expect(expected.match(key(1), row(2))).toBe(Match.Equal)
    expect(expected.match(key(1), row(3))).toBe(Match.Equal)
    expect(expected.match(key(3), row(3))).toBe(Match.Extra)
    expect(missing(expected)).toEqual([])
    expect(expected.match(key(2), row(1))).toBe(Match.Equal)
  })
})

test('rows without a key are wanted as often as records brought them', () => {
  const expected = new ExpectedMultiset(slots, KeyRange.all)
  for (const n of [1, 1, 1, 2]) expected.put(key(0), row(n))
  expect(expected.rows).toBe(4)
  expect([1, 2, 2, 3].map((n) => expected.match(key(n), row(n)))).toEqual([
    Match.Equal,
    Match.Equal,
    Match.Extra,
    Match.Extra,
  ])
  expect(missing(expected)).toEqual([[row(1).high, 2]])
})

test('a table says that it is full while there is room, and the halves of its range hold every key once', () => {
  const expected = new Expected(2 ** 17, KeyRange.all)
  let count = 0
  while (!expected.isFull) expected.put(key(++count), row(count), 0)
  expect(count).toBeGreaterThan(65_000)
  const [left, right] = KeyRange.all.halves()
  const halves = [new Expected(slots, left), new Expected(slots, right)]
  for (let n = 1; n <= count; n++) for (const half of halves) half.put(key(n), row(n), 0)
  expect(halves[0]!.rows + halves[1]!.rows).toBe(count)
  for (const half of halves) expect(half.rows / count).toBeWithin(0.48, 0.52)
  for (let n = 1; n <= count; n++) {
    const matches = halves.map((half) => half.match(key(n), row(n)))
    expect(matches.sort()).toEqual([Match.Equal, Match.OutOfRange])
  }
})

test('a hash tells a million keys apart, and byte strings that differ in length alone', () => {
  const seen = new Set<string>()
  for (let n = 0; n < 1_000_000; n++) {
    const { high, low } = key(n)
    seen.add(`${high},${low}`)
  }
  expect(seen.size).toBe(1_000_000)
  const ofBytes = (...parts: readonly number[][]) => {
    const hash = new Hash64()
    hash.begin()
    for (const part of parts) hash.addBytes(new DataView(Uint8Array.from(part).buffer), 0, part.length)
    hash.end()
    return `${hash.high},${hash.low}`
  }
  const texts = [
    [[]],
    [[0]],
    [[0, 0]],
    [[0], [0]],
    [[0, 0, 0, 0]],
    [[0, 0, 0], [0]],
    [[], [0, 0, 0, 0]],
    [[1, 2, 3, 4, 5]],
  ]
  expect(new Set(texts.map((parts) => ofBytes(...parts))).size).toBe(texts.length)
})

describe('a sample', () => {
  test('has as many keys as asked for, each with its last row, and often repeated keys are no likelier', () => {
    let repeated = 0
    for (let seed = 0; seed < 200; seed++) {
      const sample = new KeySample(10, seed)
      for (let n = 0; n < 100; n++) sample.put(key(n), row(n), 0, () => BigInt(n))
      for (let times = 0; times < 20; times++) sample.put(key(0), row(1000 + times), 0, () => 0n)
      expect(sample.keys.length).toBe(10)
      for (const { key: n, rows } of sample.keys) {
        const last = row(n === 0n ? 1019 : Number(n))
        expect([...rows.values()]).toEqual([{ high: last.high, low: last.low }])
      }
      if (sample.keys.some((one) => one.key === 0n)) repeated++
    }
    // A tenth of 200 is to be expected.
    expect(repeated).toBeWithin(5, 45)
  })

  test('is all keys when there are fewer', () => {
    const sample = new KeySample(10, 1)
    for (let n = 0; n < 3; n++) sample.put(key(n), undefined, 0, () => BigInt(n))
    expect(sample.keys.map((one) => one.key).sort()).toEqual([0n, 1n, 2n])
  })
})
