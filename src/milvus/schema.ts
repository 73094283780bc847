/**
 * A Milvus collection as redkite needs it: plain data, made once from DescribeCollection (milvus/describe.ts) and read by
 * columns/ and decode/ to compile the plan of a record.
 */

/** Numbers are those of `DataType` in Milvus' schema.proto. */
export const DataType = {
  Bool: 1,
  Int8: 2,
  Int16: 3,
  Int32: 4,
  Int64: 5,
  Float: 10,
  Double: 11,
  VarChar: 21,
  Array: 22,
  Json: 23,
  Geometry: 24,
  Text: 25,
  Timestamptz: 26,
  BinaryVector: 100,
  FloatVector: 101,
  Float16Vector: 102,
  BFloat16Vector: 103,
  SparseFloatVector: 104,
  Int8Vector: 105,
  /** Only a member of structs. */
  ArrayOfVector: 106,
  ArrayOfStruct: 200,
  /** One of them: no field is of this type. */
  Struct: 201,
} as const

export type DataType = (typeof DataType)[keyof typeof DataType]

export interface Field {
  readonly name: string
  /** May be a number that no `DataType` names, when the server is newer than redkite. */
  readonly type: number
  readonly primaryKey: boolean
  readonly autoId: boolean
  readonly nullable: boolean
  readonly hasDefault: boolean
  /** Written by the server from another field (BM25); records must not bring it. */
  readonly functionOutput: boolean
  /** The hidden JSON field that takes keys the schema does not name (`$meta`). */
  readonly dynamic: boolean
  readonly partitionKey: boolean
  /** Numbers in a vector. */
  readonly dim: number | undefined
  /** Bytes of UTF-8 that a VARCHAR may have. */
  readonly maxLengthBytes: number | undefined
  /** Of an ARRAY. */
  readonly elementType: number | undefined
  readonly maxCapacity: number | undefined
  /** Of an ARRAY of STRUCT: fields of type ARRAY or ARRAY of vectors, which are null where their struct is. */
  readonly members?: readonly Field[]
}

export interface CollectionSchema {
  readonly collection: string
  /** In the server's order. Without the hidden dynamic field when `dynamicField` is set. */
  readonly fields: readonly Field[]
  readonly primaryKey: Field
  readonly dynamicField: boolean
}

/** A field that has of all that a field may have only what `more` says. */
export function plainField(name: string, type: number, more: Partial<Field> = {}): Field {
  return {
    name,
    type,
    primaryKey: false,
    autoId: false,
    nullable: false,
    hasDefault: false,
    functionOutput: false,
    dynamic: false,
    partitionKey: false,
    dim: undefined,
    maxLengthBytes: undefined,
    elementType: undefined,
    maxCapacity: undefined,
    ...more,
  }
}

/** The primary key as if it were all that the collection has, and brought by records: for rows that are known by their key alone. */
export function keyAlone({ collection, primaryKey }: CollectionSchema): CollectionSchema {
  const key = { ...primaryKey, autoId: false }
  return { collection, fields: [key], primaryKey: key, dynamicField: false }
}
