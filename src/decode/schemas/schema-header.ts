/**
 * A schema's name in a header of its record: a byte 1 and the schema's GUID in 16 bytes, or a byte 0 and its id in four, big-endian; with Protobuf
 * the message's indexes behind it. Confluent's HeaderSchemaIdSerializer writes so, for values and keys.
 */
import type { Header } from '../../kafka/header.ts'
import type { SchemaId } from './schema-cache.ts'

export interface SchemaHeader {
  readonly bytes: Uint8Array
  readonly id: SchemaId
  /** Where the indexes begin. */
  readonly rest: number
}

const idBytes = 4
const guidBytes = 16

/** The header of a record's value or key; of several the last, undefined where there is none. */
export function schemaHeader(headers: readonly Header[], what: string): Uint8Array | undefined {
  const wanted = what === 'record key' ? '__key_schema_id' : '__value_schema_id'
  for (let i = headers.length - 1; i >= 0; i--) {
    const { name, value } = headers[i]!
    if (name === wanted && value !== null) return value
  }
  return undefined
}

/** `last` is what was read before, which is what comes again most of the time. undefined if it names no schema. */
export function readSchemaHeader(bytes: Uint8Array, last: SchemaHeader | undefined): SchemaHeader | undefined {
  if (last !== undefined && isSame(bytes, last.bytes)) return last
  const size = bytes[0] === 0 ? idBytes : bytes[0] === 1 ? guidBytes : -1
  const rest = 1 + size
  if (size < 0 || bytes.length < rest) return undefined
  const hex = Buffer.from(bytes.subarray(1, rest)).toString('hex')
  const id = size === idBytes ? Number.parseInt(hex, 16) : hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  return { bytes, id, rest }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  let same = one.length === other.length
  for (let i = 0; same && i < one.length; i++) same = one[i] === other[i]
  return same
}
