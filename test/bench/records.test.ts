import { describe, expect, test } from 'bun:test'
import { firstId } from '../../src/bench/kafka/ids.ts'
import { layoutFor, partitionOf, rowAt } from '../../src/bench/kafka/layout.ts'
import { avroSchema, formats, protobufSchema, RecordMaker } from '../../src/bench/kafka/records.ts'
import { ColumnBatch } from '../../src/columns/batch.ts'
import type { FloatVectorColumn } from '../../src/columns/float-vector.ts'
import type { Int64Column } from '../../src/columns/int64.ts'
import { compileAvroPlan } from '../../src/decode/avro/plan.ts'
import { readAvroSchema } from '../../src/decode/avro/schema.ts'
import type { RowDecoder } from '../../src/decode/decoder.ts'
import { compileJsonPlan } from '../../src/decode/json/plan.ts'
import { compileProtobufPlan } from '../../src/decode/protobuf/plan.ts'
import { readProtobufText } from '../../src/decode/protobuf/schema.ts'
import type { CollectionSchema } from '../../src/milvus/schema.ts'
import { DataType } from '../../src/milvus/schema.ts'
import { proposedSchema } from '../../src/preflight/proposed-schema.ts'

const dims = 5
const schema: CollectionSchema = proposedSchema({
  collection: {
    name: 'made',
    fields: [
      { name: 'id', type: DataType.Int64, primaryKey: true },
      { name: 'vector', type: DataType.FloatVector, dim: dims },
    ],
    dynamicField: false,
    shards: 1,
    consistency: 'Bounded',
    index: { type: 'AUTOINDEX', metric: 'L2', params: {} },
  },
})

const plans: Record<string, RowDecoder> = {
  json: compileJsonPlan(schema, { envelope: false }),
  avro: compileAvroPlan(readAvroSchema(avroSchema), schema),
  protobuf: compileProtobufPlan(readProtobufText(protobufSchema).message(), schema),
}

test.each(['json', 'avro', 'protobuf'] as const)(
  '%s records are read as rows, each with an id of its own',
  (format) => {
    const maker = new RecordMaker(format, dims)
    const batch = new ColumnBatch(schema, { rowsHint: 8 })
    const plan = plans[format]!
    const rows = [0, 1, 5_000, 699_999_999]
    for (const row of rows) {
      const { value } = maker.record(row)
      // Decoders may write behind the end for a moment.
      const bytes = new Uint8Array(value.length + 64)
      bytes.set(value)
      expect(plan.decode(bytes, 0, value.length, batch)).toBe(0)
    }
    const [id, vector] = batch.columns as [Int64Column, FloatVectorColumn]
    expect(rows.map((_, i) => Number(id.keyAt(i)))).toEqual(rows.map((row) => firstId + row))
    const numbers = vector.values.subarray(0, rows.length * dims)
    expect(new Set(numbers).size).toBeGreaterThan(dims)
    expect(numbers.every((value) => Math.abs(value) <= 0.1)).toBe(true)
  },
)

test('a raw record is the vector alone, and its key the id as Kafka serializes a long', () => {
  const maker = new RecordMaker('raw', dims)
  const { key, value } = maker.record(7)
  expect(value.length).toBe(dims * 4)
  expect(new DataView(key!.buffer).getBigInt64(0)).toBe(BigInt(firstId + 7))
})

test('the same records are made each time', () => {
  for (const format of formats) {
    const [one, other] = [new RecordMaker(format, dims), new RecordMaker(format, dims)]
    const { key, value } = one.record(3)
    expect(other.record(3)).toMatchObject({ key, value })
  }
})

describe('where records lie', () => {
  const layouts = [
    layoutFor(137, 1_000_000, 512 * 1024 * 1024, false),
    layoutFor(10_400, undefined, 64 * 1024 * 1024, false),
    layoutFor(6_000_000, 10, 64 * 1024 * 1024, false),
    layoutFor(137, 5_000, 512 * 1024 * 1024, true),
  ]

  test('a record is found again by partition and offset', () => {
    for (const layout of layouts) {
      const next = Array(layout.partitions).fill(0)
      for (let row = 0; row < 20_000; row++) {
        const partition = partitionOf(layout, row)
        expect(rowAt(layout, partition, next[partition]++)).toBe(row)
      }
    }
  })

  test('what is there at once fits into each partition, and is as much as was asked for where memory allows', () => {
    for (const layout of layouts) {
      const rows = Array(layout.partitions).fill(0)
      for (let row = 0; row < Math.min(layout.rowsAtOnce, 200_000); row++) rows[partitionOf(layout, row)]++
      expect(Math.max(...rows)).toBeLessThanOrEqual(layout.windowRows)
    }
    expect(layouts[0]!.rowsAtOnce).toBeGreaterThanOrEqual(1_000_000)
  })
})
