/**
 * The answer to a query, read in place: rows are hashed from the bytes that Milvus sent, as `row-hash.ts` hashes those that redkite would send,
 * with no object a row. A million rows of 768 numbers are three gigabytes.
 */
import { dynamicFieldName } from '../columns/create.ts'
import { readStatus, type Status, success } from '../milvus/answer.ts'
import { memberName } from '../milvus/member-name.ts'
import { DataType } from '../milvus/schema.ts'
import { WireReader } from '../milvus/wire-reader.ts'
import { addArray } from './array-values.ts'
import { canonicalText } from './canonical-text.ts'
import type { Hash64 } from './hash64.ts'
import { addCanonical, nullWord } from './row-hash.ts'
import { addVectorArray, inOrderOfNames } from './struct-values.ts'

/** Field numbers of QueryResults, FieldData and ScalarField. */
const results = { status: 1, fieldsData: 2 } as const
const fieldData = { type: 1, name: 2, scalars: 3, vectors: 4, isDynamic: 6, validData: 7, structs: 8 } as const
const vectorField = {
  dim: 1,
  floatVector: 2,
  binary: 3,
  float16: 4,
  bfloat16: 5,
  sparse: 6,
  int8: 7,
  array: 8,
} as const

export interface ResultPage {
  readonly status: Status
  /** By field name; the dynamic field is `$meta` whatever the server calls it. */
  readonly columns: ReadonlyMap<string, ResultColumn>
  readonly bytes: number
}

export function readResultPage(bytes: Uint8Array): ResultPage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const columns = new Map<string, ResultColumn>()
  let status = success
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.field === results.status) status = readStatus(reader.message())
    else if (reader.field === results.fieldsData) {
      const { name, column } = readColumn(reader.message(), bytes, view)
      columns.set(name, column)
    }
  }
  return { status, columns, bytes: bytes.length }
}

/** The values of one field: `spans` has where each row's lies, in pairs of start and end; a null is an empty span. */
export class ResultColumn {
  constructor(
    readonly bytes: Uint8Array,
    readonly view: DataView,
    readonly rows: number,
    readonly spans: Int32Array,
  ) {}

  isNull(row: number): boolean {
    return this.spans[2 * row] === this.spans[2 * row + 1]
  }

  addTo(hash: Hash64, row: number, type: number): void {
    const from = this.spans[2 * row]!
    const to = this.spans[2 * row + 1]!
    const canonical = canonicalText(type)
    if (from === to) hash.addWord(nullWord)
    else if (canonical !== undefined) addCanonical(this.text(row), canonical, hash)
    else if (type === DataType.Array) addArray(this.bytes, this.view, from, to, hash)
    else if (type === DataType.ArrayOfVector) addVectorArray(this.bytes, this.view, from, to, hash)
    else hash.addBytes(this.view, from, to)
  }

  hashKey(hash: Hash64, row: number): void {
    hash.begin()
    hash.addBytes(this.view, this.spans[2 * row]!, this.spans[2 * row + 1]!)
    hash.end()
  }

  /** An INT64's value. */
  int64(row: number): bigint {
    let value = 0n
    for (let at = this.spans[2 * row]!, shift = 0n; at < this.spans[2 * row + 1]!; at++, shift += 7n) {
      value |= BigInt(this.bytes[at]! & 127) << shift
    }
    return BigInt.asIntN(64, value)
  }

  /** The bytes of a text, behind its tag and length. */
  text(row: number): Uint8Array {
    let at = this.spans[2 * row]! + 1
    while (this.bytes[at++]! >= 128);
    return this.bytes.subarray(at, this.spans[2 * row + 1]!)
  }
}

/** Of a field of structs: its rows lie in its members' arrays. */
class StructResultColumn extends ResultColumn {
  constructor(
    bytes: Uint8Array,
    view: DataView,
    readonly members: readonly NamedColumn[],
  ) {
    super(bytes, view, members[0]?.column.rows ?? 0, new Int32Array(0))
  }

  override isNull(row: number): boolean {
    return this.members.every(({ column }) => column.isNull(row))
  }

  override addTo(hash: Hash64, row: number): void {
    for (const { column, type } of this.members) column.addTo(hash, row, type)
  }
}

interface NamedColumn {
  readonly name: string
  readonly type: number
  readonly column: ResultColumn
}

