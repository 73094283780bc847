import { DataType, type Field } from '../../../src/milvus/schema.ts'
import { type Json, JsonObject, NumberText, readJson } from './reference.ts'
import { Refusal } from './refusal.ts'

/** What a JSON value should become in vectors that are no FLOAT_VECTOR, by the rules in words. Dense ones are their bytes. */

export function convertHalves(value: Json, one: Field): unknown {
  const toHalf = one.type === DataType.Float16Vector ? float16 : bfloat16
  return convertDense(
    value,
    one.dim!,
    one.dim! * 2,
    (text) => toHalf(Math.fround(Number(text))),
    (bytes) => {
      const exponent = one.type === DataType.Float16Vector ? 0x7c00 : 0x7f80
      const words = new Uint16Array(Uint8Array.from(bytes).buffer)
      return words.every((word) => (word & exponent) !== exponent)
    },
  )
}

export function convertBytes(value: Json, one: Field): unknown {
  const binary = one.type === DataType.BinaryVector
  const [elements, min, max] = binary ? [one.dim! / 8, 0, 255] : [one.dim!, -128, 127]
  const toByte = (text: string) => {
    const number = Number(text)
    return isWhole(text) && number >= min && number <= max ? [number & 255] : undefined
  }
  return convertDense(value, elements, elements, toByte, () => true)
}

