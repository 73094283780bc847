/**
 * The cases of the matrix test: for each field a value that is right, others that are right, and one of each kind that is not, with the row or the error
 * that must come of it. Null and missing values are made for all of them.
 */
import type { FieldSpec } from '../../servers/pymilvus.ts'
import { Bytes, double, float, floats, int, JsonText, Typed, type Value } from './values.ts'

export type Format = 'json' | 'avro' | 'protobuf' | 'raw'

/** What an invalid value must get, by format where it is not the same in all. */
export type Refused = Otherwise & { readonly code: string }

export interface Otherwise extends Readonly<Partial<Record<Format, string>>> {
  /** What Lite takes all the same, as it reads it back. */
  readonly lite?: unknown
}

export interface Case {
  readonly field: string
  readonly label: string
  /** undefined: the record has no such field. */
  readonly value: Value | undefined
  /** What pymilvus reads back, or the error. */
  readonly want: { readonly row: unknown } | Refused
}

export interface MatrixField {
  readonly spec: FieldSpec
  /** In all records of other fields' cases. */
  readonly value: Value
  readonly row: unknown
  readonly valid: readonly (readonly [label: string, value: Value, row: unknown])[]
  readonly invalid: readonly (readonly [label: string, value: Value, code: string, otherwise?: Otherwise | undefined])[]
}

const wrongKind = 'FIELD_WRONG_KIND'
const outOfRange = 'FIELD_OUT_OF_RANGE'
const notFinite = 'NESTED_NOT_FINITE'
/** What is not set in Protobuf is not in the record. */
const unset = { protobuf: 'FIELD_MISSING' }
const moment = Date.UTC(2026, 0, 31, 12, 0, 0)

function whole(name: string, type: string, least: bigint, most: bigint): MatrixField {
  return {
    spec: { name, type },
    value: type === 'INT64' ? 7 : int(7),
    row: 7,
    valid: [
      ['least', least, exact(least)],
      ['most', most, exact(most)],
      ['a whole number with a point', double(-7), -7],
      ['a whole number with an exponent', new JsonText('7e1'), 70],
      ['the text of a number', '12', 12],
    ],
    invalid: [
      ['beyond the most', most + 1n, outOfRange],
      ['below the least', least - 1n, outOfRange],
      ['far beyond, as a double', double(1e300), outOfRange],
      ['a fraction', 1.5, 'FIELD_NOT_WHOLE'],
      ['no number', double(Number.NaN), outOfRange],
      ['a boolean', true, wrongKind],
      ['a word', 'seven', wrongKind],
      ['an array', [7], wrongKind],
      ['an object', { n: 7 }, wrongKind],
      ['bytes', new Bytes([7]), wrongKind],
    ],
  }
}

function real(name: string, type: string, most: number, beyond: Value): MatrixField {
  const stored = type === 'FLOAT' ? Math.fround : (x: number) => x
  return {
    spec: { name, type },
    value: type === 'FLOAT' ? float(0.5) : 0.5,
    row: 0.5,
    valid: [
      ['a decimal fraction', 0.1, stored(0.1)],
      ['the greatest', double(most), stored(most)],
      ['a whole number', -3, -3],
      ['the text of a number', '-2.5e3', -2500],
    ],
    invalid: [
      ['beyond the greatest', beyond, outOfRange],
      ['no number', double(Number.NaN), outOfRange],
      ['infinite', float(Number.NEGATIVE_INFINITY), outOfRange],
      ['a boolean', false, wrongKind],
      ['a word', 'half', wrongKind],
      ['an array', [0.5], wrongKind],
      ['an object', { n: 0.5 }, wrongKind],
      ['bytes', new Bytes([0, 0, 0, 63]), wrongKind],
    ],
  }
}

function list(
  elementType: string,
  elements: readonly Value[],
  row: readonly unknown[],
  misfits: readonly (readonly [label: string, element: Value, code: string, otherwise?: Otherwise | undefined])[],
): MatrixField {
  const name = `${elementType.toLowerCase()}s`
  const first = elements[0]!
  return {
    spec: { name, type: 'ARRAY', elementType, maxCapacity: 3, ...(elementType === 'VARCHAR' ? { maxLength: 8 } : {}) },
    value: elements,
    row,
    valid: [
      ['empty', [], []],
      ['full', [first, first, first], [row[0], row[0], row[0]]],
    ],
    invalid: [
      ['too many', [first, first, first, first], 'ARRAY_TOO_LONG'],
      ['null among them', [first, null], 'FIELD_NULL'],
      ...misfits.map(
        ([label, element, code, otherwise]) => [`${label} among them`, [first, element], code, otherwise] as const,
      ),
      ['an object among them', [{ a: 1 }, first], wrongKind],
      ['no array', true, wrongKind],
      ['an object', { a: first }, wrongKind],
    ],
  }
}

