import type { ColumnBatch } from '../../src/columns/batch.ts'
import type { Int64Column } from '../../src/columns/int64.ts'
import type { RowDecoder } from '../../src/decode/decoder.ts'
import { nothingIgnored } from '../../src/decode/ignored-names.ts'
import { failure, type RedkiteError } from '../../src/errors/errors.ts'
import { type CollectionSchema, DataType, plainField } from '../../src/milvus/schema.ts'
import type { KeyReader } from '../../src/sink/keys.ts'

/** Two INT64 fields: the key, and the version that tells which write was the last. */
const key = plainField('key', DataType.Int64, { primaryKey: true })
export const simulatedSchema: CollectionSchema = {
  collection: 'simulated',
  fields: [key, plainField('version', DataType.Int64)],
  primaryKey: key,
  dynamicField: false,
}

export const recordBytes = 9

/** A record's value is 9 bytes: key, version, poison. */
export function writeRecord(bytes: Uint8Array, at: number, key: number, version: number, poison: boolean): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  view.setUint32(at, key)
  view.setUint32(at + 4, version)
  bytes[at + 8] = poison ? 1 : 0
  return at + recordBytes
}

export const simulatedDecoder: RowDecoder = {
  decode(bytes: Uint8Array, start: number, _end: number, batch: ColumnBatch): number {
    if (bytes[start + 8] === 1) return -1
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    ;(batch.fields[0] as Int64Column).put(0, view.getUint32(start) | 0)
    ;(batch.fields[1] as Int64Column).put(0, view.getUint32(start + 4) | 0)
    batch.commit()
    return 0
  },
  failure: (): RedkiteError => failure('RECORD_NOT_JSON', 0, recordBytes),
  ignoredNames: () => nothingIgnored,
}

/** A record's key is four bytes. */
export function writeKey(bytes: Uint8Array, at: number, key: number): number {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(at, key)
  return at + 4
}

export const simulatedKeyReader: KeyReader = {
  put(bytes, start, _end, column) {
    ;(column as Int64Column).put(0, new DataView(bytes.buffer, bytes.byteOffset).getUint32(start) | 0)
    return 0
  },
  failure: (): RedkiteError => failure('KEY_ABSENT', 'key'),
}

/** The keys of a Delete message, out of its expression. */
export function decodeDelete(message: Uint8Array): number[] {
  for (const field of fields(message)) {
    // expr
    if (field.number !== 5) continue
    const list = /^key in \[([0-9,]+)\]$/.exec(new TextDecoder().decode(field.bytes))
    if (list === null) throw new Error('a delete whose expression is not what it should be')
    return list[1]!.split(',').map(Number)
  }
  throw new Error('a delete without an expression')
}

/** Key and version of each row of an Insert or Upsert message, read back from its bytes. */
export function decodeRows(message: Uint8Array): [key: number, version: number][] {
  const columns: number[][] = []
  for (const field of fields(message)) {
    // fields_data
    if (field.number !== 5) continue
    for (const part of fields(field.bytes)) {
      // FieldData.scalars → ScalarField.long_data → LongArray.data
      if (part.number !== 3) continue
      for (const long of fields(part.bytes)) for (const data of fields(long.bytes)) columns.push(varints(data.bytes))
    }
  }
  const [keys = [], versions = []] = columns
  return keys.map((key, row) => [key, versions[row]!])
}

function* fields(bytes: Uint8Array): Generator<{ number: number; bytes: Uint8Array }> {
  let at = 0
  const varint = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    if ((tag & 7) === 0) varint()
    else {
      const length = varint()
      yield { number: tag >>> 3, bytes: bytes.subarray(at, at + length) }
      at += length
    }
  }
}

function varints(bytes: Uint8Array): number[] {
  const values: number[] = []
  for (let at = 0; at < bytes.length; ) {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      value += (byte & 127) * 2 ** shift
      if (byte < 128) break
    }
    values.push(value)
  }
  return values
}
