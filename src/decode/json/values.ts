import type { BoolColumn } from '../../columns/bool.ts'
import type { DoubleColumn } from '../../columns/double.ts'
import type { FloatColumn } from '../../columns/float.ts'
import type { GeometryColumn } from '../../columns/geometry.ts'
import type { Int64Column } from '../../columns/int64.ts'
import type { IntegerColumn } from '../../columns/integer.ts'
import type { JsonColumn } from '../../columns/json.ts'
import { floatLimit } from '../../columns/limits.ts'
import type { TextualColumn } from '../../columns/textual.ts'
import type { TimestamptzColumn } from '../../columns/timestamptz.ts'
import { integer, scanInteger } from './integers.ts'
import { number, scanNumber } from './numbers.ts'
import { reason } from './reason.ts'
import { skipValue, skipWord } from './skip.ts'
import { copied, copyString } from './strings.ts'

/**
 * One function a column: reads the value at `at` into the column's open row and returns the index after it, or a reason. They convert what the
 * Kafka Connect plugin converts (it takes each value's text and parses that as the field's type): a string that holds a number, `true` or an array of
 * numbers does for such a field, and a number or boolean does for a VARCHAR, as it is written. What the plugin would garble is refused.
 */

export function decodeBool(bytes: Uint8Array, at: number, column: BoolColumn): number {
  const next = scanBool(bytes, at)
  if (next < 0) return next
  column.put(bool.value)
  return next
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

export function decodeText(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  recordEnd: number,
  column: TextualColumn,
): number {
  const start = column.wire.start(recordEnd - at + 16)
  const { wire } = column
  const next =
    bytes[at] === 34
      ? copyString(bytes, view, at + 1, wire.bytes, wire.view, start + 2)
      : copyText(bytes, view, at, wire.bytes, wire.view, start + 2)
  if (next < 0) return next
  return column.end(start, copied.end) ? next : reason.refused
}

/** For types whose texts mean something: only strings. */
export function decodeString(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  recordEnd: number,
  column: GeometryColumn | TimestamptzColumn,
): number {
  return bytes[at] === 34 ? decodeText(bytes, view, at, recordEnd, column) : reason.refused
}

export function decodeJson(bytes: Uint8Array, view: DataView, at: number, level: number, column: JsonColumn): number {
  const next = skipValue(bytes, view, at, level)
  if (next < 0) return next
  const start = column.wire.start(next - at + 16)
  column.end(start, copyBytes(bytes, at, next, column.wire.bytes, start + 2))
  return next
}

/** A whole number, in quotes or not. */
export function scanWhole(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== 34) return scanInteger(bytes, at)
  const next = scanInteger(bytes, at + 1)
  return next >= 0 && bytes[next] === 34 ? next + 1 : reason.refused
}

export function scanReal(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== 34) return scanNumber(bytes, at)
  const next = scanNumber(bytes, at + 1)
  return next >= 0 && bytes[next] === 34 ? next + 1 : reason.refused
}

/** What `scanBool` read. */
export const bool = { value: false }

/** `true` or `false`; in quotes with capital letters too. */
export function scanBool(bytes: Uint8Array, at: number): number {
  const quoted = bytes[at] === 34
  const first = quoted ? at + 1 : at
  const fold = quoted ? 0x20 : 0
  let next = endOfWord(bytes, first, 'true', fold)
  bool.value = next > 0
  if (!bool.value) next = endOfWord(bytes, first, 'false', fold)
  if (next < 0 || (quoted && bytes[next] !== 34)) return reason.refused
  return quoted ? next + 1 : next
}

/** Writes a string, number or boolean as text to `out[to]`; `copied.end` then is where it ends. Needs room as `copyString` does. */
export function copyText(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  out: Uint8Array,
  outView: DataView,
  to: number,
): number {
  if (bytes[at] === 34) return copyString(bytes, view, at + 1, out, outView, to)
  const next = endOfScalar(bytes, at)
  if (next >= 0) copied.end = copyBytes(bytes, at, next, out, to)
  return next
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
