import { expect, test } from 'bun:test'
import type { Column } from '../../src/columns/column.ts'
import { nestedBytes, writeNested } from '../../src/columns/wire.ts'
import { DataType } from '../../src/milvus/schema.ts'
import { Hash64 } from '../../src/verify/hash64.ts'
import { readResultPage } from '../../src/verify/result-page.ts'
import { RowHasher } from '../../src/verify/row-hash.ts'
import { decodeRows } from '../columns/every-type.ts'
import { collection, key } from '../columns/schema.ts'
import { structArray, structRows, structs } from '../columns/struct-schema.ts'

/** The columns as a server would answer a query with them: `QueryResults.fields_data`. */
function answerOf(columns: readonly Column[], rows: number): Uint8Array {
  const bytes = columns.map((column) => column.encodedBytes(0, rows))
  const answer = new Uint8Array(bytes.reduce((sum, one) => sum + nestedBytes(one), 0))
  let at = 0
  for (const [i, column] of columns.entries())
    at = column.encode(answer, writeNested(answer, at, 2, bytes[i]!), 0, rows)
  return answer
}

const hex = (hash: Hash64) => [hash.high, hash.low]

test('structs hash alike whether a record brought them or Milvus gave them back', () => {
  const batch = decodeRows(structs, structRows)
  const hasher = new RowHasher(batch, new Map())
  const { columns } = readResultPage(answerOf(batch.columns, batch.rows))
  const hashes = structRows.map((_, row) => {
    const [ours, theirs] = [new Hash64(), new Hash64()]
    hasher.row(row, ours)
    theirs.begin()
    for (const name of ['all', 'maybe']) columns.get(name)!.addTo(theirs, row, DataType.ArrayOfStruct)
    theirs.end()
    expect(hex(ours)).toEqual(hex(theirs))
    return String(hex(ours))
  })
  expect(new Set(hashes).size).toBe(structRows.length)
  expect(columns.get('maybe')!.rows).toBe(3)
  expect([0, 1, 2].map((row) => columns.get('maybe')!.isNull(row))).toEqual([false, false, true])
})

test('in whatever order the server has the members, and under the names that it keeps them by', () => {
  const members = [
    ['n', DataType.Int64],
    ['v', DataType.FloatVector, { dim: 2 }],
  ] as const
  const named = members.map(([name, ...more]) => [`chunks[${name}]`, ...more] as const)
  const rows = [{ id: 1, chunks: [{ n: 7, v: [1, 2] }] }]
  const kept = rows.map(({ id }) => ({ id, chunks: [{ 'chunks[n]': 7, 'chunks[v]': [1, 2] }] }))
  const ours = new RowHasher(decodeRows(collection([key(), structArray('chunks', 3, members)]), rows), new Map())
  const theirs = decodeRows(collection([key(), structArray('chunks', 3, [...named].reverse())]), kept)
  const [hash, back] = [new Hash64(), new Hash64()]
  ours.row(0, hash)
  back.begin()
  readResultPage(answerOf(theirs.columns, 1)).columns.get('chunks')!.addTo(back, 0, DataType.ArrayOfStruct)
  back.end()
  expect(hex(back)).toEqual(hex(hash))
})

test('a struct more, a vector of other numbers, a null for none: each is seen', () => {
  const variants = [
    undefined,
    [],
    [{ n: 1, v: [1, 2] }],
    [{ n: 1, v: [1, 3] }],
    [
      { n: 1, v: [1, 2] },
      { n: 1, v: [1, 2] },
    ],
  ]
  const rows = variants.map((maybe) => ({ ...structRows[1], maybe }))
  const hasher = new RowHasher(decodeRows(structs, rows), new Map())
  const fields = rows.map((_, row) => hasher.fields(row))
  expect(new Set(fields.map((hashes) => hashes.get('maybe'))).size).toBe(variants.length)
  expect(new Set(fields.map((hashes) => hashes.get('all'))).size).toBe(1)
})