function convertDense(
  value: Json,
  elements: number,
  rowBytes: number,
  toBytes: (text: string) => number[] | undefined,
  allFinite: (bytes: number[]) => boolean,
): unknown {
  let list: Json | undefined = value
  if (typeof value === 'string') {
    if (!/^[ \n\r\t]*\[/.test(value)) return convertBase64(value, rowBytes, allFinite)
    list = readJson(value)
  }
  if (!Array.isArray(list)) return new Refusal('FIELD_WRONG_KIND')
  if (list.length !== elements) return new Refusal('VECTOR_DIM_MISMATCH')
  const row: number[] = []
  for (const element of list) {
    if (!(element instanceof NumberText)) return new Refusal('VECTOR_NOT_NUMBERS')
    const bytes = toBytes(element.text)
    if (bytes === undefined) return new Refusal('VECTOR_OUT_OF_RANGE')
    row.push(...bytes)
  }
  return row
}

function convertBase64(text: string, rowBytes: number, allFinite: (bytes: number[]) => boolean): unknown {
  const padded = text.includes('=')
  const sound = /^[A-Za-z0-9+/_-]*={0,2}$/.test(text) && text.replace(/=+$/, '').length % 4 !== 1
  if (!sound || (padded && text.length % 4 !== 0)) return new Refusal('VECTOR_NOT_BASE64')
  const bytes = [...Buffer.from(text, 'base64')]
  if (bytes.length !== rowBytes) return new Refusal('VECTOR_BYTES_MISMATCH')
  return allFinite(bytes) ? bytes : new Refusal('VECTOR_NOT_FINITE')
}

function float16(float: number): number[] | undefined {
  const half = Math.f16round(float)
  return Number.isFinite(half) ? [...new Uint8Array(new Float16Array([half]).buffer)] : undefined
}

/** The nearer of the two bfloat16 beside it, the even one if both are as near. */
function bfloat16(float: number): number[] | undefined {
  if (!Number.isFinite(float)) return undefined
  const size = Math.abs(float)
  const below = new Uint32Array(new Float32Array([size]).buffer)[0]! >>> 16
  const numberOf = (bits: number) =>
    bits === 0x7f80 ? 2 ** 128 : new Float32Array(new Uint32Array([bits << 16]).buffer)[0]!
  const [down, up] = [size - numberOf(below), numberOf(below + 1) - size]
  const bits = down < up || (down === up && below % 2 === 0) ? below : below + 1
  const signed = bits | (float < 0 || Object.is(float, -0) ? 0x8000 : 0)
  return bits === 0x7f80 ? undefined : [signed & 255, signed >> 8]
}

/** Pairs in the order of their indexes. */
export class SparseCell {
  constructor(readonly pairs: readonly (readonly [number, number])[]) {}

  equals(is: unknown): boolean {
    const [mine, other] = [this.pairs.flat(), (is as [number, number][]).flat()]
    return mine.length === other.length && mine.every((number, i) => Object.is(number, other[i]))
  }
}

export function convertSparse(value: Json): unknown {
  const pairs = readPairs(value)
  if (pairs instanceof Refusal) return pairs
  const sorted = pairs.toSorted(([a], [b]) => a - b)
  if (sorted.some(([index], i) => i > 0 && index === sorted[i - 1]![0])) return new Refusal('SPARSE_INDEX_TWICE')
  return new SparseCell(sorted)
}

type Pair = readonly [number, number]

function readPairs(value: Json): Pair[] | Refusal {
  const pairs: Pair[] = []
  if (Array.isArray(value)) {
    for (const entry of value) {
      if (!Array.isArray(entry)) return new Refusal('FIELD_WRONG_KIND')
      const pair = pairOf(entry[0], entry.length === 1 ? undefined : entry[1], entry.length)
      if (pair instanceof Refusal) return pair
      pairs.push(pair)
    }
    return pairs
  }
  if (!(value instanceof JsonObject)) return new Refusal('FIELD_WRONG_KIND')
  const [first] = value.members
  if (first !== undefined && listNames.includes(first.written)) return readLists(value)
  for (const { written, value: number } of value.members) {
    if (!/^"(0|[1-9][0-9]*)"$/.test(written)) return new Refusal('SPARSE_INDEX_UNFIT')
    const pair = pairOf(new NumberText(written.slice(1, -1)), number, 2)
    if (pair instanceof Refusal) return pair
    pairs.push(pair)
  }
  return pairs
}

const listNames = ['"indices"', '"values"']

function readLists({ members }: JsonObject): Pair[] | Refusal {
  const lists = new Map<string, number[]>()
  for (const { written, value } of members) {
    if (!listNames.includes(written) || !Array.isArray(value)) return new Refusal('FIELD_WRONG_KIND')
    const whole = written === listNames[0]
    for (const element of value) {
      if (!(element instanceof NumberText) || (whole && !isInt64(element.text)))
        return new Refusal(whole ? 'SPARSE_INDEX_UNFIT' : 'SPARSE_VALUE_UNFIT')
    }
    lists.set(
      written,
      (value as NumberText[]).map(({ text }) => Number(text)),
    )
  }
  const [indices, values] = listNames.map((name) => lists.get(name))
  if (indices === undefined || values === undefined) return new Refusal('FIELD_WRONG_KIND')
  if (indices.length !== values.length) return new Refusal('SPARSE_LENGTHS_DIFFER')
  const pairs: Pair[] = []
  for (const [i, index] of indices.entries()) {
    const pair = checkedPair(index, values[i]!)
    if (pair instanceof Refusal) return pair
    pairs.push(pair)
  }
  return pairs
}

/** In the order in which a reader comes upon what is wrong. */
function pairOf(index: Json | undefined, value: Json | undefined, elements: number): Pair | Refusal {
  if (!(index instanceof NumberText) || !isInt64(index.text)) return new Refusal('SPARSE_INDEX_UNFIT')
  if (elements === 1) return new Refusal('FIELD_WRONG_KIND')
  if (!(value instanceof NumberText)) return new Refusal('SPARSE_VALUE_UNFIT')
  return elements > 2 ? new Refusal('FIELD_WRONG_KIND') : checkedPair(Number(index.text), Number(value.text))
}

function checkedPair(index: number, value: number): Pair | Refusal {
  if (!(index >= 0 && index <= 4_294_967_294)) return new Refusal('SPARSE_INDEX_UNFIT')
  const float = Math.fround(value)
  return value >= 0 && float < Infinity ? [Math.abs(index), float] : new Refusal('SPARSE_VALUE_UNFIT')
}

/** Whether a number as JSON writes it is whole, whatever its size. */
function isWhole(text: string): boolean {
  const [, whole, decimals = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)!
  const digits = `${whole}${decimals}`
  const zeros = /0*$/.exec(digits)![0].length
  return /^0*$/.test(digits) || Number(exponent) - decimals.length + zeros >= 0
}

function isInt64(text: string): boolean {
  return isWhole(text) && Math.abs(Number(text)) <= 2 ** 63
}