function exact(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

const nested = { a: [1, 2.5, 'x', true], b: { deep: 'ü' }, c: 'two' }

/** The fields that both servers have; on Milvus 2.3.5 none is nullable, on Lite all but the vector are. */
export const scalars: readonly MatrixField[] = [
  {
    spec: { name: 'bool', type: 'BOOL' },
    value: true,
    row: true,
    valid: [
      ['false', false, false],
      ['a word', 'TRUE', true],
    ],
    invalid: [
      ['a number', 1, wrongKind],
      ['a fraction', 0.5, wrongKind],
      ['another word', 'yes', wrongKind],
      ['an array', [true], wrongKind],
      ['an object', { a: true }, wrongKind],
      ['bytes', new Bytes([1]), wrongKind],
    ],
  },
  whole('i8', 'INT8', -128n, 127n),
  whole('i16', 'INT16', -32_768n, 32_767n),
  whole('i32', 'INT32', -(2n ** 31n), 2n ** 31n - 1n),
  whole('i64', 'INT64', -(2n ** 63n), 2n ** 63n - 1n),
  real('float', 'FLOAT', 3.4e38, double(3.5e38)),
  real('double', 'DOUBLE', 1.7976931348623157e308, new JsonText('1e309')),
  {
    spec: { name: 'text', type: 'VARCHAR', maxLength: 16 },
    value: 'red kite',
    row: 'red kite',
    valid: [
      ['empty', '', ''],
      ['as long as it may be', 'naïve 東京!!!', 'naïve 東京!!!'],
      ['beyond the first plane', '🪁"\\\n', '🪁"\\\n'],
      ['a number', 1.5, '1.5'],
      ['a whole number', 42, '42'],
      ['a boolean', true, 'true'],
      ['an enum', new Typed('avro', { type: 'enum', name: 'Bird', symbols: ['KITE', 'WREN'] }, 'WREN'), 'WREN'],
      [
        'a decimal',
        new Typed('avro', { type: 'bytes', logicalType: 'decimal', precision: 6, scale: 2 }, { $bytes: '+x4=' }),
        '-12.50',
      ],
    ],
    invalid: [
      ['a byte too long', 'naïve 東京!!!!', 'VARCHAR_TOO_LONG'],
      ['an array', ['x'], wrongKind],
      ['an object', { a: 'x' }, wrongKind],
    ],
  },
  {
    spec: { name: 'json', type: 'JSON' },
    value: nested,
    row: nested,
    valid: [['empty', {}, {}]],
    // What Milvus refuses it refuses in a batch: the record is found by halving.
    invalid: [
      ['an array', [1, 2], 'MILVUS_REFUSED_ROWS', { lite: [1, 2] }],
      ['a number', 7, 'MILVUS_REFUSED_ROWS'],
    ],
  },
  list(
    'BOOL',
    [true, false],
    [true, false],
    [
      ['a number', 1, wrongKind],
      ['a word', 'yes', wrongKind],
    ],
  ),
  list(
    'INT8',
    [int(-128), int(127)],
    [-128, 127],
    [
      ['one beyond', 128, outOfRange],
      ['a fraction', 0.5, 'FIELD_NOT_WHOLE'],
      ['a word', 'x', wrongKind],
    ],
  ),
  list(
    'INT16',
    [int(-32_768), int(32_767)],
    [-32_768, 32_767],
    [
      ['one beyond', 32_768, outOfRange],
      ['a boolean', true, wrongKind],
    ],
  ),
  list(
    'INT32',
    [int(-(2 ** 31)), int(2 ** 31 - 1)],
    [-(2 ** 31), 2 ** 31 - 1],
    [
      ['one beyond', 2 ** 31, outOfRange],
      ['a boolean', true, wrongKind],
    ],
  ),
  list(
    'INT64',
    [-(2 ** 53 - 1), 2 ** 53 - 1],
    [-(2 ** 53 - 1), 2 ** 53 - 1],
    [
      ['one beyond', 2n ** 63n, outOfRange],
      ['a fraction', 0.5, 'FIELD_NOT_WHOLE'],
    ],
  ),
  list(
    'FLOAT',
    floats(0.1, -3.4e38),
    [Math.fround(0.1), Math.fround(-3.4e38)],
    [
      ['one beyond', double(1e39), outOfRange],
      ['no number', float(Number.NaN), notFinite],
      ['a word', 'x', wrongKind],
    ],
  ),
  list(
    'DOUBLE',
    [0.1, -1.5],
    [0.1, -1.5],
    [
      ['no number', double(Number.NaN), notFinite],
      ['a boolean', true, wrongKind],
    ],
  ),
  list(
    'VARCHAR',
    ['naïve', ''],
    ['naïve', ''],
    [
      // Lite does not say how long the elements may be.
      ['one too long', 'ninebytes', 'VARCHAR_TOO_LONG', { lite: ['naïve', 'ninebytes'] }],
    ],
  ),
]

/** What a vector of each type refuses, whatever it is made of. */
function notVector(bytes: number, base64: Otherwise = {}): MatrixField['invalid'] {
  return [
    ['a number', 7, wrongKind],
    ['a boolean', true, wrongKind],
    ['an object', { a: 1 }, wrongKind],
    ['too few bytes', new Bytes(new Uint8Array(bytes - 1)), 'VECTOR_BYTES_MISMATCH', base64],
    ['too many bytes', new Bytes(new Uint8Array(bytes + 1)), 'VECTOR_BYTES_MISMATCH', base64],
  ]
}

export const floatVector: MatrixField = {
  spec: { name: 'v', type: 'FLOAT_VECTOR', dim: 4 },
  value: floats(0.1, -2, 3.5, 1e-9),
  row: [0.1, -2, 3.5, 1e-9].map(Math.fround),
  valid: [
    ['whole numbers', [1, 2, 3, 4], [1, 2, 3, 4]],
    ['doubles', [0.1, 0.25, 0.5, -0.5], [Math.fround(0.1), 0.25, 0.5, -0.5]],
    ['the text of an array', '[1, 2.5, -3, 4e0]', [1, 2.5, -3, 4]],
  ],
  invalid: [
    ['too few', floats(1, 2, 3), 'VECTOR_DIM_MISMATCH', { raw: 'VECTOR_BYTES_MISMATCH' }],
    ['too many', floats(1, 2, 3, 4, 5), 'VECTOR_DIM_MISMATCH', { raw: 'VECTOR_BYTES_MISMATCH' }],
    ['none', [], 'VECTOR_DIM_MISMATCH'],
    ['a word among them', [0.1, 'x', 0.1, 0.1], 'VECTOR_NOT_NUMBERS'],
    ['null among them', [0.1, null, 0.1, 0.1], 'VECTOR_NOT_NUMBERS'],
    ['an array among them', [0.1, [0.1], 0.1, 0.1], 'VECTOR_NOT_NUMBERS'],
    ['beyond float32', [0.1, double(1e39), 0.1, 0.1], 'VECTOR_OUT_OF_RANGE'],
    ['no number among them', floats(1, Number.NaN, 1, 1), 'VECTOR_NOT_FINITE'],
    ['infinite', floats(1, 1, 1, Number.POSITIVE_INFINITY), 'VECTOR_NOT_FINITE'],
    ['a word', 'vector', wrongKind],
    // Vectors of float32 take no base64.
    ...notVector(16, { json: wrongKind }),
  ],
}

export const binaryVector: MatrixField = {
  spec: { name: 'bin', type: 'BINARY_VECTOR', dim: 24 },
  value: new Bytes([0, 255, 129]),
  row: ['AP+B'],
  valid: [
    ['whole numbers', [7, 8, 9], ['BwgJ']],
    ['the text of an array', '[7, 8, 9]', ['BwgJ']],
    ['base64', 'AP+B', ['AP+B']],
  ],
  invalid: [
    ['too few', [1, 2], 'VECTOR_DIM_MISMATCH'],
    ['beyond a byte', [1, 256, 3], 'VECTOR_OUT_OF_RANGE'],
    ['below zero', [1, -1, 3], 'VECTOR_OUT_OF_RANGE'],
    ['a fraction', [1.5, 0.5, 3.5], 'VECTOR_OUT_OF_RANGE'],
    ['null among them', [1, null, 3], 'VECTOR_NOT_NUMBERS'],
    ['a word', 'no base64!', 'VECTOR_NOT_BASE64'],
    ...notVector(3),
  ],
}

/** What Lite has beyond Milvus 2.3.5. */
export const newer: readonly MatrixField[] = [
  {
    spec: { name: 'sparse', type: 'SPARSE_FLOAT_VECTOR' },
    value: { '12': float(0.5), '3': float(0.25) },
    row: { '3': 0.25, '12': 0.5 },
    valid: [
      [
        'pairs',
        [
          [int(7), float(0.25)],
          [int(1), float(2)],
        ],
        { '1': 2, '7': 0.25 },
      ],
      ['two lists', { indices: [4_294_967_294, 0], values: floats(1, 2) }, { '0': 2, '4294967294': 1 }],
    ],
    invalid: [
      ['an index beyond uint32', { '4294967295': float(1) }, 'SPARSE_INDEX_UNFIT'],
      ['an index that is a word', { seven: float(1) }, 'SPARSE_INDEX_UNFIT'],
      ['an index twice', { indices: [1, 1], values: floats(1, 2) }, 'SPARSE_INDEX_TWICE'],
      ['a value below zero', { '1': float(-1) }, 'SPARSE_VALUE_UNFIT'],
      ['a value that is a word', { '1': 'x' }, 'SPARSE_VALUE_UNFIT'],
      ['lists of other lengths', { indices: [1, 2], values: floats(1) }, 'SPARSE_LENGTHS_DIFFER'],
      ['half an entry', new Bytes([1, 0, 0, 0]), 'SPARSE_BYTES_MISMATCH', { json: wrongKind }],
      ['a number', 7, wrongKind],
      ['a boolean', true, wrongKind],
    ],
  },
  {
    spec: { name: 'place', type: 'GEOMETRY', nullable: true },
    value: 'POINT (1 2)',
    row: 'POINT (1 2)',
    valid: [['a polygon', 'POLYGON ((0 0, 1 0, 1 1, 0 0))', 'POLYGON ((0 0, 1 0, 1 1, 0 0))']],
    invalid: [
      ['a number', 7, wrongKind],
      ['an array', [1, 2], wrongKind],
      ['an object', { x: 1 }, wrongKind],
    ],
  },
  {
    spec: { name: 'at', type: 'TIMESTAMPTZ', nullable: true },
    value: '2026-01-31T12:00:00Z',
    row: '2026-01-31T12:00:00Z',
    valid: [
      ['with an offset and a blank', '2026-01-31 12:00:00.5+09:00', '2026-01-31T03:00:00.500000Z'],
      [
        'a timestamp of Avro',
        new Typed('avro', { type: 'long', logicalType: 'timestamp-millis' }, moment + 250),
        '2026-01-31T12:00:00.250000Z',
      ],
      [
        'a Timestamp of Protobuf',
        new Typed(
          'protobuf',
          { type: 'TYPE_MESSAGE', typeName: '.google.protobuf.Timestamp', label: 'LABEL_OPTIONAL' },
          '2026-01-31T12:00:00.25Z',
        ),
        '2026-01-31T12:00:00.250000Z',
      ],
    ],
    invalid: [
      ['a day that is not there', '2026-02-30T12:00:00Z', 'TIMESTAMP_UNFIT'],
      ['a word', 'noon', 'TIMESTAMP_UNFIT'],
      ['a number', moment, wrongKind],
      ['a boolean', true, wrongKind],
      ['an array', ['2026-01-31T12:00:00Z'], wrongKind],
    ],
  },
  {
    spec: { name: 'preset', type: 'INT32', default: 42 },
    value: int(1),
    row: 1,
    valid: [['another', int(2), 2]],
    invalid: [['a word', 'x', wrongKind]],
  },
]

/** The primary key: an INT64 that each record has another of. */
export const badKeys: MatrixField['invalid'] = [
  ['a word', 'x', wrongKind],
  ['a fraction', 1.5, 'FIELD_NOT_WHOLE'],
  ['a boolean', true, wrongKind],
  ['an object', { a: 1 }, wrongKind],
]

export const fields: readonly MatrixField[] = [...scalars, floatVector, binaryVector, ...newer]

/** The row that each record is, but for the field that its case is about. */
export const naturalRow: Readonly<Record<string, Value>> = Object.fromEntries(
  fields.map(({ spec, value }) => [spec.name, value]),
)

export const cases: readonly Case[] = [
  ...fields.flatMap(({ spec: { name }, value, row, valid, invalid }): Case[] => [
    { field: name, label: 'a value', value, want: { row } },
    ...valid.map(([label, value, row]): Case => ({ field: name, label, value, want: { row } })),
    ...invalid.map(
      ([label, value, code, otherwise]): Case => ({ field: name, label, value, want: { code, ...otherwise } }),
    ),
    { field: name, label: 'null', value: null, want: { code: 'FIELD_NULL', ...unset } },
    { field: name, label: 'missing', value: undefined, want: { code: 'FIELD_MISSING' } },
  ]),
  ...badKeys.map(([label, value, code]): Case => ({ field: 'id', label, value, want: { code } })),
  { field: 'id', label: 'null', value: null, want: { code: 'FIELD_NULL', ...unset } },
  { field: 'id', label: 'missing', value: undefined, want: { code: 'FIELD_MISSING' } },
]
