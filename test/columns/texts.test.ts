import { describe, expect, test } from 'bun:test'
import type { BoolArrayColumn } from '../../src/columns/array/bool.ts'
import type { DoubleArrayColumn } from '../../src/columns/array/double.ts'
import type { FloatArrayColumn } from '../../src/columns/array/float.ts'
import type { IntegerArrayColumn } from '../../src/columns/array/integer.ts'
import type { VarCharArrayColumn } from '../../src/columns/array/varchar.ts'
import { columnFor } from '../../src/columns/create.ts'
import { misfit, misfitError } from '../../src/columns/misfit.ts'
import type { TextualColumn } from '../../src/columns/textual.ts'
import type { TimestamptzColumn } from '../../src/columns/timestamptz.ts'
import { DataType, type Field } from '../../src/milvus/schema.ts'
import { Random } from '../decode/json/documents.ts'
import { columnValues, decodeColumn } from './protobuf.ts'
import { field } from './schema.ts'

const column = <Column>(type: number, more: Partial<Field> = {}) =>
  columnFor('articles', field('x', type, more), 0) as Column

function put(text: TextualColumn, value: string | Uint8Array): number {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  const why = text.putUtf8(bytes, 0, bytes.length)
  if (why === 0) text.wire.commit()
  return why
}

describe('texts', () => {
  test.each([
    ['VARCHAR', DataType.VarChar, 'stringData'],
    ['TEXT', DataType.Text, 'stringData'],
    ['GEOMETRY', DataType.Geometry, 'geometryWktData'],
    ['JSON', DataType.Json, 'jsonData'],
  ])('%s takes UTF-8 of any length that its field allows', (_, type, member) => {
    const text = column<TextualColumn>(type)
    const values = ['', '"ü\u{1f426}"', 'x'.repeat(127), 'y'.repeat(20_000)]
    for (const value of values) expect(put(text, value)).toBe(0)
    expect(columnValues(text)).toEqual(values)
    expect(Object.keys(decodeColumn(text).scalars!)).toEqual([member])
    for (const broken of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0x61, 0xf0, 0x9f, 0x90]]) {
      expect(put(text, Uint8Array.from(broken))).toBe(misfit.notUtf8)
    }
    expect(misfitError(text.field, misfit.notUtf8).code).toBe('TEXT_NOT_UTF8')
  })

  test('a VARCHAR refuses what is longer', () => {
    const text = column<TextualColumn>(DataType.VarChar, { maxLengthBytes: 3 })
    expect([put(text, 'abc'), put(text, 'üü')]).toEqual([0, misfit.length])
    expect(misfitError(text.field, misfit.length).message).toContain(
      'at most 3 bytes of UTF-8 (its max_length), the record has 4',
    )
  })
})

