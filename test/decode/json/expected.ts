import { type CollectionSchema, DataType, type Field } from '../../../src/milvus/schema.ts'
import { collection, field, key, varchar, vector } from '../../columns/schema.ts'
import { convertBytes, convertHalves, convertSparse, SparseCell } from './expected-vectors.ts'
import { type Json, NumberText, plain, readJson } from './reference.ts'
import { Refusal } from './refusal.ts'

/** What a record should become, by the rules in words: slow, on trees, with BigInt. The fuzz test compares the scanner with it. */

export function fuzzSchema(dynamicField: boolean): CollectionSchema {
  return collection(
    [
      key('id'),
      varchar('title', 40),
      vector('v', 4),
      field('count', DataType.Int32, { nullable: true }),
      field('tiny', DataType.Int8),
      field('short', DataType.Int16, { hasDefault: true }),
      field('ok', DataType.Bool),
      field('ratio', DataType.Float),
      field('score', DataType.Double),
      field('extra', DataType.Json, { nullable: true }),
      varchar('note', 200, { nullable: true }),
    ],
    dynamicField,
  )
}

/** The types that are more than one number or text. */
export function typesSchema(): CollectionSchema {
  const array = (name: string, elementType: number, more: Partial<Field> = {}) =>
    field(name, DataType.Array, { elementType, maxCapacity: 5, ...more })
  return collection([
    key('id'),
    array('bools', DataType.Bool),
    array('tinies', DataType.Int8, { nullable: true }),
    array('longs', DataType.Int64),
    array('floats', DataType.Float),
    array('doubles', DataType.Double),
    array('words', DataType.VarChar, { maxLengthBytes: 24 }),
    field('f16', DataType.Float16Vector, { dim: 3 }),
    field('bf16', DataType.BFloat16Vector, { dim: 3, nullable: true }),
    field('bits', DataType.BinaryVector, { dim: 16 }),
    field('i8v', DataType.Int8Vector, { dim: 3 }),
    field('sparse', DataType.SparseFloatVector),
    field('time', DataType.Timestamptz, { nullable: true }),
    field('wkt', DataType.Geometry),
    field('text', DataType.Text),
  ])
}

/** A row as protobufjs shows it, or the code of the error. */
export function convertRecord(json: Json, schema: CollectionSchema): unknown[] | string {
  if (json === null) return 'RECORD_NULL'
  if (!(json instanceof Map)) return 'RECORD_NOT_OBJECT'
  const row: unknown[] = []
  for (const one of schema.fields) {
    const optional = one.nullable || one.hasDefault
    const value = json.get(one.name)
    if (optional && (value === undefined || value === null)) row.push(null)
    else if (value === undefined) return 'FIELD_MISSING'
    else if (value === null) return 'FIELD_NULL'
    else {
      const cell = convert(value, one)
      if (cell instanceof Refusal) return cell.code
      row.push(cell)
    }
  }
  if (!schema.dynamicField) return row
  if (json.has('$meta')) return 'DYNAMIC_KEY_RESERVED'
  const rest = [...json].filter(([name]) => !schema.fields.some((one) => one.name === name))
  row.push(new DynamicCell(plain(new Map(rest.map(([name, value]) => [name.toWellFormed(), value])))))
  return row
}

export function isRow(expected: unknown): expected is unknown[] {
  return Array.isArray(expected)
}

export function sameRow(is: readonly unknown[], should: readonly unknown[]): boolean {
  return should.every((cell, i) =>
    cell instanceof DynamicCell
      ? Bun.deepEquals(wellFormedNames(JSON.parse(String(is[i]))), cell.value)
      : cell instanceof SparseCell
        ? cell.equals(is[i])
        : cell instanceof JsonCell
          ? Bun.deepEquals(JSON.parse(String(is[i])), cell.value)
          : Array.isArray(cell)
            ? (is[i] as number[]).length === cell.length && cell.every((n, j) => Object.is((is[i] as number[])[j], n))
            : Object.is(is[i], cell),
  )
}

class JsonCell {
  constructor(readonly value: unknown) {}
}

/** Names that differ only in a lone surrogate are one in UTF-8, which has none: each is U+FFFD there, and the last value stays. */
class DynamicCell {
  constructor(readonly value: unknown) {}
}

function wellFormedNames(object: object): object {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name.toWellFormed(), value]))
}

const bits: Record<number, bigint> = {
  [DataType.Int8]: 8n,
  [DataType.Int16]: 16n,
  [DataType.Int32]: 32n,
  [DataType.Int64]: 64n,
}

