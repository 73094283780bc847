import { ColumnBatch } from '../../src/columns/batch.ts'
import { compileJsonPlan } from '../../src/decode/json/plan.ts'
import { type CollectionSchema, DataType, type Field } from '../../src/milvus/schema.ts'
import { collection, field, key } from './schema.ts'

/** A field of each type, and rows that go to their edges, for tests that compare redkite with other writers of Milvus. */

const array = (name: string, elementType: number, more: Partial<Field> = {}) =>
  field(name, DataType.Array, { elementType, maxCapacity: 4, ...more })

export const everyType: CollectionSchema = collection([
  key('id'),
  field('b', DataType.Bool),
  field('i8', DataType.Int8),
  field('i16', DataType.Int16),
  field('i32', DataType.Int32),
  field('i64', DataType.Int64, { nullable: true }),
  field('f', DataType.Float),
  field('d', DataType.Double),
  field('s', DataType.VarChar, { maxLengthBytes: 64, nullable: true }),
  field('text', DataType.Text),
  field('wkt', DataType.Geometry),
  field('time', DataType.Timestamptz),
  field('json', DataType.Json),
  array('bools', DataType.Bool),
  array('int8s', DataType.Int8),
  array('int16s', DataType.Int16),
  array('int32s', DataType.Int32),
  array('int64s', DataType.Int64),
  array('floats', DataType.Float),
  array('doubles', DataType.Double),
  array('strings', DataType.VarChar, { maxLengthBytes: 300 }),
  field('fv', DataType.FloatVector, { dim: 2 }),
  field('f16', DataType.Float16Vector, { dim: 3 }),
  field('bf16', DataType.BFloat16Vector, { dim: 3 }),
  field('bin', DataType.BinaryVector, { dim: 16 }),
  field('i8v', DataType.Int8Vector, { dim: 3 }),
  field('sparse', DataType.SparseFloatVector),
  field('maybe', DataType.FloatVector, { dim: 2, nullable: true }),
  field('maybe16', DataType.Float16Vector, { dim: 2, nullable: true }),
])

/** Only numbers that each type holds exactly: other writers round bfloat16 otherwise, and int64 beyond 2^53 is no number of JavaScript. */
export const rows: readonly Record<string, unknown>[] = [
  {
    ...{ id: 1, b: true, i8: -128, i16: -32768, i32: -2147483648, i64: 9007199254740991, f: 0.5, d: 0.1, s: 'kite' },
    ...{ text: 'x'.repeat(300), wkt: 'POINT (1 2)', time: '2026-01-31T12:00:00.5+09:00', json: { a: [1, 'ü', null] } },
    ...{ bools: [true, false], int8s: [-128, 127], int16s: [-32768, 32767], int32s: [-2147483648, 2147483647] },
    ...{ int64s: [-1, 0, 9007199254740991], floats: [0.5, -1.25], doubles: [0.1, -1e300] },
    ...{ strings: ['', 'ü', 'y'.repeat(200)], fv: [1, -2], f16: [1, -0.5, 65504], bf16: [1, -0.5, 2 ** 100] },
    ...{ bin: [0, 255], i8v: [-128, 0, 127], sparse: { 3: 0.5, 4294967294: 1, 100: 0.25 } },
    ...{ maybe: [3, 4], maybe16: [0.25, 2] },
  },
  {
    ...{ id: 2, b: false, i8: 127, i16: 32767, i32: 2147483647, f: -0.5, d: -1e-300 },
    ...{ text: '', wkt: 'POLYGON ((0 0, 1 0, 1 1, 0 0))', time: '2026-01-31T12:00:00Z', json: {} },
    ...{ bools: [], int8s: [], int16s: [0], int32s: [1, 2, 3, 4], int64s: [], floats: [], doubles: [], strings: [] },
    ...{ fv: [0.25, 0], f16: [0, 2 ** -24, -1], bf16: [0, 3, -1], bin: [1, 128], i8v: [1, 2, 3], sparse: { 0: 2 } },
  },
]

export function decodeRows(schema: CollectionSchema, records: readonly unknown[]): ColumnBatch {
  const batch = new ColumnBatch(schema)
  const plan = compileJsonPlan(schema, { envelope: false })
  for (const record of records) {
    const bytes = new TextEncoder().encode(JSON.stringify(record))
    if (plan.decode(bytes, 0, bytes.length, batch) !== 0) throw plan.failure()
  }
  return batch
}