describe('a TIMESTAMPTZ', () => {
  test.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z'],
    ['2026-01-31 12:00:00.123456789+09:00', '2026-01-31T12:00:00.123456789+09:00'],
    ['2024-02-29t23:59:59z', '2024-02-29T23:59:59Z'],
    ['0001-01-01T00:00:00', '0001-01-01T00:00:00'],
  ])('takes %s', (text, wire) => {
    const time = column<TimestamptzColumn>(DataType.Timestamptz)
    expect(put(time, text)).toBe(0)
    expect(columnValues(time)).toEqual([wire])
    expect(Object.keys(decodeColumn(time).scalars!)).toEqual(['stringData'])
  })

  test.each([
    ...['', '2026', '2026-01-31', '2026-01-31T12:00', '2026-01-31T12:00:00.', '2026-01-31T12:00:00.1234567890Z'],
    ...['2025-02-29T00:00:00Z', '2026-13-01T00:00:00Z', '2026-00-01T00:00:00Z', '2026-04-31T00:00:00Z'],
    ...['2026-01-31T24:00:00Z', '2026-01-31T12:60:00Z', '2026-01-31T12:00:60Z', '0000-01-01T00:00:00Z'],
    ...['2026-01-31T12:00:00+9', '2026-01-31T12:00:00+09:00Z', '2026-01-31T12:00:00Zulu', '2026-01-31X12:00:00Z'],
    ...['+2026-01-31T12:00:00Z', '2026-1-31T12:00:00Z00', 'yesterday, at about noon'],
  ])('refuses %p', (text) => {
    const time = column<TimestamptzColumn>(DataType.Timestamptz)
    expect(put(time, text)).toBe(misfit.timestamp)
    expect(misfitError(time.field, misfit.timestamp).code).toBe('TIMESTAMP_UNFIT')
  })

  test('is written from seconds and microseconds as Date writes it', () => {
    const random = new Random(3)
    const time = column<TimestamptzColumn>(DataType.Timestamptz)
    const first = Date.UTC(2000, 0) / 1000 - 1999 * 365.2425 * 86_400
    const moments = Array.from({ length: 3_000 }, () =>
      Math.floor(first + (random.next() / 2 ** 32) * 9990 * 365.2425 * 86_400),
    )
    for (const seconds of moments) {
      expect(time.putEpoch(seconds, 0)).toBe(0)
      time.wire.commit()
    }
    expect(columnValues(time)).toEqual(
      moments.map((seconds) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')),
    )
    expect(time.putEpoch(-1, 999_999)).toBe(0)
    time.wire.commit()
    expect(columnValues(time).at(-1)).toBe('1969-12-31T23:59:59.999999Z')
    expect(time.putEpoch(-1e12, 0)).toBe(misfit.timestamp)
    expect(time.putEpoch(Number.NaN, 0)).toBe(misfit.timestamp)
  })
})

describe('an ARRAY', () => {
  const array = <Column>(elementType: number) =>
    column<Column>(DataType.Array, { elementType, maxCapacity: 2, maxLengthBytes: 3 })

  test('says what its elements are, also in an empty row', () => {
    const floats = array<FloatArrayColumn>(DataType.Float)
    floats.begin()
    expect(floats.end()).toBe(0)
    floats.wire.commit()
    expect(decodeColumn(floats).scalars!.arrayData).toMatchObject({
      elementType: DataType.Float,
      data: [{ floatData: {} }],
    })
  })

  test('refuses more elements than its capacity', () => {
    const bools = array<BoolArrayColumn>(DataType.Bool)
    bools.begin()
    for (let n = 0; n < 3; n++) bools.add(true)
    expect(bools.end()).toBe(misfit.capacity)
    expect(misfitError(bools.field, misfit.capacity).message).toContain(
      'at most 2 elements (its max_capacity), the record has 3',
    )
  })

  test('refuses elements that their type does not take, and says which', () => {
    const integers = array<IntegerArrayColumn>(DataType.Int8)
    integers.begin()
    expect([integers.add(1), integers.add(128)]).toEqual([0, misfit.outOfRange])
    expect(misfitError(integers.field, misfit.outOfRange).message).toContain(
      '"x[1]": the record\'s number is outside of the range of INT8',
    )
    expect([integers.add(1.5), integers.add(Number.NaN)]).toEqual([misfit.notWhole, misfit.outOfRange])
    expect(misfitError(integers.field, misfit.notWhole).code).toBe('FIELD_NOT_WHOLE')
    const floats = array<FloatArrayColumn>(DataType.Float)
    floats.begin()
    expect([floats.add(1e39), floats.add(Number.NaN)]).toEqual([misfit.outOfRange, misfit.outOfRange])
    const doubles = array<DoubleArrayColumn>(DataType.Double)
    doubles.begin()
    expect([doubles.add(1e39), doubles.add(Infinity)]).toEqual([0, misfit.outOfRange])
    const texts = array<VarCharArrayColumn>(DataType.VarChar)
    texts.begin()
    const long = new TextEncoder().encode('four')
    expect(texts.addUtf8(long, 0, 4)).toBe(misfit.length)
    expect(misfitError(texts.field, misfit.length).message).toContain('"x[0]" takes at most 3 bytes')
    expect(texts.addUtf8(Uint8Array.of(0xff), 0, 1)).toBe(misfit.notUtf8)
  })
})
