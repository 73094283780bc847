import { expect, test } from 'bun:test'
import { DataType, plainField } from '../../src/milvus/schema.ts'
import { dangerOf, featuresOf } from '../../src/milvus/server-features.ts'

const primaryKey = plainField('id', DataType.Int64, { primaryKey: true })
const withVector = (type: number) => {
  return { collection: 'c', fields: [primaryKey, plainField('v', type, { dim: 2 })], primaryKey, dynamicField: false }
}

test.each([
  ['v2.3.5', false, false],
  ['v2.3.5-lite', false, false],
  ['2.4.1', false, true],
  ['v2.5.0', true, true],
  ['v2.10.0', true, true],
  ['milvus_lite-2.4.0', false, false],
  ['milvus_lite-3.2.2', true, true],
  ['of some cloud', true, true],
])('%s: nullable fields %p, several vectors %p', (version, nullableFields, severalVectors) => {
  expect(featuresOf(version)).toEqual({ nullableFields, severalVectors })
})

test('Milvus 2.3 goes down when it merges FLOAT16_VECTOR; that is known of no other server and no other vector', () => {
  for (const version of ['v2.3.5', 'v2.3.5-lite', '2.3.21']) {
    expect(dangerOf(withVector(DataType.Float16Vector), version)).toContain('goes down as soon as it merges')
    expect(dangerOf(withVector(DataType.FloatVector), version)).toBeUndefined()
  }
  for (const version of ['v2.4.0', '2.6.3', 'milvus_lite-3.2.2', 'v12.3.4', 'unknown']) {
    expect(dangerOf(withVector(DataType.Float16Vector), version), version).toBeUndefined()
  }
})
