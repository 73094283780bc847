import type { BFloat16VectorColumn } from '../../columns/bfloat16-vector.ts'
import type { BinaryVectorColumn } from '../../columns/binary-vector.ts'
import type { DenseVectorColumn } from '../../columns/dense-vector.ts'
import type { FloatVectorColumn } from '../../columns/float-vector.ts'
import type { Float16VectorColumn } from '../../columns/float16-vector.ts'
import type { Int8VectorColumn } from '../../columns/int8-vector.ts'
import { decoded, scanBase64 } from './base64.ts'
import { scanFloats } from './floats.ts'
import { integer, scanInteger } from './integers.ts'
import { reason } from './reason.ts'
import { refuse, unread } from './refusal.ts'
import { skipString } from './strings.ts'
import { skipBlanks } from './whitespace.ts'

/**
 * Vectors of one length: an array of numbers, or a string that holds such an array. Those that are bytes on the wire are taken in base64 too.
 */

export function decodeFloatVector(bytes: Uint8Array, view: DataView, at: number, column: FloatVectorColumn): number {
  const to = column.start()
  if (bytes[at] !== 34) return scanFloats(bytes, view, at, column.values, to, column.dim)
  // A line break is a blank between numbers, but not allowed in a string: so the string is checked by itself.
  const end = skipString(bytes, view, at + 1)
  const next = scanFloats(bytes, view, skipBlanks(bytes, at + 1), column.values, to, column.dim)
  return next >= 0 && skipBlanks(bytes, next) === end - 1 ? end : reason.refused
}

export function decodeHalfVector(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  column: Float16VectorColumn | BFloat16VectorColumn,
): number {
  if (bytes[at] !== 34) return scanHalves(bytes, view, at, column)
  const end = skipString(bytes, view, at + 1)
  const first = skipBlanks(bytes, at + 1)
  if (bytes[first] !== 91) return decodeBase64(bytes, view, at + 1, end, column)
  const next = scanHalves(bytes, view, first, column)
  return next >= 0 && skipBlanks(bytes, next) === end - 1 ? end : reason.refused
}

export function decodeByteVector(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  column: Int8VectorColumn | BinaryVectorColumn,
): number {
  if (bytes[at] !== 34) return scanBytes(bytes, at, column)
  const end = skipString(bytes, view, at + 1)
  const first = skipBlanks(bytes, at + 1)
  if (bytes[first] !== 91) return decodeBase64(bytes, view, at + 1, end, column)
  const next = scanBytes(bytes, first, column)
  return next >= 0 && skipBlanks(bytes, next) === end - 1 ? end : reason.refused
}

function scanHalves(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  column: Float16VectorColumn | BFloat16VectorColumn,
): number {
  const next = scanFloats(bytes, view, at, column.floats, 0, column.dim)
  return next >= 0 && column.putFloats() === 0 ? next : reason.refused
}

function scanBytes(bytes: Uint8Array, at: number, column: Int8VectorColumn | BinaryVectorColumn): number {
  if (bytes[at] !== 91) return reason.refused
  column.begin()
  for (let left = column.elements; left > 0; left--) {
    at = scanInteger(bytes, skipBlanks(bytes, at + 1))
    if (at < 0 || integer.high !== integer.low >> 31 || column.add(integer.low) !== 0) return reason.refused
    at = skipBlanks(bytes, at)
    if (bytes[at] !== (left > 1 ? 44 : 93)) return reason.refused
  }
  return at + 1
}

/** The string behind the quote at `at - 1`; `end` is behind its other quote, or a reason why it has none. */
function decodeBase64(bytes: Uint8Array, view: DataView, at: number, end: number, column: DenseVectorColumn): number {
  if (end < 0) return end
  if (!scanBase64(bytes, view, at, end - 1)) return refuse(unread.base64)
  const why = column.putBytes(decoded.bytes, 0, decoded.length)
  return why === 0 ? end : refuse(why)
}
