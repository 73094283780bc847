import type { BFloat16VectorColumn } from '../../columns/bfloat16-vector.ts'
import type { BinaryVectorColumn } from '../../columns/binary-vector.ts'
import type { AnyArrayColumn } from '../../columns/create.ts'
import type { FloatVectorColumn } from '../../columns/float-vector.ts'
import type { Float16VectorColumn } from '../../columns/float16-vector.ts'
import type { Int8VectorColumn } from '../../columns/int8-vector.ts'
import type { MemberColumn, StructArrayColumn } from '../../columns/struct-array.ts'
import { VectorArrayColumn } from '../../columns/vector-array.ts'
import { DataType } from '../../milvus/schema.ts'
import { decodeElement } from './arrays.ts'
import { KeyScanner } from './key-scanner.ts'
import { KeyTable } from './keys.ts'
import { reason } from './reason.ts'
import { skipValue } from './skip.ts'
import { decodeByteVector, decodeFloatVector, decodeHalfVector } from './vectors.ts'
import { skipBlanks } from './whitespace.ts'

/** What a struct brought for a member so far. */
const missing = 0
const given = 1
const unfit = 2

/** Made when the first value of a column is read; plans do not know what is inside of a field. */
const decoders = new WeakMap<StructArrayColumn, StructArrayDecoder>()

/** An ARRAY of STRUCT: a JSON array of objects, each with all members of the struct and nothing else. A row's structs go into the members' arrays as they come. */
export function decodeStructArray(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  recordEnd: number,
  level: number,
  column: StructArrayColumn,
): number {
  if (bytes[at] !== 91) return reason.refused
  let decoder = decoders.get(column)
  if (decoder === undefined) {
    decoder = new StructArrayDecoder(column)
    decoders.set(column, decoder)
  }
  return decoder.decode(bytes, view, at, recordEnd, level)
}

/** Reads the value at `at` behind those that the member has in this row. */
export function decodeMember(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  recordEnd: number,
  column: MemberColumn,
): number {
  if (!(column instanceof VectorArrayColumn)) return decodeElement(bytes, view, at, recordEnd, column as AnyArrayColumn)
  const next = decodeVector(bytes, view, at, column)
  if (next >= 0) column.add()
  return next
}

function decodeVector(bytes: Uint8Array, view: DataView, at: number, { field, one }: VectorArrayColumn): number {
  switch (field.elementType) {
    case DataType.FloatVector:
      return decodeFloatVector(bytes, view, at, one as FloatVectorColumn)
    case DataType.Float16Vector:
    case DataType.BFloat16Vector:
      return decodeHalfVector(bytes, view, at, one as Float16VectorColumn | BFloat16VectorColumn)
    default:
      return decodeByteVector(bytes, view, at, one as BinaryVectorColumn | Int8VectorColumn)
  }
}

class StructArrayDecoder {
  private readonly scanner: KeyScanner
  /** By member, of the struct that is being read. */
  private readonly states: Uint8Array
  /** Where each member's array ended before this struct. */
  private readonly marks: Int32Array

  constructor(private readonly column: StructArrayColumn) {
    const { members } = column
    const keys = new KeyTable(members.length)
    for (const { field } of members) keys.addName(field.name)
    this.scanner = new KeyScanner(keys)
    this.states = new Uint8Array(members.length)
    this.marks = new Int32Array(members.length)
  }

  decode(bytes: Uint8Array, view: DataView, at: number, recordEnd: number, level: number): number {
    const { column } = this
    column.begin()
    at = skipBlanks(bytes, at + 1)
    if (bytes[at] !== 93) {
      for (let structs = 0; ; structs++) {
        at = this.decodeStruct(bytes, view, at, recordEnd, level + 2, structs)
        if (at < 0) return at
        at = skipBlanks(bytes, at)
        if (bytes[at] !== 44) break
        at = skipBlanks(bytes, at + 1)
      }
    }
    return bytes[at] === 93 && column.end() === 0 ? at + 1 : reason.refused
  }

  /** Reads the object at `at`, which comes after so many `structs` of the row. */
  private decodeStruct(
    bytes: Uint8Array,
    view: DataView,
    at: number,
    recordEnd: number,
    level: number,
    structs: number,
  ): number {
    if (bytes[at] !== 123) return reason.refused
    for (let id = 0; id < this.states.length; id++) this.states[id] = missing
    let previous = -1
    do {
      at = this.scanner.scanAfter(previous, bytes, view, skipBlanks(bytes, at + 1))
      previous = this.scanner.id
      if (at < 0 || previous < 0) return reason.refused
      at = skipBlanks(bytes, at)
      if (bytes[at] !== 58) return reason.refused
      at = this.decodeValue(bytes, view, skipBlanks(bytes, at + 1), recordEnd, level, structs, previous)
      if (at < 0) return at
      at = skipBlanks(bytes, at)
    } while (bytes[at] === 44)
    if (bytes[at] !== 125) return reason.refused
    for (let id = 0; id < this.states.length; id++) if (this.states[id] !== given) return reason.refused
    return at + 1
  }

  /** Of a member that comes twice the last value counts, also where an earlier one was not for it. */
  private decodeValue(
    bytes: Uint8Array,
    view: DataView,
    at: number,
    recordEnd: number,
    level: number,
    structs: number,
    id: number,
  ): number {
    const member = this.column.members[id]!
    if (this.states[id] === missing) this.marks[id] = member.mark()
    else member.takeBack(this.marks[id]!, structs)
    const next = decodeMember(bytes, view, at, recordEnd, member)
    this.states[id] = next < 0 ? unfit : given
    return next < 0 ? skipValue(bytes, view, at, level) : next
  }
}
