import { expect, test } from 'bun:test'
import { DataType } from '../../src/milvus/schema.ts'
import { canonicalText, canonicalTime, canonicalWkt } from '../../src/verify/canonical-text.ts'

test('a moment is one whatever its offset, to the microsecond', () => {
  const wanted = '2026-01-31T03:00:00.500000Z'
  for (const text of ['2026-01-31T12:00:00.5+09:00', '2026-01-31T03:00:00.500000Z', '2026-01-31T03:00:00.5000009'])
    expect(canonicalTime(text)).toBe(wanted)
  expect(canonicalTime('1969-12-31T23:59:59.999999Z')).toBe('1969-12-31T23:59:59.999999Z')
  expect(canonicalTime('0001-01-01T00:00:00Z')).not.toBe(canonicalTime('0001-01-01T00:00:01Z'))
  expect(canonicalTime('noon')).toBe('noon')
})

test('a shape is one whatever its blanks, capitals and digits', () => {
  expect(canonicalWkt('point(1.0 -2e1)')).toBe(canonicalWkt('POINT  ( 1 -20 )'))
  expect(canonicalWkt('POLYGON ((0 0,1 0,1 1,0 0))')).toBe(canonicalWkt('POLYGON((0 0, 1 0, 1 1, 0 0))'))
  expect(canonicalWkt('POINT (1 2)')).not.toBe(canonicalWkt('POINT (12)'))
})

test('other types are their bytes', () => {
  expect(canonicalText(DataType.VarChar)).toBeUndefined()
  expect(canonicalText(DataType.Array)).toBeUndefined()
})
