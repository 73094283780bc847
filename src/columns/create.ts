import { failure } from '../errors/errors.ts'
import { type CollectionSchema, DataType, type Field, plainField } from '../milvus/schema.ts'
import { BoolArrayColumn } from './array/bool.ts'
import { DoubleArrayColumn } from './array/double.ts'
import { FloatArrayColumn } from './array/float.ts'
import { Int64ArrayColumn } from './array/int64.ts'
import { IntegerArrayColumn } from './array/integer.ts'
import { VarCharArrayColumn } from './array/varchar.ts'
import { BFloat16VectorColumn } from './bfloat16-vector.ts'
import { BinaryVectorColumn } from './binary-vector.ts'
import { BoolColumn } from './bool.ts'
import type { DenseVectorColumn } from './dense-vector.ts'
import { DoubleColumn } from './double.ts'
import { FloatColumn } from './float.ts'
import { FloatVectorColumn } from './float-vector.ts'
import { Float16VectorColumn } from './float16-vector.ts'
import { GeometryColumn } from './geometry.ts'
import { Int8VectorColumn } from './int8-vector.ts'
import { Int64Column } from './int64.ts'
import { IntegerColumn } from './integer.ts'
import { JsonColumn } from './json.ts'
import { SparseFloatVectorColumn } from './sparse-float-vector.ts'
import { type MemberColumn, StructArrayColumn } from './struct-array.ts'
import { TextColumn } from './text.ts'
import { TimestamptzColumn } from './timestamptz.ts'
import { typeName } from './type-names.ts'
import { VarCharColumn } from './varchar.ts'
import { VectorArrayColumn } from './vector-array.ts'

export { typeName } from './type-names.ts'

/** Which column a field gets; the one place that lists the types redkite can write. */

export type AnyArrayColumn =
  | BoolArrayColumn
  | IntegerArrayColumn
  | Int64ArrayColumn
  | FloatArrayColumn
  | DoubleArrayColumn
  | VarCharArrayColumn

export type AnyColumn =
  | BoolColumn
  | IntegerColumn
  | Int64Column
  | FloatColumn
  | DoubleColumn
  | VarCharColumn
  | TextColumn
  | JsonColumn
  | GeometryColumn
  | TimestamptzColumn
  | AnyArrayColumn
  | FloatVectorColumn
  | Float16VectorColumn
  | BFloat16VectorColumn
  | BinaryVectorColumn
  | Int8VectorColumn
  | SparseFloatVectorColumn
  | StructArrayColumn

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
  [DataType.Text]: (field, rows) => new TextColumn(field, rows),
  [DataType.Geometry]: (field, rows) => new GeometryColumn(field, rows),
  [DataType.Timestamptz]: (field, rows) => new TimestamptzColumn(field, rows),
  [DataType.FloatVector]: (field, rows) => new FloatVectorColumn(field, rows),
  [DataType.Float16Vector]: (field, rows) => new Float16VectorColumn(field, rows),
  [DataType.BFloat16Vector]: (field, rows) => new BFloat16VectorColumn(field, rows),
  [DataType.BinaryVector]: (field, rows) => new BinaryVectorColumn(field, rows),
  [DataType.Int8Vector]: (field, rows) => new Int8VectorColumn(field, rows),
  [DataType.SparseFloatVector]: (field, rows) => new SparseFloatVectorColumn(field, rows),
}

const arrayMakers: Partial<Record<number, (field: Field, rows: number) => AnyArrayColumn>> = {
  [DataType.Bool]: (field, rows) => new BoolArrayColumn(field, rows),
  [DataType.Int8]: (field, rows) => new IntegerArrayColumn(field, rows),
  [DataType.Int16]: (field, rows) => new IntegerArrayColumn(field, rows),
  [DataType.Int32]: (field, rows) => new IntegerArrayColumn(field, rows),
  [DataType.Int64]: (field, rows) => new Int64ArrayColumn(field, rows),
  [DataType.Float]: (field, rows) => new FloatArrayColumn(field, rows),
  [DataType.Double]: (field, rows) => new DoubleArrayColumn(field, rows),
  [DataType.VarChar]: (field, rows) => new VarCharArrayColumn(field, rows),
}

const vectorMakers: Partial<Record<number, (field: Field) => DenseVectorColumn>> = {
  [DataType.FloatVector]: (field) => new FloatVectorColumn(field, 0),
  [DataType.Float16Vector]: (field) => new Float16VectorColumn(field, 0),
  [DataType.BFloat16Vector]: (field) => new BFloat16VectorColumn(field, 0),
  [DataType.BinaryVector]: (field) => new BinaryVectorColumn(field, 0),
  [DataType.Int8Vector]: (field) => new Int8VectorColumn(field, 0),
}

function makerOf(field: Field): ((field: Field, rows: number) => AnyColumn) | undefined {
  if (field.type === DataType.Array) return arrayMakers[field.elementType ?? 0]
  if (field.type !== DataType.ArrayOfStruct) return makers[field.type]
  const members = (field.members ?? []).map(memberMakerOf)
  if (members.length === 0 || !members.every((maker) => maker !== undefined)) return undefined
  return (_, rows) =>
    new StructArrayColumn(
      field,
      members.map((maker, i) => maker(field.members![i]!, rows)),
    )
}

function memberMakerOf({ type, elementType }: Field): ((field: Field, rows: number) => MemberColumn) | undefined {
  if (type === DataType.Array) return arrayMakers[elementType ?? 0]
  const vector = type === DataType.ArrayOfVector ? vectorMakers[elementType ?? 0] : undefined
  return vector && ((field, rows) => new VectorArrayColumn(field, vector(structMember(field)), rows))
}

export function columnFor(collection: string, field: Field, rowsHint = rowsHintDefault): AnyColumn {
  const maker = makerOf(field)
  if (maker === undefined) {
    const strange = field.members?.find((member) => memberMakerOf(member) === undefined)
    if (strange !== undefined) {
      throw failure('SCHEMA_UNSUPPORTED', collection, `${field.name}.${strange.name}`, elementTypeName(strange))
    }
    const element = field.type === DataType.Array ? ` of ${elementTypeName(field)}` : ''
    throw failure('SCHEMA_UNSUPPORTED', collection, field.name, `${typeName(field.type)}${element}`)
  }
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
      (makerOf(field) !== undefined || !(field.nullable || field.hasDefault)),
  )
}

/** A member as each struct has it, of which there is an array in a row. */
export function structMember(member: Field): Field {
  return { ...member, type: member.elementType ?? 0, elementType: undefined, nullable: false, hasDefault: false }
}

function elementTypeName({ elementType }: Field): string {
  return typeName(elementType ?? 0)
}

export function dynamicField(): Field {
  return plainField(dynamicFieldName, DataType.Json, { dynamic: true })
}
