import { type AnyArrayColumn, columnFor, typeName } from '../../columns/create.ts'
import { bfloat16Limit, float16Limit, floatLimit } from '../../columns/limits.ts'
import { elementField, elementsOf, rangeOf } from '../../columns/misfit.ts'
import { failure, RedkiteError } from '../../errors/errors.ts'
import { DataType, type Field } from '../../milvus/schema.ts'
import { decodeElement } from './arrays.ts'
import { decodeColumnValue } from './column-value.ts'
import { integer, scanInteger } from './integers.ts'
import { number, scanNumber } from './numbers.ts'
import { refusalError, refuse, unread } from './refusal.ts'
import { skipValue } from './skip.ts'
import { skipString } from './strings.ts'
import { findStructMisfit } from './struct-misfit.ts'
import { skipBlanks } from './whitespace.ts'

/**
 * Why a value does not fit its field. Runs only for a value that is sound JSON and that its column refused, so it may take its time and looks at the
 * value again.
 */
export function diagnose(bytes: Uint8Array, view: DataView, at: number, field: Field): RedkiteError {
  const type = typeName(field.type)
  if (bytes[at] === 110) return failure('FIELD_NULL', field.name, type)
  const text = bytes[at] === 34
  const isNumber = isNumberAt(bytes, text ? at + 1 : at)
  switch (field.type) {
    case DataType.Int8:
    case DataType.Int16:
    case DataType.Int32:
    case DataType.Int64:
      if (!isNumber) break
      if (
        scanNumber(bytes, text ? at + 1 : at) >= 0 &&
        Math.abs(number.value) < 2 ** 53 &&
        !Number.isInteger(number.value)
      )
        return failure('FIELD_NOT_WHOLE', field.name, type)
      return failure('FIELD_OUT_OF_RANGE', field.name, type)
    case DataType.Float:
    case DataType.Double:
      if (isNumber) return failure('FIELD_OUT_OF_RANGE', field.name, type)
      break
    case DataType.VarChar:
      if (bytes[at] !== 123 && bytes[at] !== 91)
        return failure('VARCHAR_TOO_LONG', field.name, field.maxLengthBytes ?? 0, textBytes(bytes, view, at))
      break
    case DataType.Array:
      if (bytes[at] === 91) return diagnoseArray(bytes, view, at, field)
      break
    case DataType.ArrayOfStruct:
      if (bytes[at] === 91) return diagnoseStructs(bytes, view, at, field)
      break
    case DataType.FloatVector:
      return diagnoseVector(bytes, view, at, field)
    case DataType.Float16Vector:
    case DataType.BFloat16Vector:
    case DataType.BinaryVector:
    case DataType.Int8Vector:
      if (!text || bytes[skipBlanks(bytes, at + 1)] === 91) return diagnoseVector(bytes, view, at, field)
      return decodeAgain(bytes, view, at, field)
    case DataType.SparseFloatVector:
      return decodeAgain(bytes, view, at, field)
    case DataType.Timestamptz:
      if (text) return failure('TIMESTAMP_UNFIT', field.name, type)
  }
  return wrongKind(bytes, at, field)
}

function wrongKind(bytes: Uint8Array, at: number, field: Field): RedkiteError {
  return failure('FIELD_WRONG_KIND', field.name, typeName(field.type), wanted(field.type), kindAt(bytes, at))
}

/** Into a column of its own, for the reason that decoding then leaves behind. */
function decodeAgain(bytes: Uint8Array, view: DataView, at: number, field: Field): RedkiteError {
  refuse(unread.kind)
  const end = skipValue(bytes, view, at, 1)
  decodeColumnValue(bytes, view, at, end, 1, field.type, columnFor('', field, 0))
  return refusalError(field) ?? wrongKind(bytes, at, field)
}

/** The first element that does not fit; if there is none, they are too many. */
function diagnoseArray(bytes: Uint8Array, view: DataView, at: number, field: Field): RedkiteError {
  const column = columnFor('', field, 0) as AnyArrayColumn
  const end = skipValue(bytes, view, at, 1)
  column.begin()
  let elements = 0
  let next = skipBlanks(bytes, at + 1)
  while (bytes[next] !== 93) {
    if (decodeElement(bytes, view, next, end, column) < 0)
      return diagnose(bytes, view, next, elementField(field, elements))
    next = skipBlanks(bytes, skipValue(bytes, view, next, 1))
    elements++
    if (bytes[next] === 44) next = skipBlanks(bytes, next + 1)
  }
  return failure('ARRAY_TOO_LONG', field.name, column.capacity, elements)
}

function diagnoseStructs(bytes: Uint8Array, view: DataView, at: number, field: Field): RedkiteError {
  const found = findStructMisfit(bytes, view, at, field)
  return found instanceof RedkiteError ? found : diagnose(bytes, view, found.at, found.field)
}

