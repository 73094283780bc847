import { describe, expect, test } from 'bun:test'
import { ColumnBatch } from '../../../src/columns/batch.ts'
import { compileJsonPlan } from '../../../src/decode/json/plan.ts'
import { DataType, type Field } from '../../../src/milvus/schema.ts'
import { columnValues } from '../../columns/protobuf.ts'
import { collection, field, key } from '../../columns/schema.ts'

/** What JSON becomes in types that are more than a number or a text, and what is said of JSON that they refuse. docs/types.md has the rules. */

const none = Symbol('no field')

/** The value as the column then holds it, or the error's code and message. */
function read(type: number, more: Partial<Field>, json: string | typeof none): unknown {
  const schema = collection([key(), field('x', type, more), field('after', DataType.Bool)])
  const batch = new ColumnBatch(schema)
  const plan = compileJsonPlan(schema, { envelope: false })
  const record = (value: string | typeof none) =>
    new TextEncoder().encode(`{"id":1,${value === none ? '' : `"x":${value},`}"after":true}`)
  const bytes = record(json)
  const result = plan.decode(bytes, 0, bytes.length, batch)
  if (result < 0) {
    expect(batch.rows).toBe(0)
    const { code, message } = plan.failure()
    return `${code} ${message}`
  }
  expect(columnValues(batch.columns[2]!)).toEqual([true])
  return columnValues(batch.columns[1]!)[0]
}

const array = (elementType: number) => ({ elementType, maxCapacity: 3, maxLengthBytes: 4 })
const half = (...numbers: number[]) => [...new Uint8Array(new Float16Array(numbers).buffer)]

describe.each<[string, number, Partial<Field>, [string, unknown][]]>([
  [
    'an ARRAY',
    DataType.Array,
    array(DataType.Int16),
    [
      ['[]', []],
      [' [ 1 , -2.0,"3" ] ', [1, -2, 3]],
    ],
  ],
  ['an ARRAY of VARCHAR', DataType.Array, array(DataType.VarChar), [['["a", 1.50, true]', ['a', '1.50', 'true']]]],
  ['an ARRAY of INT64', DataType.Array, array(DataType.Int64), [['[9223372036854775807]', ['9223372036854775807']]]],
  [
    'a FLOAT16_VECTOR',
    DataType.Float16Vector,
    { dim: 2 },
    [
      ['[1, -0.1]', half(1, -0.1)],
      ['"[1,2]"', half(1, 2)],
      ['"ADwAwA=="', [0, 0x3c, 0, 0xc0]],
      ['"ADwAwA"', [0, 0x3c, 0, 0xc0]],
    ],
  ],
  ['a BFLOAT16_VECTOR', DataType.BFloat16Vector, { dim: 2 }, [['[1, 3e38]', [0x80, 0x3f, 0x62, 0x7f]]]],
  [
    'a BINARY_VECTOR',
    DataType.BinaryVector,
    { dim: 16 },
    [
      ['[0, 255]', [0, 255]],
      ['"+/8="', [0xfb, 0xff]],
      ['"-_8="', [0xfb, 0xff]],
      ['"+\\/8\\u003d"', [0xfb, 0xff]],
    ],
  ],
  ['an INT8_VECTOR', DataType.Int8Vector, { dim: 2 }, [['[-128, 1.27e2]', [128, 127]]]],
  [
    'a SPARSE_FLOAT_VECTOR',
    DataType.SparseFloatVector,
    {},
    [
      [
        '{"12": 0.5, "3": 2}',
        [
          [3, 2],
          [12, 0.5],
        ],
      ],
      ['{"values": [0.5], "indices": [7]}', [[7, 0.5]]],
      [
        '[[4294967294, 1], [0, 2]]',
        [
          [0, 2],
          [4294967294, 1],
        ],
      ],
      ['{}', []],
      ['[]', []],
      ['{"indices":[],"values":[]}', []],
    ],
  ],
  ['a TIMESTAMPTZ', DataType.Timestamptz, {}, [['"2026-01-31 12:00:00+09:00"', '2026-01-31T12:00:00+09:00']]],
  ['a GEOMETRY', DataType.Geometry, {}, [['"POINT (1 2)"', 'POINT (1 2)']]],
  [
    'a TEXT',
    DataType.Text,
    {},
    [
      ['"\\u00fc"', 'ü'],
      ['1.50', '1.50'],
    ],
  ],
])('%s', (_, type, more, cases) => {
  test.each(cases)('takes %s', (json, wire) => {
    expect(read(type, more, json)).toEqual(wire)
  })

  test('that is nullable is null where the record has null or nothing; another one refuses both', () => {
    expect(read(type, { ...more, nullable: true }, 'null')).toBeNull()
    expect(read(type, { ...more, nullable: true }, none)).toBeNull()
    expect(read(type, more, 'null')).toStartWith('FIELD_NULL')
    expect(read(type, more, none)).toStartWith('FIELD_MISSING')
  })
})

