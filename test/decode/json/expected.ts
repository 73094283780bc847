import { type CollectionSchema, DataType, type Field } from '../../../src/milvus/schema.ts'
import { collection, field, key, varchar, vector } from '../../columns/schema.ts'
import { type Json, NumberText, plain, readJson } from './reference.ts'

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
      : cell instanceof JsonCell
        ? Bun.deepEquals(JSON.parse(String(is[i])), cell.value)
        : Array.isArray(cell)
          ? (is[i] as number[]).length === cell.length && cell.every((n, j) => Object.is((is[i] as number[])[j], n))
          : Object.is(is[i], cell),
  )
}

class Refusal {
  constructor(readonly code: string) {}
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
    case DataType.VarChar: {
      if (Array.isArray(value) || value instanceof Map) return new Refusal('FIELD_WRONG_KIND')
      const text = value instanceof NumberText ? value.text : String(value)
      const bytes = new TextEncoder().encode(text)
      return bytes.length > one.maxLengthBytes!
        ? new Refusal('VARCHAR_TOO_LONG')
        : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    }
    case DataType.Json:
      return new JsonCell(plain(value))
    default:
      return convertVector(value, one)
  }
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
