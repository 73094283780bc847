/**
 * Compares every row. Memory is that of one table of hashes: a topic with more keys than it takes is read several times, each time for the keys
 * of a part of all hashes.
 */

import type { TopicBounds } from '../sink/topic-bounds.ts'
import type { CollectionReader, Key, Page } from './collection-reader.ts'
import { type Expectation, Match, putsAtOnce } from './expectation.ts'
import { Expected } from './expected.ts'
import { ExpectedMultiset } from './expected-multiset.ts'
import { differingFields, type Finding, type Findings, hex } from './findings.ts'
import { Hash64 } from './hash64.ts'
import { KeyRange } from './key-range.ts'
import type { ScanCounts, TopicScan } from './topic-scan.ts'

/** 13 million keys in 336 MB. */
export const slotsMaxDefault = 2 ** 24

export interface Found {
  readonly missing: Findings
  readonly extra: Findings
  readonly different: Findings
  readonly duplicate: Findings
}

export interface Compared {
  readonly counts: ScanCounts
  rowsExpected: number
  rowsFound: number
  rowsEqual: number
  contested: number
  passes: number
}

export interface CompareOptions {
  readonly scan: TopicScan
  readonly collection: CollectionReader
  readonly bounds: TopicBounds
  readonly found: Found
  readonly slotsMax: number
  /** Steps done and to be done: records and rows. */
  readonly progress: (done: number, goal: number) => void
}

export async function compareAll(options: CompareOptions): Promise<Compared> {
  const { scan, collection, bounds, found, progress } = options
  const makesKeys = collection.schema.primaryKey.autoId
  const rowsFound = await collection.count()
  const slots = slotsFor(bounds.recordsMax, options.slotsMax)
  const total = { rowsExpected: 0, rowsEqual: 0, contested: 0, passes: 0 }
  let counts: ScanCounts | undefined
  let rowsRead = 0
  let done = 0
  const ranges = [KeyRange.all]
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    const goal = done + (bounds.recordsMax + rowsFound) * (ranges.length + 1)
    const expected = makesKeys ? new ExpectedMultiset(slots, range) : new Expected(slots, range)
    const scanned = await scan.run(
      bounds.stretches,
      (key, row, assignment) => expected.put(key, row, assignment),
      () => expected.isFull,
      (records) => progress(done + records, goal),
    )
    if (expected.isFull) {
      ranges.push(...range.halves().reverse())
      continue
    }
    done += bounds.recordsMax
    counts = scanned
    rowsRead = 0
    for await (const page of collection.pages()) {
      total.rowsEqual += comparePage(page, expected, found)
      rowsRead += page.rows
      progress(done + rowsRead, goal)
    }
    done += rowsFound
    for (const { rows, ...hash } of expected.missing()) {
      found.missing.add(rows, () => (rows > 1 ? { rows } : {}), hash)
    }
    total.rowsExpected += expected.rows
    total.contested += expected.contested
    total.passes++
  }
  if (rowsFound > rowsRead) await findDuplicates(collection, rowsFound - rowsRead, found.duplicate)
  if (found.missing.count + found.different.count > 0) await nameRecords(options)
  return { counts: counts!, rowsFound, ...total }
}

function slotsFor(recordsMax: number, slotsMax: number): number {
  const wanted = Math.max(recordsMax / 0.8, putsAtOnce * 2) + 1
  return Math.min(slotsMax, 2 ** Math.ceil(Math.log2(wanted)))
}

const key = new Hash64()
const row = new Hash64()

function comparePage(page: Page, expected: Expectation, found: Found): number {
  let equal = 0
  for (let at = 0; at < page.rows; at++) {
    page.hashKey(at, key)
    page.hashRow(at, row)
    const match = expected.match(key, row)
    if (match === Match.Equal) equal++
    else if (match === Match.Extra) found.extra.add(1, () => ({ key: page.keyAt(at), found: hex(row) }))
    else if (match === Match.Differs) found.different.add(1, () => differing(page, at, found.different), key)
  }
  return equal
}

function differing(page: Page, at: number, different: Findings): Finding {
  const finding = { key: page.keyAt(at), found: hex(row) }
  different.foundFields.set(finding, page.fieldHashes(at))
  return finding
}

/** Which keys have more than one row, by counting in ever smaller ranges. */
async function findDuplicates(collection: CollectionReader, rows: number, duplicate: Findings): Promise<void> {
  let left = rows
  for await (const page of collection.pages()) {
    if (left <= 0 || !duplicate.wantsSample) break
    const keys = page.keys()
    const more = (await collection.count(page.after, keys.at(-1)!)) - keys.length
    if (more > 0) {
      left -= more
      await findIn(collection, page.after, keys, more, duplicate)
    }
  }
  if (left > 0) duplicate.count += left
}

async function findIn(
  collection: CollectionReader,
  after: Key | undefined,
  keys: readonly Key[],
  more: number,
  duplicate: Findings,
): Promise<void> {
  if (more <= 0) return
  if (keys.length === 1) {
    duplicate.add(more, () => ({ key: keys[0]!, rows: more + 1 }))
    return
  }
  const middle = keys.length >> 1
  const first = keys.slice(0, middle)
  const firstMore = (await collection.count(after, first.at(-1)!)) - first.length
  await findIn(collection, after, first, firstMore, duplicate)
  await findIn(collection, first.at(-1)!, keys.slice(middle), more - firstMore, duplicate)
}

/** Reads the topics once more, for the keys and places of the records that belong to the samples. */
async function nameRecords({ scan, bounds, collection, found }: CompareOptions): Promise<void> {
  const makesKeys = collection.schema.primaryKey.autoId
  const unnamed = new Map([...found.missing.unnamed, ...found.different.unnamed])
  const halves = new Set(Array.from(unnamed.keys(), (hash) => Number.parseInt(hash.slice(0, 8), 16) | 0))
  const nameOne = (key: Hash64, row: Hash64 | undefined, assignment: number, offset: number) => {
    const by = makesKeys ? row : key
    if (by === undefined || !halves.has(by.high)) return
    const finding = unnamed.get(hex(by))
    if (finding === undefined || row === undefined) return
    const { topic, partition } = scan.topicPartition(assignment)
    if (!makesKeys) finding.key = scan.currentKey(false)
    Object.assign(finding, { topic, partition, offset, expected: hex(row) })
    const fields = found.different.foundFields.get(finding)
    if (fields !== undefined) finding.fields = differingFields(scan.currentFields(), fields)
  }
  await scan.run(
    bounds.stretches,
    nameOne,
    () => false,
    () => {},
  )
}
