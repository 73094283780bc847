import { expect, test } from 'bun:test'
import type { CollectionReader } from '../../src/verify/collection-reader.ts'
import { compareAll } from '../../src/verify/compare-all.ts'
import { Findings } from '../../src/verify/findings.ts'
import { Hash64 } from '../../src/verify/hash64.ts'
import type { Take, TopicScan } from '../../src/verify/topic-scan.ts'
import { collection, key, vector } from '../columns/schema.ts'

/** Stands in for a key's or a row's bytes. */
function fill(hash: Hash64, ...words: readonly number[]): void {
  hash.begin()
  for (const word of words) hash.addWord(word)
  hash.end()
}

/** A topic whose record n has key n and row n, read 10,000 records at a time. */
class Topic {
  readings = 0
  #current = 0

  constructor(readonly records: number) {}

  async run(_: unknown, take: Take, isDone: () => boolean, progress: (records: number) => void) {
    this.readings++
    const [keyHash, rowHash] = [new Hash64(), new Hash64()]
    let n = 0
    while (n < this.records && !isDone()) {
      for (const end = Math.min(this.records, n + 10_000); n < end; n++) {
        this.#current = n
        fill(keyHash, n, 1)
        fill(rowHash, n, 2)
        take(keyHash, rowHash, 0, n)
      }
      progress(n)
    }
    return { records: n, deletes: 0, nullsPassedOver: 0, bad: 0, badByCode: new Map() }
  }

  currentFields() {
    return new Map([['v', 'as the record says']])
  }

  currentKey(): bigint {
    return BigInt(this.#current)
  }

  topicPartition() {
    return { topic: 'orders', partition: 0 }
  }
}

/** A collection of [key, row] pairs, a page of 5,000 at a time. */
class Rows {
  readonly schema = collection([key(), vector('v', 2)])

  constructor(readonly pairs: readonly (readonly [key: number, row: number])[]) {}

  async count(): Promise<number> {
    return this.pairs.length
  }

  async *pages() {
    for (let at = 0; at < this.pairs.length; at += 5_000) {
      const some = this.pairs.slice(at, at + 5_000)
      yield {
        rows: some.length,
        hashKey: (row: number, hash: Hash64) => fill(hash, some[row]![0], 1),
        hashRow: (row: number, hash: Hash64) => fill(hash, some[row]![1], 2),
        keyAt: (row: number) => BigInt(some[row]![0]),
        fieldHashes: (row: number) => new Map([['v', String(some[row]![1])]]),
      }
    }
  }
}

function compare(topic: Topic, rows: Rows, slotsMax: number) {
  const found = {
    missing: new Findings(5),
    extra: new Findings(5),
    different: new Findings(5),
    duplicate: new Findings(5),
  }
  const bounds = {
    stretches: [{ topic: 'orders', partition: 0, from: 0, to: topic.records, committed: undefined }],
    recordsMax: topic.records,
    behind: 0,
  }
  let last = [0, 0]
  const progress = (done: number, goal: number) => {
    expect(done).toBeLessThanOrEqual(goal)
    last = [done, goal]
  }
  const scan = topic as unknown as TopicScan
  const reader = rows as unknown as CollectionReader
  return compareAll({ scan, collection: reader, bounds, found, slotsMax, progress }).then((compared) => ({
    ...compared,
    ...found,
    last,
  }))
}

const records = 150_000
const sound = Array.from({ length: records }, (_, n) => [n, n] as const)

test('more keys than the table takes are compared in several passes, each row once', async () => {
  const topic = new Topic(records)
  const compared = await compare(topic, new Rows(sound), 2 ** 17)
  expect(compared).toMatchObject({ rowsExpected: records, rowsEqual: records, rowsFound: records })
  expect(compared.missing.count + compared.extra.count + compared.different.count).toBe(0)
  expect(compared.passes).toBe(4)
  // One that found no room for all keys, one each for no room for a half, and the four.
  expect(topic.readings).toBe(7)
  expect(compared.last[0]).toBe(compared.last[1]!)
})

test('and what differs is found whatever pass it falls into', async () => {
  const tampered = sound
    .filter(([n]) => n % 10_000 !== 0)
    .map(([n, row]): [number, number] => [n, n % 10_000 === 1 ? -1 : row])
  const extra = Array.from({ length: 15 }, (_, n) => [records + n, 0] as const)
  for (const slotsMax of [2 ** 17, 2 ** 24]) {
    const compared = await compare(new Topic(records), new Rows([...tampered, ...extra]), slotsMax)
    expect(compared.rowsEqual).toBe(records - 30)
    for (const findings of [compared.missing, compared.extra, compared.different]) {
      expect([findings.count, findings.samples.length]).toEqual([15, 5])
    }
    for (const { key: found, offset, topic } of compared.missing.samples) {
      expect(Number(found) % 10_000).toBe(0)
      expect([topic, offset]).toEqual(['orders', Number(found)])
    }
  }
})

test('one pass is enough for keys that fit', async () => {
  const compared = await compare(new Topic(50_000), new Rows(sound.slice(0, 50_000)), 2 ** 24)
  expect(compared).toMatchObject({ passes: 1, rowsEqual: 50_000 })
})
