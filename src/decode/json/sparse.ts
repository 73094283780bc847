import { misfit } from '../../columns/misfit.ts'
import type { SparseFloatVectorColumn } from '../../columns/sparse-float-vector.ts'
import { integer, scanInteger } from './integers.ts'
import { number, scanNumber } from './numbers.ts'
import { refuse, refuseAt, unread } from './refusal.ts'
import { skipBlanks } from './whitespace.ts'

/**
 * A SPARSE_FLOAT_VECTOR, in the three forms that libraries write: `{"12": 0.5}`, `{"indices": [12], "values": [0.5]}` and `[[12, 0.5]]`. Where one
 * number of an entry is at fault, the entry's place is named, from 0.
 */
export function decodeSparseVector(bytes: Uint8Array, at: number, column: SparseFloatVectorColumn): number {
  column.begin()
  if (bytes[at] === 91) return decodePairs(bytes, at, column)
  if (bytes[at] !== 123) return refuse(unread.kind)
  const first = skipBlanks(bytes, at + 1)
  if (bytes[first] === 125) return end(first, column)
  const lists = isKey(bytes, first, indicesKey) || isKey(bytes, first, valuesKey)
  return lists ? decodeLists(bytes, at, column) : decodeEntries(bytes, at, column)
}

/** `[[12, 0.5], …]` */
function decodePairs(bytes: Uint8Array, at: number, column: SparseFloatVectorColumn): number {
  const first = skipBlanks(bytes, at + 1)
  if (bytes[first] === 93) return end(first, column)
  let entry = 0
  do {
    at = skipBlanks(bytes, at + 1)
    if (bytes[at] !== 91) return refuse(unread.kind)
    at = scanInteger(bytes, skipBlanks(bytes, at + 1))
    if (at < 0) return refuseAt(misfit.sparseIndex, entry)
    const index = indexRead()
    at = skipBlanks(bytes, at)
    if (bytes[at] !== 44) return refuse(unread.kind)
    at = scanNumber(bytes, skipBlanks(bytes, at + 1))
    if (at < 0) return refuseAt(misfit.sparseValue, entry)
    at = skipBlanks(bytes, at)
    if (bytes[at] !== 93) return refuse(unread.kind)
    const why = column.add(index, number.value)
    if (why !== 0) return refuse(why)
    at = skipBlanks(bytes, at + 1)
    entry++
  } while (bytes[at] === 44)
  return bytes[at] === 93 ? end(at, column) : refuse(unread.kind)
}

/** `{"12": 0.5, …}` */
function decodeEntries(bytes: Uint8Array, at: number, column: SparseFloatVectorColumn): number {
  let entry = 0
  do {
    at = skipBlanks(bytes, at + 1)
    if (bytes[at] !== 34) return refuse(unread.kind)
    const first = at + 1
    at = skipDigits(bytes, first)
    if (bytes[at] !== 34 || scanInteger(bytes, first) !== at) return refuseAt(misfit.sparseIndex, entry)
    const index = indexRead()
    at = skipBlanks(bytes, at + 1)
    if (bytes[at] !== 58) return refuse(unread.kind)
    at = scanNumber(bytes, skipBlanks(bytes, at + 1))
    if (at < 0) return refuseAt(misfit.sparseValue, entry)
    const why = column.add(index, number.value)
    if (why !== 0) return refuse(why)
    at = skipBlanks(bytes, at)
    entry++
  } while (bytes[at] === 44)
  return bytes[at] === 125 ? end(at, column) : refuse(unread.kind)
}

/** `{"indices": […], "values": […]}`, either of them first. */
function decodeLists(bytes: Uint8Array, at: number, column: SparseFloatVectorColumn): number {
  indices.count = -1
  values.count = -1
  do {
    at = skipBlanks(bytes, at + 1)
    const list = isKey(bytes, at, indicesKey) ? indices : isKey(bytes, at, valuesKey) ? values : undefined
    if (list === undefined) return refuse(unread.kind)
    at = skipBlanks(bytes, at + (list === indices ? indicesKey : valuesKey).length)
    if (bytes[at] !== 58) return refuse(unread.kind)
    at = scanList(bytes, skipBlanks(bytes, at + 1), list)
    if (at < 0) return at
    at = skipBlanks(bytes, at)
  } while (bytes[at] === 44)
  if (bytes[at] !== 125 || indices.count < 0 || values.count < 0) return refuse(unread.kind)
  if (indices.count !== values.count) return refuseAt(unread.sparseLengths, indices.count, values.count)
  for (let i = 0; i < indices.count; i++) {
    const why = column.add(indices.numbers[i]!, values.numbers[i]!)
    if (why !== 0) return refuse(why)
  }
  return end(at, column)
}

interface NumberList {
  numbers: Float64Array
  /** -1 until there was one. */
  count: number
}

const indices: NumberList = { numbers: new Float64Array(256), count: 0 }
const values: NumberList = { numbers: new Float64Array(256), count: 0 }

function scanList(bytes: Uint8Array, at: number, list: NumberList): number {
  if (bytes[at] !== 91) return refuse(unread.kind)
  list.count = 0
  const first = skipBlanks(bytes, at + 1)
  if (bytes[first] === 93) return first + 1
  const whole = list === indices
  do {
    at = skipBlanks(bytes, at + 1)
    at = whole ? scanInteger(bytes, at) : scanNumber(bytes, at)
    if (at < 0) return refuseAt(whole ? misfit.sparseIndex : misfit.sparseValue, list.count)
    if (list.count === list.numbers.length) grow(list)
    list.numbers[list.count++] = whole ? indexRead() : number.value
    at = skipBlanks(bytes, at)
  } while (bytes[at] === 44)
  return bytes[at] === 93 ? at + 1 : refuse(unread.kind)
}

function grow(list: NumberList): void {
  const numbers = new Float64Array(list.numbers.length * 2)
  numbers.set(list.numbers)
  list.numbers = numbers
}

/** What `scanInteger` read, or -1 if it is below 0 or has more than 32 bits. */
function indexRead(): number {
  return integer.high === 0 ? integer.low >>> 0 : -1
}

/** A key is digits only: `"1e1"` is a number, but no index that anybody writes. */
function skipDigits(bytes: Uint8Array, at: number): number {
  while (bytes[at]! >= 48 && bytes[at]! <= 57) at++
  return at
}

/** `at` is at the bracket that closes the vector. */
function end(at: number, column: SparseFloatVectorColumn): number {
  const why = column.end()
  return why === 0 ? at + 1 : refuse(why)
}

const encoder = new TextEncoder()
const indicesKey = encoder.encode('"indices"')
const valuesKey = encoder.encode('"values"')

function isKey(bytes: Uint8Array, at: number, key: Uint8Array): boolean {
  for (let i = 0; i < key.length; i++) if (bytes[at + i] !== key[i]) return false
  return true
}
