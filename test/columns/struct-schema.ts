import { type CollectionSchema, DataType, type Field } from '../../src/milvus/schema.ts'
import { collection, field, key } from './schema.ts'

/** An ARRAY of STRUCT, said in a few words: each member by its name and its own type. */
export function structArray(
  name: string,
  maxCapacity: number,
  members: readonly (readonly [name: string, type: number, more?: Partial<Field>])[],
  nullable = false,
): Field {
  return field(name, DataType.ArrayOfStruct, {
    maxCapacity,
    nullable,
    members: members.map(([member, elementType, more]) => {
      const type = elementType < DataType.BinaryVector ? DataType.Array : DataType.ArrayOfVector
      return field(member, type, { elementType, maxCapacity, nullable, ...more })
    }),
  })
}

/** A member of each type that structs may have, and one that may be null as a whole. */
export const structs: CollectionSchema = collection([
  key('id'),
  structArray('all', 4, [
    ['bool', DataType.Bool],
    ['i8', DataType.Int8],
    ['i16', DataType.Int16],
    ['i32', DataType.Int32],
    ['i64', DataType.Int64],
    ['float', DataType.Float],
    ['double', DataType.Double],
    ['text', DataType.VarChar, { maxLengthBytes: 300 }],
    ['fv', DataType.FloatVector, { dim: 2 }],
    ['f16', DataType.Float16Vector, { dim: 3 }],
    ['bf16', DataType.BFloat16Vector, { dim: 3 }],
    ['bin', DataType.BinaryVector, { dim: 16 }],
    ['i8v', DataType.Int8Vector, { dim: 3 }],
  ]),
  structArray(
    'maybe',
    3,
    [
      ['n', DataType.Int64],
      ['v', DataType.FloatVector, { dim: 2 }],
    ],
    true,
  ),
])

/** Only numbers that each type holds exactly, as in every-type.ts. */
export const structRows: readonly Record<string, unknown>[] = [
  {
    id: 1,
    all: [
      {
        ...{ bool: true, i8: -128, i16: -32768, i32: -2147483648, i64: 9007199254740991, float: 0.5, double: 0.1 },
        ...{ text: 'x'.repeat(300), fv: [1, -2], f16: [1, -0.5, 65504], bf16: [1, -0.5, 2 ** 100], bin: [0, 255] },
        ...{ i8v: [-128, 0, 127] },
      },
      {
        ...{ bool: false, i8: 127, i16: 32767, i32: 2147483647, i64: -1, float: -1.25, double: -1e300, text: 'ü' },
        ...{ fv: [0.25, 0], f16: [0, 2 ** -24, -1], bf16: [0, 3, -1], bin: [1, 128], i8v: [1, 2, 3] },
      },
    ],
    maybe: [{ n: 1, v: [1, 2] }],
  },
  { id: 2, all: [], maybe: [] },
  {
    id: 3,
    all: [
      {
        ...{ bool: true, i8: 0, i16: 0, i32: 0, i64: 0, float: 0, double: 0, text: '' },
        ...{ fv: [0, 0], f16: [0, 0, 0], bf16: [0, 0, 0], bin: [0, 0], i8v: [0, 0, 0] },
      },
    ],
  },
]
