import type { BoolColumn } from '../../columns/bool.ts'
import type { DoubleColumn } from '../../columns/double.ts'
import type { FloatColumn } from '../../columns/float.ts'
import type { FloatVectorColumn } from '../../columns/float-vector.ts'
import type { Int64Column } from '../../columns/int64.ts'
import type { IntegerColumn } from '../../columns/integer.ts'
import type { JsonColumn } from '../../columns/json.ts'
import type { VarCharColumn } from '../../columns/varchar.ts'
import { floatLimit, scanFloats } from './floats.ts'
import { integer, scanInteger } from './integers.ts'
import { number, scanNumber } from './numbers.ts'
import { reason } from './reason.ts'
import { skipValue, skipWord } from './skip.ts'
import { copied, copyString, skipString } from './strings.ts'
import { skipBlanks } from './whitespace.ts'

/**
 * One function a column: reads the value at `at` into the column's open row and returns the index after it, or a reason. They convert what the
 * Kafka Connect plugin converts (it takes each value's text and parses that as the field's type): a string that holds a number, `true` or an array of
 * numbers does for such a field, and a number or boolean does for a VARCHAR, as it is written. What the plugin would garble is refused.
 */

export function decodeBool(bytes: Uint8Array, at: number, column: BoolColumn): number {
  const quoted = bytes[at] === 34
  const first = quoted ? at + 1 : at
  const fold = quoted ? 0x20 : 0
  let next = endOfWord(bytes, first, 'true', fold)
  const value = next > 0
  if (!value) next = endOfWord(bytes, first, 'false', fold)
  if (next < 0 || (quoted && bytes[next] !== 34)) return reason.refused
  column.put(value)
  return quoted ? next + 1 : next
}

export function decodeInteger(bytes: Uint8Array, at: number, column: IntegerColumn): number {
  const next = scanWhole(bytes, at)
  if (next < 0) return next
  if (integer.high !== integer.low >> 31 || integer.low > column.max || integer.low < column.min) return reason.refused
  column.put(integer.low)
  return next
}

export function decodeInt64(bytes: Uint8Array, at: number, column: Int64Column): number {
  const next = scanWhole(bytes, at)
  if (next < 0) return next
  column.put(integer.high, integer.low)
  return next
}

export function decodeFloat(bytes: Uint8Array, at: number, column: FloatColumn): number {
  const next = scanReal(bytes, at)
  if (next < 0) return next
  if (number.value >= floatLimit || number.value <= -floatLimit) return reason.refused
  column.put(number.value)
  return next
}

export function decodeDouble(bytes: Uint8Array, at: number, column: DoubleColumn): number {
  const next = scanReal(bytes, at)
  if (next < 0) return next
  if (number.value === Infinity || number.value === -Infinity) return reason.refused
  column.put(number.value)
  return next
}

export function decodeVarChar(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  recordEnd: number,
  column: VarCharColumn,
): number {
  const start = column.wire.start(recordEnd - at + 16)
  if (bytes[at] === 34) {
    const next = copyString(bytes, view, at + 1, column.wire.bytes, column.wire.view, start + 2)
    if (next < 0) return next
    return column.end(start, copied.end) ? next : reason.refused
  }
  const next = endOfScalar(bytes, at)
  if (next < 0) return next
  return column.end(start, copyBytes(bytes, at, next, column.wire.bytes, start + 2)) ? next : reason.refused
}

export function decodeJson(bytes: Uint8Array, view: DataView, at: number, level: number, column: JsonColumn): number {
  const next = skipValue(bytes, view, at, level)
  if (next < 0) return next
  const start = column.wire.start(next - at + 16)
  column.end(start, copyBytes(bytes, at, next, column.wire.bytes, start + 2))
  return next
}

export function decodeFloatVector(bytes: Uint8Array, view: DataView, at: number, column: FloatVectorColumn): number {
  const to = column.start()
  if (bytes[at] !== 34) return scanFloats(bytes, view, at, column.values, to, column.dim)
  // A line break is a blank between numbers, but not allowed in a string: so the string is checked by itself.
  const end = skipString(bytes, view, at + 1)
  const next = scanFloats(bytes, view, skipBlanks(bytes, at + 1), column.values, to, column.dim)
  return next >= 0 && skipBlanks(bytes, next) === end - 1 ? end : reason.refused
}

/** A whole number, in quotes or not. */
function scanWhole(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== 34) return scanInteger(bytes, at)
  const next = scanInteger(bytes, at + 1)
  return next >= 0 && bytes[next] === 34 ? next + 1 : reason.refused
}

function scanReal(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== 34) return scanNumber(bytes, at)
  const next = scanNumber(bytes, at + 1)
  return next >= 0 && bytes[next] === 34 ? next + 1 : reason.refused
}

/** The end of a number, `true` or `false`. */
function endOfScalar(bytes: Uint8Array, at: number): number {
  const c = bytes[at]!
  if (c === 116 || c === 102) return skipWord(bytes, at)
  if (c === 45 || (c >= 48 && c <= 57)) return scanNumber(bytes, at)
  return reason.refused
}

function endOfWord(bytes: Uint8Array, at: number, word: 'true' | 'false', fold: number): number {
  for (let i = 0; i < word.length; i++) if ((bytes[at + i]! | fold) !== word.charCodeAt(i)) return -1
  return at + word.length
}

function copyBytes(bytes: Uint8Array, from: number, end: number, out: Uint8Array, to: number): number {
  while (from < end) out[to++] = bytes[from++]!
  return to
}
