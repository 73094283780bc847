import { describe, expect, test } from 'bun:test'
import type { Int64ArrayColumn } from '../../src/columns/array/int64.ts'
import type { VarCharArrayColumn } from '../../src/columns/array/varchar.ts'
import { ColumnBatch } from '../../src/columns/batch.ts'
import type { BinaryVectorColumn } from '../../src/columns/binary-vector.ts'
import type { BoolColumn } from '../../src/columns/bool.ts'
import type { FloatVectorColumn } from '../../src/columns/float-vector.ts'
import type { Float16VectorColumn } from '../../src/columns/float16-vector.ts'
import type { Int64Column } from '../../src/columns/int64.ts'
import type { IntegerColumn } from '../../src/columns/integer.ts'
import type { SparseFloatVectorColumn } from '../../src/columns/sparse-float-vector.ts'
import type { VarCharColumn } from '../../src/columns/varchar.ts'
import { DataType } from '../../src/milvus/schema.ts'
import { Random } from '../decode/json/documents.ts'
import { columnValues, decodeColumn } from './protobuf.ts'
import { collection, field, key, varchar, vector } from './schema.ts'

const schema = collection([
  key('id', DataType.VarChar, { maxLengthBytes: 400 }),
  field('count', DataType.Int64, { nullable: true }),
  field('tiny', DataType.Int8),
  field('ok', DataType.Bool),
  vector('v', 3, { nullable: true }),
  field('half', DataType.Float16Vector, { dim: 1, nullable: true }),
  field('bits', DataType.BinaryVector, { dim: 16 }),
  field('sparse', DataType.SparseFloatVector, { nullable: true }),
  field('longs', DataType.Array, { elementType: DataType.Int64, maxCapacity: 50, nullable: true }),
  field('tags', DataType.Array, { elementType: DataType.VarChar, maxCapacity: 50, maxLengthBytes: 300 }),
])

interface Row {
  readonly id: string
  readonly count: bigint | null
  readonly tiny: number
  readonly ok: boolean
  readonly v: number[] | null
  /** The two bytes. */
  readonly half: number[] | null
  readonly bits: number[]
  readonly sparse: [number, number][] | null
  readonly longs: number[] | null
  readonly tags: string[]
}

function put(batch: ColumnBatch, row: Row): void {
  const [id, count, tiny, ok, v, half, bits, sparse, longs, tags] = batch.fields as [
    VarCharColumn,
    Int64Column,
    IntegerColumn,
    BoolColumn,
    FloatVectorColumn,
    Float16VectorColumn,
    BinaryVectorColumn,
    SparseFloatVectorColumn,
    Int64ArrayColumn,
    VarCharArrayColumn,
  ]
  const text = new TextEncoder().encode(row.id)
  const start = id.wire.start(text.length + 16)
  id.wire.bytes.set(text, start + 2)
  id.end(start, start + 2 + text.length)
  if (row.count === null) count.putNull()
  else count.put(Number(row.count >> 32n) | 0, Number(row.count & 0xffffffffn) | 0)
  tiny.put(row.tiny)
  ok.put(row.ok)
  if (row.v === null) v.putNull()
  else {
    const to = v.start()
    v.values.set(row.v, to)
  }
  if (row.half === null) half.putNull()
  else half.putBytes(Uint8Array.from(row.half), 0, 2)
  bits.putBytes(Uint8Array.from(row.bits), 0, 2)
  if (row.sparse === null) sparse.putNull()
  else {
    sparse.begin()
    for (const [index, value] of row.sparse) sparse.add(index, value)
    sparse.end()
  }
  if (row.longs === null) longs.putNull()
  else {
    longs.begin()
    for (const long of row.longs) longs.add(Math.floor(long / 2 ** 32), long | 0)
    longs.end()
  }
  tags.begin()
  for (const tag of row.tags) {
    const tagBytes = new TextEncoder().encode(tag)
    tags.addUtf8(tagBytes, 0, tagBytes.length)
  }
  tags.end()
  batch.commit()
}

function randomRow(random: Random): Row {
  const wide = (BigInt(random.next()) << 32n) | BigInt(random.next())
  return {
    id: 'k'.repeat(random.below(random.once(8) ? 300 : 6)) + random.below(5),
    count: random.once(4) ? null : BigInt.asIntN(64, wide >> BigInt(random.below(64))),
    tiny: random.below(256) - 128,
    ok: random.once(2),
    v: random.once(5) ? null : [random.below(9), random.below(9), 0.5],
    half: random.once(5) ? null : [random.below(256), random.below(0x7c)],
    bits: [random.below(256), random.below(256)],
    sparse: random.once(5) ? null : Array.from({ length: random.below(40) }, (_, i) => [i * 3, random.below(9)]),
    longs: random.once(5) ? null : Array.from({ length: random.below(40) }, () => random.below(1000) - 500),
    tags: Array.from({ length: random.below(6) }, () => 'ü'.repeat(random.below(random.once(4) ? 140 : 4))),
  }
}