function convert(value: Exclude<Json, null>, one: Field): unknown {
  switch (one.type) {
    case DataType.Int8:
    case DataType.Int16:
    case DataType.Int32:
    case DataType.Int64:
      return convertWhole(value, one)
    case DataType.Float:
    case DataType.Double: {
      const text = numberText(value)
      if (text === undefined) return new Refusal('FIELD_WRONG_KIND')
      const number = one.type === DataType.Float ? Math.fround(Number(text)) : Number(text)
      return Number.isFinite(number) ? number : new Refusal('FIELD_OUT_OF_RANGE')
    }
    case DataType.Bool:
      if (typeof value === 'boolean') return value
      if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true'
      return new Refusal('FIELD_WRONG_KIND')
    case DataType.Text:
    case DataType.VarChar: {
      if (Array.isArray(value) || value instanceof Map) return new Refusal('FIELD_WRONG_KIND')
      const text = value instanceof NumberText ? value.text : String(value)
      const bytes = new TextEncoder().encode(text)
      return bytes.length > (one.maxLengthBytes ?? Infinity)
        ? new Refusal('VARCHAR_TOO_LONG')
        : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    }
    case DataType.Json:
      return new JsonCell(plain(value))
    case DataType.Geometry:
      return typeof value === 'string' ? value.toWellFormed() : new Refusal('FIELD_WRONG_KIND')
    case DataType.Timestamptz:
      return typeof value === 'string' ? convertTimestamp(value) : new Refusal('FIELD_WRONG_KIND')
    case DataType.Array:
      return convertArray(value, one)
    case DataType.Float16Vector:
    case DataType.BFloat16Vector:
      return convertHalves(value, one)
    case DataType.BinaryVector:
    case DataType.Int8Vector:
      return convertBytes(value, one)
    case DataType.SparseFloatVector:
      return convertSparse(value)
    default:
      return convertVector(value, one)
  }
}

function convertArray(value: Json, one: Field): unknown {
  if (!Array.isArray(value)) return new Refusal('FIELD_WRONG_KIND')
  const row: unknown[] = []
  for (const element of value) {
    const cell = element === null ? new Refusal('FIELD_NULL') : convert(element, { ...one, type: one.elementType! })
    if (cell instanceof Refusal) return cell
    row.push(cell)
  }
  return row.length > one.maxCapacity! ? new Refusal('ARRAY_TOO_LONG') : row
}

function convertTimestamp(text: string): unknown {
  const parts = /^(\d{4}-\d\d-\d\d)[T t](\d\d):(\d\d):(\d\d)(\.\d{1,9})?(?:[Zz]|[+-](\d\d):(\d\d))?$/.exec(text)
  if (parts === null) return new Refusal('TIMESTAMP_UNFIT')
  const [, date, hour, minute, second, , offsetHour = '0', offsetMinute = '0'] = parts
  const day = new Date(`${date}T00:00:00Z`)
  const sound = date !== undefined && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date)
  const within =
    [hour, offsetHour].every((h) => Number(h) < 24) && [minute, second, offsetMinute].every((m) => Number(m) < 60)
  if (!sound || !within || date.startsWith('0000')) return new Refusal('TIMESTAMP_UNFIT')
  return `${date}T${text.slice(11).replace('z', 'Z')}`
}

function convertWhole(value: Json, one: Field): unknown {
  const text = numberText(value)
  if (text === undefined) return new Refusal('FIELD_WRONG_KIND')
  const [, sign, whole, , decimals = '', exponent = '0'] = /^(-?)(\d+)(\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)!
  const digits = (whole! + decimals).replace(/^0+/, '')
  const zeros = Number(exponent) - decimals.length
  const significant = digits.replace(/0+$/, '')
  const shift = zeros + digits.length - significant.length
  if (significant === '') return one.type === DataType.Int64 ? '0' : 0
  if (shift < 0)
    return new Refusal(
      Math.abs(Number(text)) < 2 ** 53 && !Number.isInteger(Number(text)) ? 'FIELD_NOT_WHOLE' : 'FIELD_OUT_OF_RANGE',
    )
  if (shift > 30) return new Refusal('FIELD_OUT_OF_RANGE')
  const number = BigInt(sign + significant) * 10n ** BigInt(shift)
  if (BigInt.asIntN(Number(bits[one.type]), number) !== number) return new Refusal('FIELD_OUT_OF_RANGE')
  return one.type === DataType.Int64 ? String(number) : Number(number)
}

function convertVector(value: Json, one: Field): unknown {
  let list: Json | undefined = value
  if (typeof value === 'string') list = readJson(value.trim())
  if (!Array.isArray(list)) return new Refusal('FIELD_WRONG_KIND')
  if (list.length !== one.dim) return new Refusal('VECTOR_DIM_MISMATCH')
  const numbers = list.map((element) => (element instanceof NumberText ? Math.fround(Number(element.text)) : undefined))
  for (const number of numbers) {
    if (number === undefined) return new Refusal('VECTOR_NOT_NUMBERS')
    if (!Number.isFinite(number)) return new Refusal('VECTOR_OUT_OF_RANGE')
  }
  return numbers
}

/** The digits of a number, or of a string that is one. */
function numberText(value: Json): string | undefined {
  if (value instanceof NumberText) return value.text
  if (typeof value !== 'string' || !/^-?\d/.test(value) || value !== value.trim()) return undefined
  const inner = readJson(value)
  return inner instanceof NumberText ? inner.text : undefined
}
