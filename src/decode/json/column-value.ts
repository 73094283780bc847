import type { BoolColumn } from '../../columns/bool.ts'
import type { AnyColumn } from '../../columns/create.ts'
import type { DoubleColumn } from '../../columns/double.ts'
import type { FloatColumn } from '../../columns/float.ts'
import type { FloatVectorColumn } from '../../columns/float-vector.ts'
import type { Int64Column } from '../../columns/int64.ts'
import type { IntegerColumn } from '../../columns/integer.ts'
import type { JsonColumn } from '../../columns/json.ts'
import type { VarCharColumn } from '../../columns/varchar.ts'
import { DataType } from '../../milvus/schema.ts'
import { reason } from './reason.ts'
import {
  decodeBool,
  decodeDouble,
  decodeFloat,
  decodeFloatVector,
  decodeInt64,
  decodeInteger,
  decodeJson,
  decodeVarChar,
} from './values.ts'

/**
 * Reads the JSON value at `at` into the open row of a column of a field of this `type`; returns the index after it, or a reason. One place, so that
 * a value of another format that is not worth a way of its own can take the way over JSON text (fields/fallback.ts).
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
      return decodeVarChar(bytes, view, at, recordEnd, column as VarCharColumn)
    case DataType.Double:
      return decodeDouble(bytes, at, column as DoubleColumn)
    case DataType.Float:
      return decodeFloat(bytes, at, column as FloatColumn)
    case DataType.Bool:
      return decodeBool(bytes, at, column as BoolColumn)
    case DataType.Json:
      return bytes[at] === 110 ? reason.refused : decodeJson(bytes, view, at, level, column as JsonColumn)
    default:
      return decodeInteger(bytes, at, column as IntegerColumn)
  }
}
