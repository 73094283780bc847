import { columnFor, structMember } from '../../columns/create.ts'
import type { StructArrayColumn } from '../../columns/struct-array.ts'
import { typeName } from '../../columns/type-names.ts'
import { failure, type RedkiteError } from '../../errors/errors.ts'
import { DataType, type Field } from '../../milvus/schema.ts'
import { skipValue } from './skip.ts'
import { skipString } from './strings.ts'
import { decodeMember } from './struct-array.ts'
import { skipBlanks } from './whitespace.ts'

/** A value that does not fit, and what it was meant to be, under the name `chunks[3].text`. */
export interface Misfit {
  readonly at: number
  readonly field: Field
}

/** As much of an unknown member's name as a message takes. */
const nameCharsMax = 64

/** Why the array at `at`, which is sound JSON, was refused: the first struct that does not fit; if there is none, they are too many. */
export function findStructMisfit(bytes: Uint8Array, view: DataView, at: number, field: Field): Misfit | RedkiteError {
  const column = columnFor('', field, 0) as StructArrayColumn
  column.begin()
  let structs = 0
  let next = skipBlanks(bytes, at + 1)
  while (bytes[next] !== 93) {
    const place = `${field.name}[${structs}]`
    if (bytes[next] !== 123)
      return { at: next, field: { ...field, name: place, type: DataType.Struct, nullable: false } }
    const end = skipValue(bytes, view, next, 1)
    const found = misfitOfStruct(bytes, view, next, end, place, column)
    if (found !== undefined) return found
    structs++
    next = skipBlanks(bytes, end)
    if (bytes[next] === 44) next = skipBlanks(bytes, next + 1)
  }
  return failure('ARRAY_TOO_LONG', field.name, column.members[0]!.capacity, structs)
}

function misfitOfStruct(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
  place: string,
  { members }: StructArrayColumn,
): Misfit | RedkiteError | undefined {
  const values = readKeys(bytes, view, at)
  const names = members.map(({ field }) => field.name)
  const unknown = [...values.keys()].find((name) => !names.includes(name))
  if (unknown !== undefined)
    return failure('STRUCT_MEMBER_UNKNOWN', `${place}.${unknown.slice(0, nameCharsMax)}`, names.join(', '))
  for (const column of members) {
    const field = { ...structMember(column.field), name: `${place}.${column.field.name}` }
    const value = values.get(column.field.name)
    if (value === undefined) return failure('STRUCT_MEMBER_MISSING', field.name, typeName(field.type))
    if (decodeMember(bytes, view, value, end, column) < 0) return { at: value, field }
  }
  return undefined
}

/** The keys of the object at `at`, and where the last value of each is. */
function readKeys(bytes: Uint8Array, view: DataView, at: number): Map<string, number> {
  const values = new Map<string, number>()
  let next = skipBlanks(bytes, at + 1)
  while (bytes[next] !== 125) {
    const end = skipString(bytes, view, next + 1)
    const name: string = JSON.parse(new TextDecoder().decode(bytes.subarray(next, end)))
    const value = skipBlanks(bytes, skipBlanks(bytes, end) + 1)
    values.set(name, value)
    next = skipBlanks(bytes, skipValue(bytes, view, value, 1))
    if (bytes[next] === 44) next = skipBlanks(bytes, next + 1)
  }
  return values
}