/** The kind of a JSON value by its first byte, in words for a message. */
export function kindAt(bytes: Uint8Array, at: number): string {
  switch (bytes[at]) {
    case 123:
      return 'an object'
    case 91:
      return 'an array'
    case 34:
      return 'a string'
    case 116:
    case 102:
      return 'a boolean'
    case 110:
      return 'null'
    default:
      return 'a number'
  }
}

function diagnoseVector(bytes: Uint8Array, view: DataView, at: number, field: Field): RedkiteError {
  const first = bytes[at] === 34 ? skipBlanks(bytes, at + 1) : at
  if (bytes[first] !== 91) return wrongKind(bytes, at, field)
  if (bytes[at] === 34) {
    const end = skipValue(bytes, view, first, 0)
    if (end < 0 || bytes[skipBlanks(bytes, end)] !== 34) return wrongKind(bytes, at, field)
  }
  let next = skipBlanks(bytes, first + 1)
  let numbers = 0
  let unfit: RedkiteError | undefined
  while (bytes[next] !== 93) {
    const element = next
    if (unfit === undefined && !isNumberStart(bytes[next]!))
      unfit = failure('VECTOR_NOT_NUMBERS', field.name, numbers, kindAt(bytes, next))
    next = isNumberStart(bytes[element]!) ? scanNumber(bytes, element) : skipValue(bytes, view, element, 1)
    if (next < 0) return wrongKind(bytes, at, field)
    if (unfit === undefined && !isElement(bytes, element, field.type))
      unfit = failure('VECTOR_OUT_OF_RANGE', field.name, numbers, rangeOf(field.type))
    numbers++
    next = skipBlanks(bytes, next)
    if (bytes[next] === 44) next = skipBlanks(bytes, next + 1)
    else if (bytes[next] !== 93) return wrongKind(bytes, at, field)
  }
  if (numbers !== elementsOf(field)) return failure('VECTOR_DIM_MISMATCH', field.name, elementsOf(field), numbers)
  return unfit ?? wrongKind(bytes, at, field)
}

/** Whether a vector of this type takes the number at `at`, which `scanNumber` has read. */
function isElement(bytes: Uint8Array, at: number, type: number): boolean {
  const size = Math.abs(number.value)
  switch (type) {
    case DataType.Float16Vector:
      return Math.fround(size) < float16Limit
    case DataType.BFloat16Vector:
      return Math.fround(size) < bfloat16Limit
    case DataType.BinaryVector:
      return scanInteger(bytes, at) > 0 && integer.high === 0 && integer.low >= 0 && integer.low <= 255
    case DataType.Int8Vector:
      return (
        scanInteger(bytes, at) > 0 && integer.high === integer.low >> 31 && (integer.low << 24) >> 24 === integer.low
      )
    default:
      return size < floatLimit
  }
}

function wanted(type: number): string {
  switch (type) {
    case DataType.Bool:
      return 'true or false'
    case DataType.VarChar:
    case DataType.Text:
      return 'a string, a number or a boolean'
    case DataType.FloatVector:
      return 'an array of numbers'
    case DataType.Float16Vector:
    case DataType.BFloat16Vector:
    case DataType.BinaryVector:
    case DataType.Int8Vector:
      return 'an array of numbers or a base64 string'
    case DataType.SparseFloatVector:
      return '{"index": value}, {"indices": [], "values": []} or [[index, value]]'
    case DataType.Array:
      return 'an array'
    case DataType.ArrayOfStruct:
      return 'an array of objects'
    case DataType.Struct:
      return 'an object'
    case DataType.Geometry:
      return 'a string of WKT'
    case DataType.Timestamptz:
      return 'a string of ISO 8601'
    case DataType.Float:
    case DataType.Double:
      return 'a number'
    default:
      return 'a whole number'
  }
}

/** Bytes of the value as UTF-8 text. */
function textBytes(bytes: Uint8Array, view: DataView, at: number): number {
  const text = bytes[at] === 34
  const end = text ? skipString(bytes, view, at + 1) : skipValue(bytes, view, at, 1)
  const json = new TextDecoder().decode(bytes.subarray(at, end))
  return text ? new TextEncoder().encode(JSON.parse(json)).length : json.length
}

function isNumberAt(bytes: Uint8Array, at: number): boolean {
  if (!isNumberStart(bytes[at]!)) return false
  const next = scanNumber(bytes, at)
  return next > 0 && (bytes[at - 1] !== 34 || bytes[next] === 34)
}

function isNumberStart(c: number): boolean {
  return c === 45 || (c >= 48 && c <= 57)
}
