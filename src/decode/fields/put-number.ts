import { typeName } from '../../columns/create.ts'
import type { DoubleColumn } from '../../columns/double.ts'
import type { FloatColumn } from '../../columns/float.ts'
import type { Int64Column } from '../../columns/int64.ts'
import type { IntegerColumn } from '../../columns/integer.ts'
import { floatLimit } from '../../columns/limits.ts'
import { failure } from '../../errors/errors.ts'
import { DataType } from '../../milvus/schema.ts'
import type { Target } from './target.ts'
import { unfit } from './trouble.ts'
import { toNumber } from './varint.ts'

/** Numbers of binary formats into number fields, by the rules for JSON's numbers: whole where whole is wanted, never out of range. */

export function takesNumbers(type: number): boolean {
  switch (type) {
    case DataType.Int8:
    case DataType.Int16:
    case DataType.Int32:
    case DataType.Int64:
    case DataType.Float:
    case DataType.Double:
      return true
    default:
      return false
  }
}

/** 64 bits, signed; 0 or a fault. */
export function putLong(target: Target, high: number, low: number): number {
  switch (target.field.type) {
    case DataType.Int64:
      ;(target.column as Int64Column).put(high, low)
      return 0
    case DataType.Float:
      ;(target.column as FloatColumn).put(toNumber(high, low))
      return 0
    case DataType.Double:
      ;(target.column as DoubleColumn).put(toNumber(high, low))
      return 0
    default: {
      const column = target.column as IntegerColumn
      if (high !== low >> 31 || low > column.max || low < column.min) return outOfRange(target)
      column.put(low)
      return 0
    }
  }
}

/** 64 bits without a sign. */
export function putUnsignedLong(target: Target, high: number, low: number): number {
  if (high >= 0) return putLong(target, high, low)
  const value = toNumber(high >>> 0, low)
  const type = target.field.type
  return type === DataType.Float || type === DataType.Double ? putReal(target, value) : outOfRange(target)
}

export function putReal(target: Target, value: number): number {
  switch (target.field.type) {
    case DataType.Float:
      if (!(Math.abs(value) < floatLimit)) return outOfRange(target)
      ;(target.column as FloatColumn).put(value)
      return 0
    case DataType.Double:
      if (!Number.isFinite(value)) return outOfRange(target)
      ;(target.column as DoubleColumn).put(value)
      return 0
  }
  if (!Number.isFinite(value)) return outOfRange(target)
  if (!Number.isInteger(value)) return unfit(failure('FIELD_NOT_WHOLE', target.field.name, typeName(target.field.type)))
  if (value < -(2 ** 63) || value >= 2 ** 63) return outOfRange(target)
  return putLong(target, Math.floor(value / 4294967296), value | 0)
}

function outOfRange(target: Target): number {
  return unfit(failure('FIELD_OUT_OF_RANGE', target.field.name, typeName(target.field.type)))
}