describe('refused is', () => {
  const vector = { dim: 2 }
  test.each<[string, number, Partial<Field>, string, string]>([
    [
      'an object for an ARRAY',
      DataType.Array,
      array(DataType.Bool),
      '{}',
      'FIELD_WRONG_KIND field "x" (ARRAY) takes an array, the record has an object',
    ],
    [
      'a string for an ARRAY',
      DataType.Array,
      array(DataType.Bool),
      '"[true]"',
      'FIELD_WRONG_KIND field "x" (ARRAY) takes an array, the record has a string',
    ],
    [
      'an element of another kind',
      DataType.Array,
      array(DataType.Bool),
      '[true,0]',
      'FIELD_WRONG_KIND field "x[1]" (BOOL) takes true or false, the record has a number',
    ],
    [
      'an element that is null',
      DataType.Array,
      array(DataType.VarChar),
      '["a",null]',
      'FIELD_NULL field "x[1]" (VARCHAR)',
    ],
    ['an element that is too large', DataType.Array, array(DataType.Int8), '[128]', 'FIELD_OUT_OF_RANGE field "x[0]"'],
    [
      'an element with a fraction',
      DataType.Array,
      array(DataType.Int64),
      '[1,2,0.5]',
      'FIELD_NOT_WHOLE field "x[2]" (INT64)',
    ],
    [
      'an element that is too long',
      DataType.Array,
      array(DataType.VarChar),
      '["abcde"]',
      'VARCHAR_TOO_LONG field "x[0]" takes at most 4 bytes',
    ],
    [
      'one element too many',
      DataType.Array,
      array(DataType.Double),
      '[1,2,3,4]',
      'ARRAY_TOO_LONG field "x" takes at most 3 elements (its max_capacity), the record has 4',
    ],
    [
      'an object for a FLOAT16_VECTOR',
      DataType.Float16Vector,
      vector,
      '{}',
      'FIELD_WRONG_KIND field "x" (FLOAT16_VECTOR) takes an array of numbers or a base64 string, the record has an object',
    ],
    [
      'a number too many',
      DataType.Float16Vector,
      vector,
      '[1,2,3]',
      'VECTOR_DIM_MISMATCH field "x" takes 2 numbers, the record has 3',
    ],
    [
      'a number beyond float16',
      DataType.Float16Vector,
      vector,
      '[1,65520]',
      'VECTOR_OUT_OF_RANGE field "x" takes numbers that 16-bit floats hold, up to 65,504; the record\'s number at index 1',
    ],
    [
      'a number beyond bfloat16',
      DataType.BFloat16Vector,
      vector,
      '[3.4e38,1]',
      'VECTOR_OUT_OF_RANGE field "x" takes numbers that bfloat16 holds',
    ],
    [
      'a null in a vector',
      DataType.BFloat16Vector,
      vector,
      '[1,null]',
      'VECTOR_NOT_NUMBERS field "x" takes an array of numbers, the record has null at index 1',
    ],
    [
      'base64 of a NaN',
      DataType.Float16Vector,
      vector,
      '"ADwAfg=="',
      'VECTOR_NOT_FINITE field "x": the record\'s number at index 1',
    ],
    [
      'base64 of other bytes',
      DataType.Int8Vector,
      vector,
      '"AAAA"',
      'VECTOR_BYTES_MISMATCH field "x" (INT8_VECTOR) takes 2 bytes, the record has 3',
    ],
    ['no base64', DataType.BinaryVector, { dim: 16 }, '"no base64"', 'VECTOR_NOT_BASE64 field "x" (BINARY_VECTOR)'],
    [
      'a byte above 255',
      DataType.BinaryVector,
      { dim: 16 },
      '[256,0]',
      'VECTOR_OUT_OF_RANGE field "x" takes whole numbers from 0 to 255, eight dimensions each; the record\'s number at index 0',
    ],
    [
      'bits instead of bytes',
      DataType.BinaryVector,
      { dim: 16 },
      '[1,0,1,1,0,0,0,0,1,1,1,1,1,1,1,1]',
      'VECTOR_DIM_MISMATCH field "x" takes 2 numbers, the record has 16',
    ],
    [
      'a fraction in an INT8_VECTOR',
      DataType.Int8Vector,
      vector,
      '[1,0.5]',
      'VECTOR_OUT_OF_RANGE field "x" takes whole numbers from -128 to 127; the record\'s number at index 1',
    ],
    [
      'a string for a sparse vector',
      DataType.SparseFloatVector,
      {},
      '"{}"',
      'FIELD_WRONG_KIND field "x" (SPARSE_FLOAT_VECTOR) takes {"index": value}',
    ],
    ['a sparse index twice', DataType.SparseFloatVector, {}, '{"7":1,"9":1,"7":2}', 'SPARSE_INDEX_TWICE'],
    [
      'a sparse index that is none',
      DataType.SparseFloatVector,
      {},
      '{"7":1,"x":1}',
      'SPARSE_INDEX_UNFIT field "x": the index of entry 1',
    ],
    [
      'a sparse index of 2^32 - 1',
      DataType.SparseFloatVector,
      {},
      '[[4294967295,1]]',
      'SPARSE_INDEX_UNFIT field "x": the index of entry 0',
    ],
    [
      'a negative sparse value',
      DataType.SparseFloatVector,
      {},
      '[[1,1],[2,-0.5]]',
      'SPARSE_VALUE_UNFIT field "x": the value of entry 1',
    ],
    [
      'a sparse value that is no number',
      DataType.SparseFloatVector,
      {},
      '{"1":"0.5"}',
      'SPARSE_VALUE_UNFIT field "x": the value of entry 0',
    ],
    [
      'fewer values than indices',
      DataType.SparseFloatVector,
      {},
      '{"indices":[1,2],"values":[1]}',
      'SPARSE_LENGTHS_DIFFER field "x" (SPARSE_FLOAT_VECTOR) takes as many values as indices, the record has 2 indices and 1 values',
    ],
    ['indices without values', DataType.SparseFloatVector, {}, '{"indices":[1]}', 'FIELD_WRONG_KIND'],
    ['a pair of three', DataType.SparseFloatVector, {}, '[[1,2,3]]', 'FIELD_WRONG_KIND'],
    [
      'a text that is no time',
      DataType.Timestamptz,
      {},
      '"noon"',
      'TIMESTAMP_UNFIT field "x" (TIMESTAMPTZ) takes ISO 8601',
    ],
    [
      'a number for a time',
      DataType.Timestamptz,
      {},
      '1769860800000',
      'FIELD_WRONG_KIND field "x" (TIMESTAMPTZ) takes a string of ISO 8601, the record has a number',
    ],
    [
      'an object for a GEOMETRY',
      DataType.Geometry,
      {},
      '{"type":"Point"}',
      'FIELD_WRONG_KIND field "x" (GEOMETRY) takes a string of WKT, the record has an object',
    ],
    [
      'an array for a TEXT',
      DataType.Text,
      {},
      '[]',
      'FIELD_WRONG_KIND field "x" (TEXT) takes a string, a number or a boolean, the record has an array',
    ],
  ])('%s, and the error says so', (_, type, more, json, said) => {
    expect(read(type, more, json)).toStartWith(said)
  })
})
