import type { BFloat16VectorColumn } from '../../columns/bfloat16-vector.ts'
import type { BinaryVectorColumn } from '../../columns/binary-vector.ts'
import type { BoolColumn } from '../../columns/bool.ts'
import type { AnyArrayColumn, AnyColumn } from '../../columns/create.ts'
import type { DoubleColumn } from '../../columns/double.ts'
import type { FloatColumn } from '../../columns/float.ts'
import type { FloatVectorColumn } from '../../columns/float-vector.ts'
import type { Float16VectorColumn } from '../../columns/float16-vector.ts'
import type { GeometryColumn } from '../../columns/geometry.ts'
import type { Int8VectorColumn } from '../../columns/int8-vector.ts'
import type { Int64Column } from '../../columns/int64.ts'
import type { IntegerColumn } from '../../columns/integer.ts'
import type { JsonColumn } from '../../columns/json.ts'
import type { SparseFloatVectorColumn } from '../../columns/sparse-float-vector.ts'
import type { StructArrayColumn } from '../../columns/struct-array.ts'
import type { TextColumn } from '../../columns/text.ts'
import type { TimestamptzColumn } from '../../columns/timestamptz.ts'
import type { VarCharColumn } from '../../columns/varchar.ts'
import { DataType } from '../../milvus/schema.ts'
import { decodeArray } from './arrays.ts'
import { reason } from './reason.ts'
import { decodeSparseVector } from './sparse.ts'
import { decodeStructArray } from './struct-array.ts'
import {
  decodeBool,
  decodeDouble,
  decodeFloat,
  decodeInt64,
  decodeInteger,
  decodeJson,
  decodeString,
  decodeText,
} from './values.ts'
import { decodeByteVector, decodeFloatVector, decodeHalfVector } from './vectors.ts'

/**
 * Reads the JSON value at `at` into the open row of a column of a field of this `type`; returns the index after it, or a reason. One place, so that
 * a value of another format that is not worth a way of its own can take the way over JSON text (fields/put-json.ts).
 */
export function decodeColumnValue(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  recordEnd: number,
  level: number,
  type: number,
  column: AnyColumn,
): number {
  switch (type) {
    case DataType.FloatVector:
      return decodeFloatVector(bytes, view, at, column as FloatVectorColumn)
    case DataType.Int64:
      return decodeInt64(bytes, at, column as Int64Column)
    case DataType.VarChar:
      return decodeText(bytes, view, at, recordEnd, column as VarCharColumn)
    case DataType.Double:
      return decodeDouble(bytes, at, column as DoubleColumn)
    case DataType.Float:
      return decodeFloat(bytes, at, column as FloatColumn)
    case DataType.Bool:
      return decodeBool(bytes, at, column as BoolColumn)
    case DataType.Json:
      return bytes[at] === 110 ? reason.refused : decodeJson(bytes, view, at, level, column as JsonColumn)
    case DataType.Int8:
    case DataType.Int16:
    case DataType.Int32:
      return decodeInteger(bytes, at, column as IntegerColumn)
    case DataType.Array:
      return decodeArray(bytes, view, at, recordEnd, column as AnyArrayColumn)
    case DataType.SparseFloatVector:
      return decodeSparseVector(bytes, at, column as SparseFloatVectorColumn)
    case DataType.Float16Vector:
    case DataType.BFloat16Vector:
      return decodeHalfVector(bytes, view, at, column as Float16VectorColumn | BFloat16VectorColumn)
    case DataType.BinaryVector:
    case DataType.Int8Vector:
      return decodeByteVector(bytes, view, at, column as BinaryVectorColumn | Int8VectorColumn)
    case DataType.Text:
      return decodeText(bytes, view, at, recordEnd, column as TextColumn)
    case DataType.Geometry:
    case DataType.Timestamptz:
      return decodeString(bytes, view, at, recordEnd, column as GeometryColumn | TimestamptzColumn)
    case DataType.ArrayOfStruct:
      return decodeStructArray(bytes, view, at, recordEnd, level, column as StructArrayColumn)
    default:
      return reason.refused
  }
}
