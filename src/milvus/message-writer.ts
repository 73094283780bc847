/** Messages of the control plane from objects: message-reader.ts is the other direction. What is undefined or null is not written. */
import { isPackable, type Message } from './message-reader.ts'
import type { MessageField, MessageType, Scalar } from './message-type.ts'

const WireType = { Varint: 0, Fixed64: 1, Bytes: 2, Fixed32: 5 } as const

export function writeMessage(type: MessageType, message: Message): Buffer {
  const parts: Uint8Array[] = []
  for (const field of type.fields) {
    const value = message[field.name]
    if (value !== undefined && value !== null) writeField(field, value, parts)
  }
  return Buffer.concat(parts)
}

function writeField({ type, id, holds }: MessageField, value: unknown, parts: Uint8Array[]): void {
  if (holds === 'map') {
    for (const [key, one] of Object.entries(value as Message)) {
      const entry: Uint8Array[] = []
      writeOne('string', 1, key, entry)
      writeOne(type, 2, one, entry)
      writeBytes(id, Buffer.concat(entry), parts)
    }
  } else if (holds === 'one') {
    writeOne(type, id, value, parts)
  } else if (typeof type === 'string' && isPackable(type)) {
    const items = Array.from(value as ArrayLike<unknown>, (one) => scalarBytes(type, one))
    if (items.length > 0) writeBytes(id, Buffer.concat(items), parts)
  } else {
    for (const one of value as unknown[]) writeOne(type, id, one, parts)
  }
}

function writeOne(type: Scalar | MessageType, id: number, value: unknown, parts: Uint8Array[]): void {
  if (typeof type !== 'string') writeBytes(id, writeMessage(type, value as Message), parts)
  else if (type === 'string') writeBytes(id, Buffer.from(String(value)), parts)
  else if (type === 'bytes') writeBytes(id, value as Uint8Array, parts)
  else parts.push(tag(id, wireTypeOf(type)), scalarBytes(type, value))
}

function writeBytes(id: number, bytes: Uint8Array, parts: Uint8Array[]): void {
  parts.push(tag(id, WireType.Bytes), varint(BigInt(bytes.length)), bytes)
}

function wireTypeOf(type: Scalar): number {
  if (type === 'double') return WireType.Fixed64
  return type === 'float' ? WireType.Fixed32 : WireType.Varint
}

function tag(id: number, wireType: number): Uint8Array {
  return varint(BigInt(id * 8 + wireType))
}

function scalarBytes(type: Scalar, value: unknown): Uint8Array {
  if (type === 'float') return new Uint8Array(new Float32Array([Number(value)]).buffer)
  if (type === 'double') return new Uint8Array(new Float64Array([Number(value)]).buffer)
  // Negative numbers of 32 bits take 64 on the wire, too.
  return varint(BigInt.asUintN(64, BigInt(value as number | string | boolean)))
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}