function readColumn(reader: WireReader, bytes: Uint8Array, view: DataView): NamedColumn {
  let name = ''
  let type = 0
  let members: NamedColumn[] | undefined
  let isDynamic = false
  let spans: number[] = []
  const valid: number[] = []
  while (reader.next()) {
    if (reader.field === fieldData.name) name = reader.text()
    else if (reader.field === fieldData.type) type = reader.value
    else if (reader.field === fieldData.structs) members = readMembers(reader.message(), bytes, view)
    else if (reader.field === fieldData.isDynamic) isDynamic = reader.value !== 0
    else if (reader.field === fieldData.scalars) spans = scalarSpans(reader.message())
    else if (reader.field === fieldData.vectors) spans = vectorSpans(reader.message())
    else if (reader.field === fieldData.validData) {
      for (let at = reader.start; at < reader.end; at++) valid.push(bytes[at]!)
    }
  }
  if (valid.length > 0) spans = spread(spans, valid)
  const column =
    members === undefined
      ? new ResultColumn(bytes, view, spans.length / 2, Int32Array.from(spans))
      : new StructResultColumn(
          bytes,
          view,
          inOrderOfNames(members, (member) => memberName(name, member.name)),
        )
  return { name: isDynamic ? dynamicFieldName : name, type, column }
}

/** Of a StructArrayField, which is a FieldData a member. */
function readMembers(reader: WireReader, bytes: Uint8Array, view: DataView): NamedColumn[] {
  const members: NamedColumn[] = []
  while (reader.next()) members.push(readColumn(reader.message(), bytes, view))
  return members
}

/** Milvus sends placeholders for nulls, or only what is not null: the number of values tells which. */
function spread(spans: readonly number[], valid: readonly number[]): number[] {
  const compact = spans.length / 2 !== valid.length
  let next = 0
  return valid.flatMap((is, row) => {
    if (is === 0) return [0, 0]
    const from = 2 * (compact ? next++ : row)
    return [spans[from]!, spans[from + 1]!]
  })
}

/** Members of `ScalarField.data` by how their list holds values. */
const varintLists: ReadonlySet<number> = new Set([1, 2, 3])
const floatList = 4
const doubleList = 5

function scalarSpans(reader: WireReader): number[] {
  const spans: number[] = []
  while (reader.next()) {
    const member = reader.field
    const list = reader.message()
    while (list.next()) {
      if (varintLists.has(member)) addVarints(list, spans)
      else if (member === floatList) addFixed(list.start, list.end, 4, spans)
      else if (member === doubleList) addFixed(list.start, list.end, 8, spans)
      // An ArrayArray says beside its rows what type their elements are.
      else if (list.field === 1) spans.push(list.tagStart, list.end)
    }
  }
  return spans
}

function addVarints({ bytes, start, end }: WireReader, spans: number[]): void {
  for (let at = start, from = at; at < end; at++) {
    if (bytes[at]! >= 128) continue
    spans.push(from, at + 1)
    from = at + 1
  }
}

function addFixed(start: number, end: number, size: number, spans: number[]): void {
  for (let at = start; at < end; at += size) spans.push(at, at + size)
}

function vectorSpans(reader: WireReader): number[] {
  const spans: number[] = []
  let dim = 0
  let values: { start: number; end: number; numberBytes: number } | undefined
  while (reader.next()) {
    const { field, start, end } = reader
    if (field === vectorField.dim) dim = reader.value
    else if (field === vectorField.floatVector) {
      const list = reader.message()
      while (list.next()) values = { start: list.start, end: list.end, numberBytes: 4 }
    } else if (field === vectorField.array) {
      const list = reader.message()
      while (list.next()) if (list.field === 2) spans.push(list.tagStart, list.end)
    } else if (field === vectorField.sparse) {
      const list = reader.message()
      while (list.next()) if (list.field === 1) spans.push(list.tagStart, list.end)
    } else if (field === vectorField.binary) values = { start, end, numberBytes: 1 / 8 }
    else if (field === vectorField.int8) values = { start, end, numberBytes: 1 }
    else if (field === vectorField.float16 || field === vectorField.bfloat16) values = { start, end, numberBytes: 2 }
  }
  if (values !== undefined && dim > 0) addFixed(values.start, values.end, dim * values.numberBytes, spans)
  return spans
}
