import avro from 'avsc'
import { Logical } from '../../../src/decode/avro/schema.ts'
import { type CollectionSchema, DataType } from '../../../src/milvus/schema.ts'
import { sparseJson } from '../fields/sparse-bytes.ts'

/** Longs of 64 bits, where avsc's own refuse what a JavaScript number does not hold. */
const bigLong = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(value)
    return bytes
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (one: bigint, other: bigint) => (one < other ? -1 : one > other ? 1 : 0),
})

interface Tap {
  readonly pos: number
  readLong(): number
  readString(): string
  isValid(): boolean
}

interface Readable {
  _read(tap: Tap): unknown
}

/**
 * avsc looks only behind a record whether it has come too far, so that a broken count has it read zeros, or items of no bytes, by the thousand
 * million. Here arrays and maps end with the record, and with more of nothing than the plan writes. It also passes over a block's size, which may be false
 * in a broken record: who skips the block, as the plan and Java's reader do, comes out elsewhere than who reads it, and no reading is the right one.
 */
function readItems(tap: Tap, item: () => void): void {
  for (let all = 0; ; ) {
    let count = tap.readLong()
    if (count === 0) return
    const size = count < 0 ? tap.readLong() : undefined
    const start = tap.pos
    count = Math.abs(count)
    for (; count > 0; count--) {
      item()
      if (!tap.isValid() || ++all > 100_000) throw new Error('no such record')
    }
    if (size !== undefined && tap.pos !== start + size) throw new Error('not the size of the block')
  }
}

class BoundedArray extends avro.types.ArrayType {
  _read(tap: Tap): unknown[] {
    const items: unknown[] = []
    readItems(tap, () => items.push((this.itemsType as unknown as Readable)._read(tap)))
    return items
  }
}

class BoundedMap extends avro.types.MapType {
  _read(tap: Tap): Record<string, unknown> {
    const { valuesType } = this as unknown as { valuesType: Readable }
    const values: Record<string, unknown> = {}
    readItems(tap, () => {
      const key = tap.readString()
      values[key] = valuesType._read(tap)
    })
    return values
  }
}

function bounded(schema: unknown, options: never): avro.Type | undefined {
  const kind = (schema as { type?: unknown } | null)?.type
  if (kind === 'array') return new BoundedArray(schema as never, options)
  return kind === 'map' ? new BoundedMap(schema as never, options) : undefined
}

export function referenceType(schema: string): avro.Type {
  const options = {
    wrapUnions: true,
    registry: { long: bigLong },
    logicalTypes: { decimal: Logical },
    typeHook: bounded,
  }
  return avro.Type.forSchema(JSON.parse(schema), options as never)
}

/**
 * A record as avsc reads it, written as JSON; undefined if it does not take it, or if JSON has no word for what it holds. avsc does not check that
 * texts are UTF-8, nor that a boolean is 0 or 1.
 */
export function avscJson(type: avro.Type, record: Uint8Array, schema: CollectionSchema): string | undefined {
  try {
    const value = type.fromBuffer(Buffer.from(record))
    const members = (type as avro.types.RecordType).fields.map(
      ({ name, type: of }) => `${JSON.stringify(name)}:${json(of, value[name], wishOf(name, schema))}`,
    )
    return `{${members.join(',')}}`
  } catch {
    return undefined
  }
}

/**
 * How a field wants what others have in another way: bytes as float32 numbers, or as a sparse vector; a float as the double it is, not in its shortest form; a
 * whole number of a real type with all its digits.
 */
interface Wish {
  readonly floats?: boolean
  readonly sparse?: boolean
  readonly widened?: boolean
  readonly exact?: boolean
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the schema says
export function json(type: avro.Type, value: any, wish: Wish = {}): string {
  const name = type.typeName as string
  if (type instanceof avro.types.LogicalType) {
    if (name === 'logical:decimal') return decimal(value, (type as unknown as { scale: number }).scale)
    return json(type.underlyingType, value)
  }
  if (name.startsWith('union')) {
    if (value === null) return 'null'
    const [branch] = Object.keys(value)
    const of = (type as avro.types.WrappedUnionType).types.find((one) => one.branchName === branch)!
    return json(of, value[branch!], wish)
  }
  if (type instanceof avro.types.RecordType)
    return `{${type.fields.map((field) => `${JSON.stringify(field.name)}:${json(field.type, value[field.name])}`).join(',')}}`
  if (type instanceof avro.types.ArrayType)
    return `[${(value as unknown[]).map((item) => json(type.itemsType, item)).join(',')}]`
  if (type instanceof avro.types.MapType) {
    const of = (type as unknown as { valuesType: avro.Type }).valuesType
    return `{${Object.entries(value)
      .map(([key, one]) => `${JSON.stringify(key)}:${json(of, one)}`)
      .join(',')}}`
  }
  if (value instanceof Uint8Array) {
    const sparse = wish.sparse === true ? sparseJson(value) : undefined
    if (sparse !== undefined) return sparse
    if (wish.floats !== true || value.length % 4 !== 0) return JSON.stringify(Buffer.from(value).toString('base64'))
    return `[${[...new Float32Array(Uint8Array.from(value).buffer)].map((one) => number(one)).join(',')}]`
  }
  if (wish.exact === true && Number.isInteger(value)) return String(BigInt(value))
  if (name === 'float' && wish.widened !== true) return short(value)
  if (typeof value === 'bigint') return String(value)
  return name === 'float' || name === 'double' ? number(value) : JSON.stringify(value)
}

function wishOf(name: string, { fields }: CollectionSchema): Wish {
  const type = fields.find((one) => one.name === name)?.type
  return {
    floats: type === DataType.FloatVector,
    sparse: type === DataType.SparseFloatVector,
    widened: type === DataType.Double,
    exact: type === DataType.Int64,
  }
}

/** The fewest digits that are this float32 again. Numbers below the normal ones have few; of those six are always written. */
function short(value: number): string {
  // toPrecision() loses the sign of a zero.
  if (value === 0) return number(value)
  for (let digits = Math.abs(value) < 2 ** -126 ? 6 : 1; ; digits++) {
    const text = number(Number(value.toPrecision(digits)))
    if (Math.fround(Number(text)) === value) return text
  }
}

function number(value: number): string {
  // JSON.stringify would make null of it, and null is taken by fields that take null.
  if (!Number.isFinite(value)) throw new Error('JSON has no such number')
  const text = Object.is(value, -0) ? '-0' : String(value)
  // A whole number of a real type keeps its fraction, as Java writes it.
  return /[.e]/.test(text) ? text : `${text}.0`
}

function decimal(bytes: Uint8Array, scale: number): string {
  let unscaled = 0n
  for (const byte of bytes) unscaled = unscaled * 256n + BigInt(byte)
  if (bytes.length > 0 && bytes[0]! > 127) unscaled -= 256n ** BigInt(bytes.length)
  return `${unscaled}e-${scale}`
}
