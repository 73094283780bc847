import type protobuf from 'protobufjs'
import { JsonText } from '../fields/json-text.ts'
import { fault, faultAt, malformed } from '../fields/trouble.ts'
import { readVarint, toNumber, unzigzag, varint } from '../fields/varint.ts'
import { wire } from './wire.ts'

/** Numbers, booleans, enums, texts and bytes of Protobuf. A type that is not here is a message. */

/** How each type lies on the wire. */
export const wireOf: Readonly<Record<string, number>> = {
  int32: wire.varint,
  int64: wire.varint,
  uint32: wire.varint,
  uint64: wire.varint,
  sint32: wire.varint,
  sint64: wire.varint,
  bool: wire.varint,
  enum: wire.varint,
  fixed32: wire.fixed32,
  sfixed32: wire.fixed32,
  float: wire.fixed32,
  fixed64: wire.fixed64,
  sfixed64: wire.fixed64,
  double: wire.fixed64,
  string: wire.bytes,
  bytes: wire.bytes,
}

/** The type's name in `wireOf`; undefined for a message. */
export function scalarOf(field: protobuf.FieldBase): string | undefined {
  if (field.type in wireOf) return field.type
  return field.resolvedType !== null && 'valuesById' in field.resolvedType ? 'enum' : undefined
}

export const isReal = (type: string): boolean => type === 'float' || type === 'double'

/** Whole numbers that have no sign. */
export const isUnsigned = (type: string): boolean => type === 'uint64' || type === 'fixed64'

/** The number of a `float` or `double`. */
export function readReal(view: DataView, at: number, type: string): number {
  return type === 'float' ? view.getFloat32(at, true) : view.getFloat64(at, true)
}

/**
 * Reads a whole number, a boolean or an enum into `varint`, 64 bits of it; returns the index after it, or a fault. What is narrower than what came is
 * cut off, as all readers of Protobuf do.
 */
export function readWhole(bytes: Uint8Array, view: DataView, at: number, end: number, type: string): number {
  const shape = wireOf[type]!
  if (shape === wire.fixed32) {
    if (end - at < 4) return malformed(at)
    varint.low = view.getInt32(at, true)
    varint.high = type === 'sfixed32' ? varint.low >> 31 : 0
    return at + 4
  }
  if (shape === wire.fixed64) {
    if (end - at < 8) return malformed(at)
    varint.low = view.getInt32(at, true)
    varint.high = view.getInt32(at + 4, true)
    return at + 8
  }
  const next = readVarint(bytes, at, end)
  if (next < 0) return next
  switch (type) {
    case 'int32':
    case 'enum':
      varint.high = varint.low >> 31
      break
    case 'uint32':
      varint.high = 0
      break
    case 'sint32':
      varint.low = (varint.low >>> 1) ^ -(varint.low & 1)
      varint.high = varint.low >> 31
      break
    case 'sint64':
      unzigzag()
      break
    case 'bool':
      varint.low = varint.low !== 0 || varint.high !== 0 ? 1 : 0
      varint.high = 0
      break
  }
  return next
}

/** The last number read, for a type. */
export function wholeNumber(type: string): number {
  const { high, low } = varint
  return isUnsigned(type) ? toNumber(high >>> 0, low) : toNumber(high, low)
}

/** Writes the scalar at `at`, of a text or of bytes all up to `end`, as JSON; returns the index after it, or a fault. */
export type WriteScalar = (bytes: Uint8Array, view: DataView, at: number, end: number, text: JsonText) => number

export function scalarWriter(field: protobuf.FieldBase): WriteScalar {
  const type = scalarOf(field)!
  if (type === 'string') {
    return (bytes, _, at, end, text) => {
      const wrong = text.utf8(bytes, at, end)
      return wrong < 0 ? end : faultAt(fault.notUtf8, wrong)
    }
  }
  if (type === 'bytes') {
    return (bytes, _, at, end, text) => {
      text.base64(bytes, at, end)
      return end
    }
  }
  if (isReal(type)) {
    const size = type === 'float' ? 4 : 8
    return (_, view, at, end, text) => {
      if (end - at < size) return malformed(at)
      const value = readReal(view, at, type)
      return (size === 4 ? text.float(value) : text.double(value)) ? at + size : faultAt(fault.notFinite, at)
    }
  }
  const names = type === 'enum' ? enumTexts(field) : undefined
  return (bytes, view, at, end, text) => {
    const next = readWhole(bytes, view, at, end, type)
    if (next < 0) return next
    const name = names?.get(varint.low)
    if (name !== undefined) text.raw(name)
    else if (type === 'bool') text.raw(varint.low === 0 ? 'false' : 'true')
    else if (isUnsigned(type)) text.unsignedLong(varint.high, varint.low)
    else text.long(varint.high, varint.low)
    return next
  }
}

/** JSON for each number of an enum: its name, of several the first. A number without one stays a number. */
function enumTexts(field: protobuf.FieldBase): ReadonlyMap<number, string> {
  const type = field.resolvedType as protobuf.Enum
  // The one value of this enum means what JSON's null does.
  if (type.fullName === '.google.protobuf.NullValue') return new Map([[0, 'null']])
  return new Map(Object.entries(type.valuesById).map(([id, name]) => [Number(id), JSON.stringify(name)]))
}

/**
 * A field's default as JSON, written as the same value that came would be: what the schema says, or else zero, false, the enum's first, nothing.
 * undefined for an infinite one, which JSON cannot say.
 */
export function defaultText(field: protobuf.Field): string | undefined {
  const value = field.defaultValue
  const scalar = scalarOf(field)
  switch (scalar) {
    case 'float':
    case 'double':
      return realText(value, scalar)

    case 'string':
      return JSON.stringify(value)
    case 'bytes':
      return JSON.stringify(typeof value === 'string' ? btoa(value) : Buffer.from(value).toString('base64'))
    case 'enum':
      return enumTexts(field).get(Number(value)) ?? String(value)
    default:
      return String(value)
  }
}

/** What the key or the value of a map's entry is that did not come: nothing a schema can say, but zero of its type. */
export function zeroText(field: protobuf.FieldBase): string {
  const scalar = scalarOf(field)!
  if (scalar === 'enum') return JSON.stringify((field.resolvedType as protobuf.Enum).valuesById[0] ?? 0)
  return zeroTexts[scalar] ?? '0'
}

/** Zeros that are not 0. */
const zeroTexts: Readonly<Record<string, string>> = {
  bool: 'false',
  string: '""',
  bytes: '""',
  float: '0.0',
  double: '0.0',
}

function realText(value: number, type: 'float' | 'double'): string | undefined {
  const text = new JsonText()
  const canBeSaid = type === 'float' ? text.float(value) : text.double(value)
  return canBeSaid ? decoder.decode(text.bytes.subarray(0, text.length)) : undefined
}

const decoder = new TextDecoder()
