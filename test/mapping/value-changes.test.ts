/** Transforms that change single values, make keys of them, or come before and behind others that do: in a plan, which reads the rest of the record as ever. */
import { expect, test } from 'bun:test'
import { compileDecoder } from '../../src/decode/compile.ts'
import { CompiledDecoder } from '../../src/mapping/compiled-decoder.ts'
import { DataType } from '../../src/milvus/schema.ts'
import { collection, field, key, varchar, vector } from '../columns/schema.ts'
import { sink } from '../config/files.ts'
import { chainLines } from './chain-lines.ts'
import { effectsOf } from './rows.ts'

const nullable = { nullable: true }
const schema = collection([
  key(),
  varchar('title', 40, nullable),
  field('price', DataType.Double, nullable),
  varchar('day', 20, nullable),
  vector('v', 2),
])
const nothing = { title: null, price: null, day: null, v: [1, 2] }

/** Each transform as its class and its settings. */
function chain(...steps: readonly (readonly [string, Record<string, string>])[]): string {
  return chainLines(steps.map(([type, settings]) => ({ type, ...settings })))
}

const record = (fields: object) => ({ value: JSON.stringify({ ...fields, v: [1, 2] }), timestampMs: 1_709_212_455_123 })
const isCompiled = (lines: string) => compileDecoder(schema, sink({ sink: lines })) instanceof CompiledDecoder

test('values change under the names that they have by then, and go where their last name leads', () => {
  const lines = chain(
    ['ReplaceField$Value', { renames: 'cost:price' }],
    ['Cast$Value', { spec: 'price:int32,title:string' }],
    ['Cast$Value', { spec: 'price:float64' }],
    ['ReplaceField$Value', { renames: 'title:label', exclude: 'secret' }],
    ['MaskField$Value', { fields: 'label', replacement: 'x' }],
    ['ReplaceField$Value', { renames: 'label:title' }],
  )
  expect(isCompiled(lines)).toBe(true)
  expect(
    effectsOf(schema, lines, [
      record({ id: 1, cost: 7.9, title: 12, secret: 1 }),
      record({ id: 2, price: '8', cost: '-9' }),
      record({ id: 3, cost: 4_294_967_297, title: null }),
    ]),
  ).toEqual([
    { ...nothing, id: '1', price: 7, title: 'x' },
    { ...nothing, id: '2', price: -9 },
    { ...nothing, id: '3', price: 1 },
  ])
})

test('a field that another transform put in is changed as one of the record is', () => {
  const lines = chain(
    ['InsertField$Value', { 'timestamp.field': 'at' }],
    ['TimestampConverter$Value', { field: 'at', 'target.type': 'string', format: 'yyyy-MM-dd' }],
    ['ReplaceField$Value', { renames: 'at:day' }],
  )
  expect(isCompiled(lines)).toBe(true)
  expect(
    effectsOf(schema, lines, [
      record({ id: 1 }),
      record({ id: 2, at: 'of another time', day: 'before it' }),
      { ...record({ id: 3, at: 0 }), timestampMs: Number.NaN },
    ]),
  ).toEqual([
    { ...nothing, id: '1', day: '2024-02-29' },
    { ...nothing, id: '2', day: '2024-02-29' },
    { ...nothing, id: '3', day: '1970-01-01' },
  ])
})

test('what cannot be changed is an error of the record, also where the field goes nowhere', () => {
  const lines = chain(
    ['TimestampConverter$Value', { field: 'at', 'target.type': 'unix', format: 'yyyy' }],
    ['ReplaceField$Value', { exclude: 'at' }],
  )
  expect(isCompiled(lines)).toBe(true)
  const failed = 'TRANSFORM_FAILED: transform "t0" (TimestampConverter) cannot take the record: field "at" is'
  expect(
    effectsOf(schema, lines, [
      record({ id: 1, at: '2024' }),
      record({ id: 2, at: '9999999999999' }),
      record({ id: 3, at: 'x' }),
      record({ id: 4, at: [] }),
      record({ id: 5 }),
    ]),
  ).toEqual([
    { ...nothing, id: '1' },
    `${failed} a text of a time too far away`,
    `${failed} a text that is not of \`format\``,
    `${failed} an array, and no time: a text or a whole number`,
    { ...nothing, id: '5' },
  ])
})

test('a key that is made of the value is the primary key, changed as keys are', () => {
  const keyed = chain(
    ['Cast$Value', { spec: 'sku:int64' }],
    ['ValueToKey', { fields: 'sku,title' }],
    ['ReplaceField$Key', { renames: 'sku:id' }],
    ['MaskField$Value', { fields: 'title' }],
  )
  const lines = `pk.mode=record_key\nkey.converter=org.apache.kafka.connect.storage.StringConverter\n${keyed}`
  expect(isCompiled(lines)).toBe(true)
  expect(
    effectsOf(schema, lines, [
      { ...record({ sku: '9007199254740993', id: 5, title: 'a' }), key: 'other' },
      { ...record({ sku: 2.5 }), key: null },
      { ...record({ title: 'b' }), key: 'other' },
      { ...record({ sku: 'x' }), key: 'other' },
      { value: null, key: 'other' },
    ]),
  ).toEqual([
    { ...nothing, id: '9007199254740993', title: '' },
    { ...nothing, id: '2' },
    expect.stringContaining('FIELD_NULL: field "id" (INT64) is null in the record'),
    expect.stringContaining('TRANSFORM_FAILED: transform "t0" (Cast)'),
    expect.stringContaining('TRANSFORM_FAILED: transform "t1" (ValueToKey)'),
  ])
})

test('a vector that is changed, and a change of the whole, go over text', () => {
  expect(isCompiled(chain(['MaskField$Value', { fields: 'v' }]))).toBe(false)
  expect(isCompiled(chain(['Cast$Value', { spec: 'string' }]))).toBe(false)
  expect(isCompiled(chain(['TimestampConverter$Value', { 'target.type': 'unix' }]))).toBe(false)
})

test('keys of records that a predicate lets pass by are read as those of others', () => {
  const lines = [
    'pk.mode=record_key\nkey.converter=org.apache.kafka.connect.storage.StringConverter\n',
    chain(
      ['ValueToKey', { fields: 'sku', predicate: 'made' }],
      ['ExtractField$Key', { field: 'sku', predicate: 'made' }],
    ),
    'predicates=made\npredicates.made.type=HasHeaderKey\npredicates.made.name=made\n',
  ].join('')
  const textKey = collection([varchar('id', 20, { primaryKey: true }), vector('v', 2)])
  const headers = [{ name: 'made', value: null }]
  expect(
    effectsOf(textKey, lines, [
      { ...record({ sku: 'a' }), key: 'other', headers },
      { ...record({ sku: 'a' }), key: 'other' },
    ]),
  ).toEqual([
    { id: 'a', v: [1, 2] },
    { id: 'other', v: [1, 2] },
  ])
})
