import { expect, test } from 'bun:test'
import { DataType } from '../../src/milvus/schema.ts'
import { needsOf } from '../../src/preflight/needs.ts'
import { collection, field, key, vector } from '../columns/schema.ts'

test('says what each record needs, what it may have, and what becomes of the rest', () => {
  const fields = [key(), vector('v', 4), field('title', DataType.VarChar, { maxLengthBytes: 50, nullable: true })]
  expect(needsOf(collection(fields), 'record_value')).toBe(
    'each record needs id INT64, v FLOAT_VECTOR(4); may have title VARCHAR(50); other keys are ignored',
  )
  const dynamic = { ...collection([key()]), dynamicField: true }
  expect(needsOf(dynamic, 'record_key')).toBe('no field is needed; other keys go to the dynamic field')
})
