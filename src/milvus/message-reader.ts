/**
 * Messages of the control plane as objects, as the SDK has @grpc/proto-loader make them: names as in the .proto files, 64-bit numbers as text, enums
 * as numbers, what is not there by its default, and of a choice the name of what was chosen. What is large is not read so (answer.ts, verify/).
 */
import type { MessageField, MessageType, Scalar } from './message-type.ts'
import { WireReader } from './wire-reader.ts'

export type Message = Record<string, unknown>

/** A varint of fewer bytes is a number that a double holds exactly. */
const exactBytes = 8
const fixedBytes: Partial<Record<Scalar, number>> = { float: 4, double: 8 }
const lengthDelimited = 2

export function readMessage(type: MessageType, bytes: Uint8Array): Message {
  return read(type, new WireReader(bytes))
}

function read(type: MessageType, reader: WireReader): Message {
  const message: Message = {}
  for (const field of type.fields) if (field.choice === undefined) message[field.name] = defaultOf(field)
  while (reader.next()) {
    const field = type.field(reader.field)
    if (field === undefined) continue
    if (field.holds === 'map') readEntry(field, reader.message(), message[field.name] as Message)
    else if (field.holds === 'list') readItems(field, reader, message[field.name] as unknown[])
    else message[field.name] = readOne(field.type, reader)
    if (field.choice !== undefined) message[field.choice] = field.name
  }
  return message
}

function defaultOf({ type, holds }: MessageField): unknown {
  if (holds !== 'one') return holds === 'list' ? [] : {}
  return typeof type === 'string' ? zeroOf(type) : null
}

function zeroOf(type: Scalar): unknown {
  switch (type) {
    case 'bool':
      return false
    case 'int64':
    case 'uint64':
      return '0'
    case 'string':
      return ''
    case 'bytes':
      return Buffer.alloc(0)
    default:
      return 0
  }
}

/** Numbers come packed, all in one field, or one by one. */
function readItems({ type }: MessageField, reader: WireReader, items: unknown[]): void {
  const isPacked = reader.wireType === lengthDelimited && typeof type === 'string' && isPackable(type)
  if (!isPacked) {
    items.push(readOne(type, reader))
    return
  }
  for (let at = reader.start; at < reader.end; ) {
    const end = at + (fixedBytes[type] ?? varintLength(reader.bytes, at))
    items.push(scalarAt(type, reader.bytes, at, end))
    at = end
  }
}

export function isPackable(type: Scalar): boolean {
  return type !== 'string' && type !== 'bytes'
}

/** An entry of a map is a message: 1 the key, a text in all of Milvus', and 2 the value. */
function readEntry({ type }: MessageField, entry: WireReader, map: Message): void {
  let key = ''
  let value = typeof type === 'string' ? zeroOf(type) : null
  while (entry.next()) {
    if (entry.field === 1) key = entry.text()
    else if (entry.field === 2) value = readOne(type, entry)
  }
  map[key] = value
}

function readOne(type: Scalar | MessageType, reader: WireReader): unknown {
  return typeof type === 'string'
    ? scalarAt(type, reader.bytes, reader.start, reader.end)
    : read(type, reader.message())
}

function scalarAt(type: Scalar, bytes: Uint8Array, start: number, end: number): unknown {
  switch (type) {
    case 'string':
      return new TextDecoder().decode(bytes.subarray(start, end))
    case 'bytes':
      return Buffer.from(bytes.subarray(start, end))
    case 'float':
      return viewOf(bytes).getFloat32(start, true)
    case 'double':
      return viewOf(bytes).getFloat64(start, true)
    default:
      return end - start < exactBytes ? exact(type, bytes, start, end) : large(type, bytes, start, end)
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

function exact(type: Scalar, bytes: Uint8Array, start: number, end: number): unknown {
  let value = 0
  for (let at = end - 1; at >= start; at--) value = value * 0x80 + (bytes[at]! & 0x7f)
  switch (type) {
    case 'bool':
      return value !== 0
    case 'int32':
      return value | 0
    case 'uint32':
      return value >>> 0
    default:
      return String(value)
  }
}

/** Beyond 2^49, or negative, which takes all of 64 bits. */
function large(type: Scalar, bytes: Uint8Array, start: number, end: number): unknown {
  let value = 0n
  for (let at = end - 1; at >= start; at--) value = (value << 7n) | BigInt(bytes[at]! & 0x7f)
  switch (type) {
    case 'bool':
      return value !== 0n
    case 'int32':
      return Number(BigInt.asIntN(32, value))
    case 'uint32':
      return Number(BigInt.asUintN(32, value))
    case 'uint64':
      return String(BigInt.asUintN(64, value))
    default:
      return String(BigInt.asIntN(64, value))
  }
}

function varintLength(bytes: Uint8Array, start: number): number {
  let at = start
  while (bytes[at]! >= 0x80) at++
  return at + 1 - start
}
