import type { BoolColumn } from '../../columns/bool.ts'
import { typeName } from '../../columns/create.ts'
import { misfitError } from '../../columns/misfit.ts'
import type { TextualColumn } from '../../columns/textual.ts'
import { failure } from '../../errors/errors.ts'
import { DataType } from '../../milvus/schema.ts'
import { fits, isVector, wrongKind } from '../fields/fit.ts'
import { JsonText } from '../fields/json-text.ts'
import { putJson } from '../fields/put-json.ts'
import { putLong, putReal, takesNumbers } from '../fields/put-number.ts'
import type { Target } from '../fields/target.ts'
import { fault, inField, malformed, unfit } from '../fields/trouble.ts'
import { readZigzag, varint } from '../fields/varint.ts'
import { kindOf, typeOf } from './kinds.ts'
import { isoText } from './moments.ts'
import type { AvroSchema } from './schema.ts'
import { readBranch, readInt, readLength } from './skip.ts'
import type { TextCompiler } from './text.ts'
import { vectorReader } from './vectors.ts'

/** Reads the value at `at` into the open row of one column; returns the index after it, or a fault. */
export type Read = (bytes: Uint8Array, view: DataView, at: number, end: number) => number

/** Where values are written as JSON on their way into a column. */
const scratch = new JsonText()

/**
 * The reader of values of a type for a field: of its own for numbers, texts and vectors, by way of JSON text for the rest. What the field can never
 * take is refused when it comes, without a look at it.
 */
export function valueReader(schema: AvroSchema, target: Target, texts: TextCompiler): Read {
  const type = typeOf(schema)
  const { field } = target
  if (type.is === 'null') return nullReader(target)
  if (type.is === 'union') return unionReader(type.branches.map((branch) => valueReader(branch, target, texts)))
  const kind = kindOf(schema)!
  if (type.is === 'logical' && kind === 'integer' && takesText(field.type)) return momentReader(type.kind, target)
  if (!fits(kind, field)) return () => unfit(wrongKind(kind, field))
  const direct = isVector(field.type) ? vectorReader(schema, target) : directReader(schema, target)
  return direct ?? textReader(schema, target, texts)
}

/** Fields that take a date or a time as a text. */
function takesText(type: number): boolean {
  return type === DataType.VarChar || type === DataType.Timestamptz || type === DataType.Text
}

export function unionReader(branches: readonly Read[]): Read {
  return (bytes, view, at, end) => {
    const next = readBranch(bytes, at, end, branches.length)
    return next < 0 ? next : branches[varint.low]!(bytes, view, next, end)
  }
}

export function inOrder(reads: readonly Read[]): Read {
  return (bytes, view, at, end) => {
    for (let i = 0; i < reads.length && at >= 0; i++) at = reads[i]!(bytes, view, at, end)
    return at
  }
}

/** Of what others have to read. */
export const unseen: Read = () => fault.unseen

/** For a field that the record does not have. */
export function missingReader(target: Target): Read {
  return (_, __, at) => {
    const why = target.putMissing()
    return why < 0 ? why : at
  }
}

function nullReader(target: Target): Read {
  return (_, __, at) => {
    const why = target.putNull()
    return why < 0 ? why : at
  }
}

function directReader(schema: AvroSchema, target: Target): Read | undefined {
  const type = typeOf(schema)
  const { field } = target
  switch (type.is) {
    case 'int':
      return takesNumbers(field.type) ? longReader(target, readInt) : undefined
    case 'long':
      return takesNumbers(field.type) ? longReader(target, readZigzag) : undefined
    case 'float':
      return takesNumbers(field.type) ? realReader(target, 4) : undefined
    case 'double':
      return takesNumbers(field.type) ? realReader(target, 8) : undefined
    case 'boolean':
      return field.type === DataType.Bool ? booleanReader(target) : undefined
    case 'string':
      return field.type === DataType.VarChar ? stringReader(target) : undefined
    case 'enum':
      return field.type === DataType.VarChar ? enumReader(type.symbols, target) : undefined
    case 'logical':
      return type.kind === 'decimal' ? undefined : directReader(type.underlying, target)
    default:
      return undefined
  }
}

function longReader(target: Target, read: typeof readInt): Read {
  return (bytes, _, at, end) => {
    const next = read(bytes, at, end)
    if (next < 0) return next
    const why = putLong(target, varint.high, varint.low)
    return why < 0 ? why : next
  }
}

function realReader(target: Target, size: number): Read {
  return (_, view, at, end) => {
    if (end - at < size) return malformed(at)
    const why = putReal(target, size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true))
    return why < 0 ? why : at + size
  }
}

function booleanReader(target: Target): Read {
  return (bytes, _, at, end) => {
    if (at >= end || bytes[at]! > 1) return malformed(at)
    const column = target.column as BoolColumn
    column.put(bytes[at] === 1)
    return at + 1
  }
}

function stringReader(target: Target): Read {
  return (bytes, _, at, end) => {
    const next = readLength(bytes, at, end)
    if (next < 0) return next
    const to = varint.low
    const why = (target.column as TextualColumn).putUtf8(bytes, next, to)
    return why < 0 ? unfit(misfitError(target.field, why)) : to
  }
}

function enumReader(symbols: readonly string[], target: Target): Read {
  const texts = symbols.map((symbol) => new TextEncoder().encode(symbol))
  return (bytes, _, at, end) => {
    const next = readBranch(bytes, at, end, texts.length)
    if (next < 0) return next
    const text = texts[varint.low]!
    const why = (target.column as TextualColumn).putUtf8(text, 0, text.length)
    return why < 0 ? unfit(misfitError(target.field, why)) : next
  }
}

function momentReader(kind: string, target: Target): Read {
  return (bytes, _, at, end) => {
    const next = readZigzag(bytes, at, end)
    if (next < 0) return next
    const iso = isoText(kind, varint.high, varint.low)
    if (iso === undefined) return unfit(failure('FIELD_OUT_OF_RANGE', target.field.name, typeName(target.field.type)))
    scratch.clear()
    scratch.raw(`"${iso}"`)
    const why = putJson(scratch, target)
    return why < 0 ? why : next
  }
}

function textReader(schema: AvroSchema, target: Target, texts: TextCompiler): Read {
  const write = texts.write(schema)
  return (bytes, view, at, end) => {
    scratch.clear()
    const next = write(bytes, view, at, end, 0, scratch)
    if (next < 0) return inField(next, target.field.name)
    const why = putJson(scratch, target)
    return why < 0 ? why : next
  }
}
