import type { BoolArrayColumn } from '../../columns/array/bool.ts'
import type { DoubleArrayColumn } from '../../columns/array/double.ts'
import type { FloatArrayColumn } from '../../columns/array/float.ts'
import type { Int64ArrayColumn } from '../../columns/array/int64.ts'
import type { IntegerArrayColumn } from '../../columns/array/integer.ts'
import type { VarCharArrayColumn } from '../../columns/array/varchar.ts'
import type { AnyArrayColumn } from '../../columns/create.ts'
import { DataType } from '../../milvus/schema.ts'
import { integer } from './integers.ts'
import { number } from './numbers.ts'
import { reason } from './reason.ts'
import { copied } from './strings.ts'
import { bool, copyText, scanBool, scanReal, scanWhole } from './values.ts'
import { skipBlanks } from './whitespace.ts'

/** An ARRAY: a JSON array, whose elements are converted as fields of the element's type are. */
export function decodeArray(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  recordEnd: number,
  column: AnyArrayColumn,
): number {
  if (bytes[at] !== 91) return reason.refused
  column.begin()
  const first = skipBlanks(bytes, at + 1)
  if (bytes[first] === 93) at = first
  else {
    do {
      at = decodeElement(bytes, view, skipBlanks(bytes, at + 1), recordEnd, column)
      if (at < 0) return reason.refused
      at = skipBlanks(bytes, at)
    } while (bytes[at] === 44)
    if (bytes[at] !== 93) return reason.refused
  }
  return column.end() === 0 ? at + 1 : reason.refused
}

/** Reads the element at `at` into the row that the column has begun. */
export function decodeElement(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  recordEnd: number,
  column: AnyArrayColumn,
): number {
  let next: number
  switch (column.field.elementType) {
    case DataType.Int64:
      next = scanWhole(bytes, at)
      return next >= 0 && (column as Int64ArrayColumn).add(integer.high, integer.low) === 0 ? next : reason.refused
    case DataType.VarChar:
      return decodeTextElement(bytes, view, at, recordEnd, column as VarCharArrayColumn)
    case DataType.Float:
      next = scanReal(bytes, at)
      return next >= 0 && (column as FloatArrayColumn).add(number.value) === 0 ? next : reason.refused
    case DataType.Double:
      next = scanReal(bytes, at)
      return next >= 0 && (column as DoubleArrayColumn).add(number.value) === 0 ? next : reason.refused
    case DataType.Bool:
      next = scanBool(bytes, at)
      return next >= 0 && (column as BoolArrayColumn).add(bool.value) === 0 ? next : reason.refused
    default:
      next = scanWhole(bytes, at)
      if (next < 0 || integer.high !== integer.low >> 31) return reason.refused
      return (column as IntegerArrayColumn).add(integer.low) === 0 ? next : reason.refused
  }
}

function decodeTextElement(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  recordEnd: number,
  column: VarCharArrayColumn,
): number {
  const start = column.startText(recordEnd - at + 16)
  const next = copyText(bytes, view, at, column.wire.bytes, column.wire.view, start + 2)
  return next >= 0 && column.endText(copied.end) === 0 ? next : reason.refused
}
