/** Compares some keys, chosen at random among all that the topics have, by asking the collection for them. */
import type { CollectionReader } from './collection-reader.ts'
import type { Compared, CompareOptions } from './compare-all.ts'
import { hex } from './findings.ts'
import { Hash64 } from './hash64.ts'
import { KeySample, type SampledKey } from './key-sample.ts'

const keysAtOnce = 500

export async function compareSample(options: CompareOptions, size: number, seed: number): Promise<Compared> {
  const { scan, collection, bounds, progress } = options
  const sample = new KeySample(size, seed)
  const counts = await scan.run(
    bounds.stretches,
    (key, row, assignment) => sample.put(key, row, assignment, () => scan.currentKey(row === undefined)),
    () => false,
    (records) => progress(records, bounds.recordsMax + size),
  )
  const { keys } = sample
  const compared: Compared = { counts, rowsExpected: 0, rowsFound: 0, rowsEqual: 0, contested: 0, passes: 1 }
  for (let at = 0; at < keys.length; at += keysAtOnce) {
    const some = keys.slice(at, at + keysAtOnce)
    const inCollection = await rowsByKey(collection, some)
    for (const one of some) compareKey(one, inCollection.get(one.key), compared, options)
    progress(bounds.recordsMax + at, bounds.recordsMax + size)
  }
  return compared
}

async function rowsByKey(
  collection: CollectionReader,
  keys: readonly SampledKey[],
): Promise<Map<bigint | string, string>> {
  const page = await collection.byKeys(keys.map(({ key }) => key))
  const hash = new Hash64()
  const rows = new Map<bigint | string, string>()
  for (let row = 0; row < page.rows; row++) {
    page.hashRow(row, hash)
    rows.set(page.keyAt(row), hex(hash))
  }
  return rows
}

function compareKey(
  { key, rows }: SampledKey,
  found: string | undefined,
  compared: Compared,
  { found: findings }: CompareOptions,
): void {
  const expected = [...rows.values()].map((row) => row && hex(row))
  const wanted = expected.filter((row) => row !== undefined)
  if (rows.size > 1) compared.contested++
  if (found !== undefined) compared.rowsFound++
  if (wanted.length > 0) compared.rowsExpected++
  if (found === undefined) {
    // A deletion in one of several partitions may have been the last.
    if (wanted.length < expected.length) return
    findings.missing.add(1, () => ({ key, expected: wanted[0]! }))
  } else if (wanted.length === 0) findings.extra.add(1, () => ({ key, found }))
  else if (wanted.includes(found)) compared.rowsEqual++
  else findings.different.add(1, () => ({ key, expected: wanted[0]!, found }))
}
