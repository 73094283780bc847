/** The raw form of a case's record: the vector's bytes as the value, the key as eight bytes, the other fields of the collection as headers. */
import type { RecordToProduce } from '../../servers/kafka-tools.ts'
import type { FieldSpec } from '../../servers/pymilvus.ts'
import type { Case } from './cases.ts'
import { Bytes, isList, isObject, jsonText, Num, type Value, type Values } from './values.ts'

/** undefined where it cannot be said, or where the case is about no field of the collection. */
export function rawRecord(
  id: number,
  { field, value: special }: Case,
  row: Values,
  fields: readonly FieldSpec[],
  vectorField: string,
): RecordToProduce | undefined {
  if (field === 'id' || !fields.some(({ name }) => name === field)) return undefined
  const spec = fields.find(({ name }) => name === vectorField)!
  const value = bytesOf(row[vectorField] ?? null, spec)
  if (value === undefined) return undefined
  const headers: { name: string; value: string | Uint8Array | null }[] = []
  for (const other of fields) {
    const held = row[other.name]
    if (other.name === vectorField || other.name === 'id' || held === undefined) continue
    const text = headerOf(held, other)
    if (text === undefined) return undefined
    headers.push({ name: other.name, value: text })
  }
  // A record without a value is a tombstone, not a row without a vector.
  if (field === vectorField && (special === null || special === undefined)) return undefined
  const key = Buffer.alloc(8)
  key.writeBigInt64BE(BigInt(id))
  return { key, value, headers }
}

function headerOf(value: Value, spec: FieldSpec): string | Uint8Array | null | undefined {
  if (value === null) return null
  if (spec.type.endsWith('_VECTOR')) return bytesOf(value, spec)
  if (value instanceof Bytes) return undefined
  switch (spec.type) {
    case 'VARCHAR':
    case 'GEOMETRY':
    case 'TIMESTAMPTZ':
      return typeof value === 'string' ? value : undefined
    case 'JSON':
    case 'ARRAY':
      return jsonText(value)
    default:
      return typeof value === 'string' ? value : jsonText(value)
  }
}

/** A vector as it lies in memory. */
function bytesOf(value: Value, { type }: FieldSpec): Uint8Array | undefined {
  if (value instanceof Bytes) return value.bytes
  if (type === 'FLOAT_VECTOR' && isList(value) && value.length > 0 && value.every((one) => one instanceof Num))
    return Bytes.ofFloats(...(value as readonly Num[]).map(({ number }) => number)).bytes
  if (type === 'SPARSE_FLOAT_VECTOR' && isObject(value)) return sparseBytes(value)
  return undefined
}

function sparseBytes(value: { readonly [index: string]: Value }): Uint8Array | undefined {
  const entries = Object.entries(value).sort(([one], [other]) => Number(one) - Number(other))
  if (!entries.every(([index, one]) => Number(index) < 2 ** 32 && one instanceof Num)) return undefined
  const view = new DataView(new ArrayBuffer(entries.length * 8))
  for (const [i, [index, one]] of entries.entries()) {
    view.setUint32(i * 8, Number(index), true)
    view.setFloat32(i * 8 + 4, (one as Num).number, true)
  }
  return new Uint8Array(view.buffer)
}
