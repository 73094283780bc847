import protobuf from 'protobufjs'
import { type CollectionSchema, DataType } from '../../../src/milvus/schema.ts'
import { sparseJson } from '../fields/sparse-bytes.ts'

/** A message as protobufjs reads it, written as JSON by docs/formats.md; undefined if it does not take it, or if JSON has no word for what it holds. */
export function protobufjsJson(type: protobuf.Type, record: Uint8Array, schema?: CollectionSchema): string | undefined {
  try {
    const vectors = schema?.fields.filter((one) => one.type === DataType.FloatVector).map((one) => one.name)
    const lists = schema?.fields.filter((one) => one.type >= 100).map((one) => one.name)
    const reals = schema?.fields.filter((one) => one.type === DataType.Double).map((one) => one.name)
    const sparse = schema?.fields.filter((one) => one.type === DataType.SparseFloatVector).map((one) => one.name)
    const numbers = schema?.fields.filter((one) => one.type > DataType.Bool && one.type <= DataType.Double)
    const longs = schema?.fields.filter((one) => one.type === DataType.Int64).map((one) => one.name)
    return message(type, type.decode(record), {
      vectors: vectors ?? [],
      lists: lists ?? [],
      reals: reals ?? [],
      longs: longs ?? [],
      sparse: sparse ?? [],
      numbers: (numbers ?? []).map((one) => one.name),
    })
  } catch {
    return undefined
  }
}

/** Fields of the row that take what they get in another way: bytes as float32, nothing for an empty list, floats as doubles. */
interface Wishes {
  readonly vectors: readonly string[]
  readonly lists: readonly string[]
  readonly reals: readonly string[]
  /** Take a whole number of a real type with all its digits. */
  readonly longs: readonly string[]
  readonly sparse: readonly string[]
  /** A Timestamp for these is milliseconds. */
  readonly numbers: readonly string[]
}

const noWishes: Wishes = { vectors: [], lists: [], reals: [], longs: [], sparse: [], numbers: [] }

// biome-ignore lint/suspicious/noExplicitAny: a message has the members that its type says
function message(type: protobuf.Type, value: any, wishes: Wishes = noWishes): string {
  if (type.fullName === '.google.protobuf.Timestamp') return timestamp(value)
  if (type.fullName.startsWith('.google.protobuf.')) {
    const field = type.fieldsArray[0]!
    return one(field, value[field.name], false)
  }
  const members: string[] = []
  for (const field of type.fieldsArray) {
    const { name, partOf } = field.resolve()
    let here = Object.hasOwn(value, name) && value[name] !== null
    if (partOf !== null && partOf.fieldsArray.length > 1 && value[partOf.name] !== name) here = false
    const isMessage = field.resolvedType instanceof protobuf.Type
    if (!here && !field.repeated && !field.map && (field.hasPresence || isMessage)) continue
    const member = value[name]
    let json: string
    if (field instanceof protobuf.MapField) {
      const entries = Object.entries(member ?? {}).map(
        ([key, of]) => `${JSON.stringify(mapKey(field, key))}:${one(field, of, false)}`,
      )
      json = `{${entries.join(',')}}`
    } else if (field.repeated) {
      const list = (member ?? []) as unknown[]
      const isNumeric = field.type in protobuf.types.packed && field.type !== 'bool'
      if (list.length === 0 && isNumeric && wishes.lists.includes(name) && !wishes.sparse.includes(name)) continue
      json = `[${list.map((of) => one(field, of, false)).join(',')}]`
    } else if (field.type === 'bytes' && wishes.lists.includes(name) && member.length === 0) {
      continue
    } else if (field.type === 'bytes' && wishes.vectors.includes(name) && member.length % 4 === 0) {
      json = `[${[...new Float32Array(Uint8Array.from(member as Uint8Array).buffer)].map(number).join(',')}]`
    } else if (field.type === 'bytes' && wishes.sparse.includes(name)) {
      json = sparseJson(Uint8Array.from(member as Uint8Array)) ?? one(field, member, false)
    } else if (wishes.numbers.includes(name) && field.resolvedType?.fullName === '.google.protobuf.Timestamp') {
      json = String(Date.parse(JSON.parse(timestamp(member))))
    } else if (wishes.longs.includes(name) && isReal(field.type) && Number.isInteger(member)) {
      json = String(BigInt(member))
    } else json = one(field, member, wishes.reals.includes(name))
    members.push(`${JSON.stringify(name)}:${json}`)
  }
  return `{${members.join(',')}}`
}

// biome-ignore lint/suspicious/noExplicitAny: of the field's type
function one(field: protobuf.FieldBase, value: any, widened: boolean): string {
  const of = field.resolvedType
  if (of instanceof protobuf.Type) return message(of, value)
  if (of instanceof protobuf.Enum) return JSON.stringify(of.valuesById[value] ?? value)
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'))
  if (typeof value === 'object' && 'unsigned' in value) return value.toString()
  if (typeof value !== 'number') return Array.isArray(value) ? '""' : JSON.stringify(value)
  if (field.type === 'float' && !widened) return short(value)
  return isReal(field.type) ? number(value) : String(value)
}

const isReal = (type: string): boolean => type === 'float' || type === 'double'

function timestamp(value: { seconds: { toNumber(): number } | number; nanos: number }): string {
  const seconds = typeof value.seconds === 'number' ? value.seconds : value.seconds.toNumber()
  if (value.nanos < 0 || value.nanos >= 1e9) throw new Error('no such time')
  const year = new Date(seconds * 1e3).getUTCFullYear()
  if (!(year >= 0 && year <= 9999)) throw new Error('no such year')
  const fraction = value.nanos === 0 ? '' : `.${String(value.nanos).padStart(9, '0').replace(/0+$/, '')}`
  return `"${new Date(seconds * 1e3).toISOString().slice(0, 19)}${fraction}Z"`
}

/** protobufjs keeps keys of 64 bits as eight characters. */
function mapKey(field: protobuf.MapField, key: string): string {
  if (!/64$/.test(field.keyType)) return key
  return protobuf.util.longFromHash(key, field.keyType.startsWith('u')).toString()
}

function number(value: number): string {
  if (!Number.isFinite(value)) throw new Error('JSON has no such number')
  const text = Object.is(value, -0) ? '-0' : String(value)
  // A whole number of a real type keeps its fraction, as Java writes it.
  return /[.e]/.test(text) ? text : `${text}.0`
}

function short(value: number): string {
  // toPrecision() loses the sign of a zero.
  if (value === 0) return number(value)
  for (let digits = Math.abs(value) < 2 ** -126 ? 6 : 1; ; digits++) {
    const text = number(Number(value.toPrecision(digits)))
    if (Math.fround(Number(text)) === value) return text
  }
}