function shown(rows: readonly Row[]): unknown[][] {
  return [
    rows.map((r) => r.id),
    rows.map((r) => r.count?.toString() ?? null),
    rows.map((r) => r.tiny),
    rows.map((r) => r.ok),
    rows.map((r) => r.v),
    rows.map((r) => r.half),
    rows.map((r) => r.bits),
    rows.map((r) => r.sparse),
    rows.map((r) => r.longs?.map(String) ?? null),
    rows.map((r) => r.tags),
  ]
}

test('what is put in, dropped and moved is what Milvus reads', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = new Random(seed)
    const batch = new ColumnBatch(schema, { rowsHint: random.below(4) })
    let rows: Row[] = []
    for (let step = 0; step < 40; step++) {
      for (let n = random.below(20); n > 0; n--) {
        const row = randomRow(random)
        put(batch, row)
        rows.push(row)
      }
      if (random.once(3)) {
        const left = random.below(rows.length + 1)
        batch.truncate(left)
        rows = rows.slice(0, left)
      } else if (random.once(2)) {
        const rate = 1 + random.below(4)
        const kept = Uint8Array.from(rows, () => (random.once(rate) ? 0 : 1))
        batch.compact(kept)
        rows = rows.filter((_, row) => kept[row] !== 0)
      }
      const from = random.below(rows.length + 1)
      const to = from + random.below(rows.length - from + 1)
      const got = batch.columns.map((column) => (to > from ? columnValues(column, from, to) : []))
      expect(got, `seed ${seed}, step ${step}`).toEqual(shown(rows.slice(from, to)))
      expect(batch.rows).toBe(rows.length)
      for (let n = 0; rows.length > 0 && n < 5; n++) {
        const [a, b] = [random.below(rows.length), random.below(rows.length)]
        expect(batch.key!.sameKey(a, batch.key!, b)).toBe(rows[a]!.id === rows[b]!.id)
        if (rows[a]!.id === rows[b]!.id) expect(batch.key!.hash(a)).toBe(batch.key!.hash(b))
      }
    }
  }
})

test('bytes of a batch are those of its values, whatever was dropped', () => {
  const random = new Random(7)
  const batch = new ColumnBatch(schema)
  const empty = encodedBytes(batch)
  for (let i = 0; i < 50; i++) put(batch, { ...randomRow(random), v: [1, 2, 3], half: [0, 0] })
  batch.truncate(40)
  batch.compact(Uint8Array.from({ length: 40 }, (_, row) => row % 3))
  expect(Math.abs(encodedBytes(batch) - empty - batch.bytes)).toBeLessThan(200)
  batch.truncate(0)
  expect([batch.rows, batch.bytes]).toEqual([0, 0])
})

function encodedBytes(batch: ColumnBatch): number {
  return batch.columns.reduce((sum, column) => sum + column.encodedBytes(0, batch.rows), 0)
}

describe('a column', () => {
  test('says its name, type and whether it is the dynamic field', () => {
    const batch = new ColumnBatch(collection([key()], true))
    const id = batch.fields[0] as Int64Column
    id.put(0, 1)
    const start = batch.dynamic!.wire.start(16)
    batch.dynamic!.wire.bytes.set([0x7b, 0x7d], start + 2)
    batch.dynamic!.end(start, start + 4)
    batch.commit()
    expect(decodeColumn(batch.columns[0]!)).toMatchObject({ fieldName: 'id' })
    expect(decodeColumn(batch.columns[1]!)).toMatchObject({ fieldName: '$meta', isDynamic: true })
    expect(columnValues(batch.columns[1]!)).toEqual(['{}'])
  })

  test('of a field that takes no null sends no valid_data', () => {
    const batch = new ColumnBatch(collection([key(), vector('v', 2)]))
    ;(batch.fields[0] as Int64Column).put(-1, -5)
    ;(batch.fields[1] as FloatVectorColumn).start()
    batch.commit()
    expect(decodeColumn(batch.columns[0]!)).not.toHaveProperty('validData')
    expect(columnValues(batch.columns[0]!)).toEqual(['-5'])
    expect(decodeColumn(batch.columns[1]!).vectors!.dim).toBe('2')
  })
})

test('a VARCHAR key may be longer than one byte can count', () => {
  const batch = new ColumnBatch(collection([varchar('id', 70_000, { primaryKey: true })]))
  const id = batch.fields[0] as VarCharColumn
  for (const length of [127, 128, 16_383, 16_384, 69_999]) {
    const start = id.wire.start(length + 2)
    id.wire.bytes.fill(0x61, start + 2, start + 2 + length)
    expect(id.end(start, start + 2 + length)).toBe(true)
    batch.commit()
  }
  expect((columnValues(id) as string[]).map((text) => text.length)).toEqual([127, 128, 16_383, 16_384, 69_999])
})
