import { describe, expect, test } from 'bun:test'
import { type BatchKeys, KeyIndex, noEntry } from '../../src/delivery/key-index.ts'

/** Keys as plain numbers; `hashOf` can make them collide. */
function keyColumn(keys: readonly number[], hashOf: (key: number) => number = (key) => key | 0): BatchKeys {
  return {
    hashOf: (row) => hashOf(keys[row]!),
    sameKey: (a, b) => keys[a] === keys[b],
  }
}

/** Puts all rows of a batch in; returns what each superseded. */
function putAll(index: KeyIndex, keys: BatchKeys, rows: number, sequence: number): number[] {
  index.begin(sequence)
  return Array.from({ length: rows }, (_, row) => index.put(keys, row))
}

describe('key index', () => {
  test('a key that comes again supersedes its last row', () => {
    const index = new KeyIndex(100)
    expect(putAll(index, keyColumn([5, 6, 5, 5]), 4, 1)).toEqual([noEntry, noEntry, 0, 2])
    expect(index.conflicts).toEqual([])
  })

  test('a key of an unsettled batch holds the next one up, once', () => {
    const index = new KeyIndex(100)
    putAll(index, keyColumn([1, 2, 3]), 3, 1)
    putAll(index, keyColumn([3, 2, 9]), 3, 2)
    expect(index.conflicts).toEqual([1])
  })

  test('every unsettled batch that holds the key is waited for', () => {
    const index = new KeyIndex(100)
    putAll(index, keyColumn([1]), 1, 1)
    putAll(index, keyColumn([1]), 1, 2)
    putAll(index, keyColumn([1]), 1, 3)
    expect(index.conflicts).toEqual([1, 2])
  })

  test('a settled batch holds nothing up', () => {
    const index = new KeyIndex(100)
    putAll(index, keyColumn([1, 2]), 2, 1)
    index.settle(1)
    putAll(index, keyColumn([1, 2]), 2, 2)
    expect(index.conflicts).toEqual([])
  })

  test('keys whose hashes collide are kept apart within a batch', () => {
    const index = new KeyIndex(100)
    const collide = () => 7
    expect(putAll(index, keyColumn([1, 2, 1, 2], collide), 4, 1)).toEqual([noEntry, noEntry, 0, 1])
    expect(putAll(index, keyColumn([2, 1, 3, 1, 2, 3], collide), 6, 2)).toEqual([noEntry, noEntry, noEntry, 1, 0, 2])
    expect(index.conflicts).toEqual([1])
  })

  test('agrees with a plain map over random batches, however often tables grow and are used again', () => {
    const seed = Number(process.env.REDKITE_SEED ?? Math.floor(Math.random() * 2 ** 31))
    let state = seed
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state / 2 ** 32
    }
    const index = new KeyIndex(16)
    const unsettled = new Map<number, { keys: Set<number>; conflicts: number[] }>()
    for (let sequence = 1; sequence <= 400; sequence++) {
      const keys = Array.from({ length: 1 + Math.floor(random() * 100) }, () => Math.floor(random() * 5000))
      const rowOf = new Map<number, number>()
      const superseded = keys.map((key, row) => {
        const held = rowOf.get(key) ?? noEntry
        rowOf.set(key, row)
        return held
      })
      // A fifth of the hashes collide; the index must still tell keys of one batch apart.
      const column = keyColumn(keys, (key) => (key % 5 === 0 ? 1 : key))
      expect(putAll(index, column, keys.length, sequence), `seed ${seed}`).toEqual(superseded)
      // A batch may wait for the holder of its key through batches in between, which wait for it in turn.
      const waitsFor = new Set<number>()
      const follow = (conflicts: readonly number[]): void => {
        for (const earlier of conflicts) {
          waitsFor.add(earlier)
          follow(unsettled.get(earlier)?.conflicts ?? [])
        }
      }
      follow(index.conflicts)
      for (const [earlier, { keys: held }] of unsettled) {
        if ([...rowOf.keys()].some((key) => held.has(key))) expect([...waitsFor], `seed ${seed}`).toContain(earlier)
      }
      unsettled.set(sequence, { keys: new Set(rowOf.keys()), conflicts: [...index.conflicts] })
      for (const [open, { conflicts }] of [...unsettled]) {
        if (conflicts.some((earlier) => unsettled.has(earlier))) continue
        if (unsettled.size > 3 || random() < 0.2) {
          unsettled.delete(open)
          index.settle(open)
        }
      }
    }
  })
})
