import { expect, test } from 'bun:test'
import { ColumnBatch } from '../../../src/columns/batch.ts'
import { compileRawPlan, type RawPlanOptions } from '../../../src/decode/raw/plan.ts'
import { Arena } from '../../../src/kafka/arena.ts'
import { type CollectionSchema, DataType } from '../../../src/milvus/schema.ts'
import { columnValues } from '../../columns/protobuf.ts'
import { collection, field, key, varchar, vector } from '../../columns/schema.ts'

const floats = new Uint8Array(Float32Array.of(1, 2.5, -3).buffer)

function row(
  schema: CollectionSchema,
  value: Uint8Array,
  headers: Record<string, string | Uint8Array | null>,
  options: Partial<RawPlanOptions> = {},
): unknown {
  const plan = compileRawPlan(schema, { vectorField: 'v', ...options })
  const batch = new ColumnBatch(schema)
  const arena = new Arena(64, 4)
  arena.headers[0] = Object.entries(headers).map(([name, of]) => ({
    name,
    value: typeof of === 'string' ? new TextEncoder().encode(of) : of,
  }))
  plan.turnTo(arena, 0)
  if (plan.decode(value, 0, value.length, batch) < 0) return plan.failure().code
  return {
    ...Object.fromEntries(batch.columns.map((column) => [column.field.name, columnValues(column)[0]])),
    ignored: [...plan.ignoredNames().byName.keys()],
  }
}

test('the value is the vector, and headers bring the other fields as text', () => {
  const schema = collection([
    key(),
    vector('v', 3),
    varchar('title', 20),
    field('ok', DataType.Bool),
    field('j', DataType.Json),
  ])
  const headers = { id: '-7', title: 'a "b" ключ', ok: 'true', j: '{"a":1}', traceparent: 'x' }
  expect(row(schema, floats, headers)).toEqual({
    id: '-7',
    v: [1, 2.5, -3],
    title: 'a "b" ключ',
    ok: true,
    j: '{"a":1}',
    ignored: ['traceparent'],
  })
})

test('a second vector comes as bytes, a renamed header goes to its field, and null is null', () => {
  const schema = collection(
    [key(), vector('v', 3), field('b', DataType.Int8Vector, { dim: 2 }), varchar('t', 9, { nullable: true })],
    true,
  )
  const headers = { number: '1', b: Uint8Array.of(255, 2), t: null }
  expect(row(schema, floats, headers, { fieldNames: new Map([['number', 'id']]) })).toEqual({
    id: '1',
    v: [1, 2.5, -3],
    b: [255, 2],
    t: null,
    $meta: '{}',
    ignored: [],
  })
})

test('no headers are asked for where the key comes from elsewhere and the vector is all', () => {
  expect(
    compileRawPlan(collection([key(), vector('v', 3)]), { vectorField: 'v', keyElsewhere: true }).wantsDetails,
  ).toBe(false)
  expect(compileRawPlan(collection([key(), vector('v', 3)]), { vectorField: 'v' }).wantsDetails).toBe(true)
})

test('what does not fit is refused by name', () => {
  const schema = collection([
    key(),
    vector('v', 3),
    field('j', DataType.Json, { nullable: true }),
    varchar('t', 3, { nullable: true }),
  ])
  expect(row(schema, floats.subarray(4), { id: '1' })).toBe('VECTOR_BYTES_MISMATCH')
  expect(row(schema, new Uint8Array(Float32Array.of(1, Number.NaN, 2).buffer), { id: '1' })).toBe('VECTOR_NOT_FINITE')
  expect(row(schema, floats, {})).toBe('FIELD_MISSING')
  expect(row(schema, floats, { id: 'x' })).toBe('FIELD_WRONG_KIND')
  expect(row(schema, floats, { id: '1', j: '{' })).toBe('HEADER_NOT_JSON')
  expect(row(schema, floats, { id: '1', t: 'long' })).toBe('VARCHAR_TOO_LONG')
  expect(row(schema, floats, { id: '1', t: Uint8Array.of(0xc3) })).toBe('HEADER_NOT_UTF8')
  expect(() => compileRawPlan(schema, { vectorField: 't' })).toThrow('raw.vector.field names "t", which is no vector')
})
