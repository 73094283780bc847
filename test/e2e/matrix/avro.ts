/** Avro's types for values: those that a producer would take for the value alone, or one union for all of them. */
import { Bytes, isList, isObject, Num, Typed, type Value, type Values } from './values.ts'

/** undefined where Avro has no such value. `natural` is a value that the field should hold, for those that do not say their type. */
function typeOf(value: Value, natural: Value): unknown {
  if (value === null) return natural === null ? 'null' : ['null', typeOf(natural, null)]
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? 'long' : undefined
  if (typeof value === 'number') return Number.isInteger(value) ? 'long' : 'double'
  if (value instanceof Num) return value.kind
  if (value instanceof Bytes) return 'bytes'
  if (value instanceof Typed) return value.format === 'avro' ? value.schema : undefined
  if (isList(value)) {
    const items = unionOf(value, isList(natural) ? natural : [])
    return items && { type: 'array', items }
  }
  if (!isObject(value)) return undefined
  const types = Object.entries(value).map(([name, one]) => ({ name, type: typeOf(one, null) }))
  if (types.some(({ type }) => type === undefined)) return undefined
  const different = new Set(types.map(({ type }) => JSON.stringify(type))).size
  if (different === 1) return { type: 'map', values: types[0]!.type }
  return { type: 'record', name: `Object_${Bun.hash(JSON.stringify(types)).toString(36)}`, fields: types }
}

function unionOf(values: readonly Value[], natural: readonly Value[]): unknown {
  if (values.length === 0) return natural.length === 0 ? 'long' : unionOf(natural, [])
  const all = values.map((value) => typeOf(value, null))
  if (all.includes(undefined)) return undefined
  const types = new Map(all.map((type) => [JSON.stringify(type), type]))
  return types.size === 1 ? [...types.values()][0] : [...types.values()]
}

/** The schema of a record with exactly these fields. */
export function avroSchema(row: Values, natural: Values): string | undefined {
  const fields = Object.entries(row).map(([name, value]) => ({ name, type: typeOf(value, natural[name] ?? 0) }))
  if (fields.some(({ type }) => type === undefined)) return undefined
  return JSON.stringify({ type: 'record', name: 'Row', fields })
}

const scalars = ['null', 'boolean', 'long', 'double', 'bytes', 'string']
const list = { type: 'array', items: [...scalars, { type: 'array', items: scalars }, { type: 'map', values: scalars }] }
const map = { type: 'map', values: [...scalars, list, { type: 'map', values: scalars }] }
const anything = [...scalars, list, map]

/** One schema for all records: each field may hold anything. */
export function anyAvroSchema(names: readonly string[]): string {
  return JSON.stringify({ type: 'record', name: 'Row', fields: names.map((name) => ({ name, type: anything })) })
}

/** Whether the union of all kinds can hold it. */
export function isAnyAvro(value: Value): boolean {
  if (value === null || value instanceof Bytes || value instanceof Num) return true
  if (value instanceof Typed || typeOf(value, null) === undefined) return false
  return typeof value !== 'object' || (isList(value) ? value : Object.values(value)).every(isAnyAvro)
}
