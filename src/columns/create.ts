import { failure } from '../errors/errors.ts'
import { type CollectionSchema, DataType, type Field } from '../milvus/schema.ts'
import { BoolColumn } from './bool.ts'
import { DoubleColumn } from './double.ts'
import { FloatColumn } from './float.ts'
import { FloatVectorColumn } from './float-vector.ts'
import { Int64Column } from './int64.ts'
import { IntegerColumn } from './integer.ts'
import { JsonColumn } from './json.ts'
import { VarCharColumn } from './varchar.ts'

/** Which column a field gets; the one place that lists the types redkite can write. */

export type AnyColumn =
  | BoolColumn
  | IntegerColumn
  | Int64Column
  | FloatColumn
  | DoubleColumn
  | VarCharColumn
  | JsonColumn
  | FloatVectorColumn

/** Rows that columns have room for before they first grow. */
const rowsHintDefault = 256

/** The hidden field that takes the keys which the schema does not name. */
export const dynamicFieldName = '$meta'

const makers: Partial<Record<number, (field: Field, rows: number) => AnyColumn>> = {
  [DataType.Bool]: (field, rows) => new BoolColumn(field, rows),
  [DataType.Int8]: (field, rows) => new IntegerColumn(field, rows),
  [DataType.Int16]: (field, rows) => new IntegerColumn(field, rows),
  [DataType.Int32]: (field, rows) => new IntegerColumn(field, rows),
  [DataType.Int64]: (field, rows) => new Int64Column(field, rows),
  [DataType.Float]: (field, rows) => new FloatColumn(field, rows),
  [DataType.Double]: (field, rows) => new DoubleColumn(field, rows),
  [DataType.VarChar]: (field, rows) => new VarCharColumn(field, rows),
  [DataType.Json]: (field, rows) => new JsonColumn(field, rows),
  [DataType.FloatVector]: (field, rows) => new FloatVectorColumn(field, rows),
}

export function columnFor(collection: string, field: Field, rowsHint = rowsHintDefault): AnyColumn {
  const maker = makers[field.type]
  if (maker === undefined) throw failure('SCHEMA_UNSUPPORTED', collection, field.name, typeName(field.type))
  return maker(field, rowsHint)
}

/**
 * The fields that records bring, in the server's order: not those that Milvus writes itself, nor the hidden one, nor those of a type unknown here
 * that may stay empty.
 */
export function recordFields(schema: CollectionSchema): readonly Field[] {
  return schema.fields.filter(
    (field) =>
      !field.functionOutput &&
      !field.dynamic &&
      !(field.primaryKey && field.autoId) &&
      (makers[field.type] !== undefined || !(field.nullable || field.hasDefault)),
  )
}

export function dynamicField(): Field {
  return {
    name: dynamicFieldName,
    type: DataType.Json,
    primaryKey: false,
    autoId: false,
    nullable: false,
    hasDefault: false,
    functionOutput: false,
    dynamic: true,
    partitionKey: false,
    dim: undefined,
    maxLengthBytes: undefined,
    elementType: undefined,
    maxCapacity: undefined,
  }
}

/** A type as Milvus' documents write it: `FLOAT_VECTOR`. */
export function typeName(type: number): string {
  return typeNames[type] ?? `number ${type}`
}

const typeNames: Record<number, string> = {
  [DataType.Bool]: 'BOOL',
  [DataType.Int8]: 'INT8',
  [DataType.Int16]: 'INT16',
  [DataType.Int32]: 'INT32',
  [DataType.Int64]: 'INT64',
  [DataType.Float]: 'FLOAT',
  [DataType.Double]: 'DOUBLE',
  [DataType.VarChar]: 'VARCHAR',
  [DataType.Array]: 'ARRAY',
  [DataType.Json]: 'JSON',
  [DataType.Geometry]: 'GEOMETRY',
  [DataType.Text]: 'TEXT',
  [DataType.Timestamptz]: 'TIMESTAMPTZ',
  [DataType.BinaryVector]: 'BINARY_VECTOR',
  [DataType.FloatVector]: 'FLOAT_VECTOR',
  [DataType.Float16Vector]: 'FLOAT16_VECTOR',
  [DataType.BFloat16Vector]: 'BFLOAT16_VECTOR',
  [DataType.SparseFloatVector]: 'SPARSE_FLOAT_VECTOR',
  [DataType.Int8Vector]: 'INT8_VECTOR',
}
