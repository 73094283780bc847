import protobuf from 'protobufjs'
import { failure, type RedkiteError } from '../../errors/errors.ts'
import { errorOf } from '../fields/error-of.ts'
import { JsonText } from '../fields/json-text.ts'
import { fault, malformed } from '../fields/trouble.ts'
import { reason } from '../json/reason.ts'
import type { RecordText } from '../record-text.ts'
import { defaultText, scalarOf, scalarWriter, type WriteScalar, wireOf } from './scalars.ts'
import type { ProtobufMessage } from './schema.ts'
import { timestampText } from './timestamp.ts'
import { found, messageLevelsMax, readField, wire } from './wire.ts'

/** Where values of one field lie: from, to and how they lie on the wire, by threes, in the order they came. */
export type Spans = number[]

/** Writes a field's value as JSON, out of all that came of it; 0 or a fault. No spans are a field that is absent. */
export type WriteField = (bytes: Uint8Array, view: DataView, spans: Spans, level: number, text: JsonText) => number

/**
 * Messages whose JSON is that of what they hold. All fields of Struct, ListValue and the wrappers are one; of Value it is the one that is set.
 */
const transparent: ReadonlySet<string> = new Set(
  [
    'Struct',
    'ListValue',
    'Value',
    ...['Double', 'Float', 'Int64', 'UInt64', 'Int32', 'UInt32', 'Bool', 'String', 'Bytes'].map((it) => `${it}Value`),
  ].map((name) => `.google.protobuf.${name}`),
)

export const isTransparent = (type: ProtobufMessage): boolean => transparent.has(type.fullName)
export const isTimestamp = (type: ProtobufMessage): boolean => type.fullName === '.google.protobuf.Timestamp'

/** Compiles how messages are written as JSON; each type once, so that a recursive one ends. */
export class TextCompiler {
  private readonly known = new Map<ProtobufMessage, MessageText>()

  message(type: ProtobufMessage): MessageText {
    let message = this.known.get(type)
    if (message === undefined) {
      message = new MessageText(type)
      this.known.set(type, message)
      message.fields = type.fieldsArray.map((field) => this.fieldText(field))
    }
    return message
  }

  /** A field whose value is wanted, present or not. */
  field(field: protobuf.Field): WriteField {
    field.resolve()
    if (field instanceof protobuf.MapField) return this.map(field)
    const scalar = scalarOf(field)
    if (scalar !== undefined) {
      const write = scalarWriter(field)
      return field.repeated ? repeatedScalar(write, wireOf[scalar]!) : singleScalar(write, defaultText(field))
    }
    const message = this.message(field.resolvedType as protobuf.Type)
    if (!field.repeated) return (bytes, view, spans, level, text) => message.write(bytes, view, spans, level, text)
    return (bytes, view, spans, level, text) => {
      text.byte(0x5b)
      const first = text.length
      for (let i = 0; i < spans.length; i += 3) {
        text.comma(first)
        const why = message.write(bytes, view, spans.slice(i, i + 3), level, text)
        if (why < 0) return why
      }
      text.byte(0x5d)
      return 0
    }
  }

  private fieldText(field: protobuf.Field): FieldText {
    return {
      number: field.id,
      name: JSON.stringify(field.name),
      accepts: wiresOf(field),
      absent: hasPresence(field),
      last: !field.repeated && !field.map && scalarOf(field.resolve()) !== undefined,
      oneof: field.partOf?.name,
      write: this.field(field),
    }
  }

  private map(field: protobuf.MapField): WriteField {
    const isText = field.keyType === 'string'
    const key = new protobuf.Field('key', 1, field.keyType)
    const keyWriter = scalarWriter(key)
    const keyDefault = isText ? '""' : (defaultTexts[field.keyType] ?? '0')
    const value = this.mapValue(field)
    const wires = [new Set([wireOf[field.keyType]!]), value.accepts]
    return (bytes, view, spans, level, text) => {
      if (level >= messageLevelsMax) return fault.tooDeep
      // The last of a key counts, and stands where the first stood.
      const entries = new Map<string, Spans>()
      const scratch = new JsonText()
      for (let i = 0; i < spans.length; i += 3) {
        const parts: [Spans, Spans] = [[], []]
        const why = gather(bytes, spans.slice(i, i + 3), level, (number) => {
          const part = number === 1 || number === 2 ? number - 1 : -1
          if (part >= 0 && wires[part]!.has(found.wire)) parts[part]!.push(found.from, found.to, found.wire)
        })
        if (why < 0) return why
        scratch.clear()
        const at = parts[0].length - 3
        if (at < 0) scratch.raw(keyDefault)
        else {
          const next = keyWriter(bytes, view, parts[0][at]!, parts[0][at + 1]!, scratch)
          if (next < 0) return next
        }
        entries.set(decoder.decode(scratch.bytes.subarray(0, scratch.length)), parts[1])
      }
      text.byte(0x7b)
      const first = text.length
      for (const [name, valueSpans] of entries) {
        text.comma(first)
        text.raw(isText ? name : `"${name}"`)
        text.byte(0x3a)
        const why = value.write(bytes, view, valueSpans, level + 1, text)
        if (why < 0) return why
      }
      text.byte(0x7d)
      return 0
    }
  }

  /** A map's values are a field of their own, which is there even if it did not come. */
  private mapValue(field: protobuf.MapField): { readonly accepts: ReadonlySet<number>; readonly write: WriteField } {
    const scalar = scalarOf(field)
    if (scalar === undefined) {
      const message = this.message(field.resolvedType as protobuf.Type)
      return {
        accepts: new Set([wire.bytes]),
        write: (bytes, view, spans, level, text) => message.write(bytes, view, spans, level, text),
      }
    }
    const zero =
      scalar === 'enum'
        ? JSON.stringify((field.resolvedType as protobuf.Enum).valuesById[0] ?? 0)
        : (defaultTexts[scalar] ?? '0')
    return { accepts: new Set([wireOf[scalar]!]), write: singleScalar(scalarWriter(field), zero) }
  }
}

/** Defaults that are not 0. */
const defaultTexts: Readonly<Record<string, string>> = { bool: 'false', string: '""', bytes: '""' }

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

interface FieldText {
  readonly number: number
  /** As JSON. */
  readonly name: string
  /** Other wire types are not this field. */
  readonly accepts: ReadonlySet<number>
  /** Whether a field that did not come is absent, and not its default. */
  readonly absent: boolean
  /** Whether the last that came is all that counts; parts of a message are put together. */
  readonly last: boolean
  readonly oneof: string | undefined
  readonly write: WriteField
}

export class MessageText {
  fields: readonly FieldText[] = []
  private byNumber: ReadonlyMap<number, number> | undefined

  constructor(private readonly type: ProtobufMessage) {}

  /** Writes one message out of its parts. */
  write(bytes: Uint8Array, view: DataView, parts: Spans, level: number, text: JsonText): number {
    if (level >= messageLevelsMax) return fault.tooDeep
    if (text.overflows) return fault.tooLarge
    const { fields } = this
    this.byNumber ??= new Map(fields.map(({ number }, i) => [number, i]))
    const spans: Spans[] = fields.map(() => [])
    const chosen = new Map<string, number>()
    const why = gather(bytes, parts, level, (number) => {
      const i = this.byNumber!.get(number) ?? -1
      if (i < 0 || !fields[i]!.accepts.has(found.wire)) return
      const { last, oneof } = fields[i]!
      // A member of a oneof that comes after another one begins anew.
      if (last || (oneof !== undefined && chosen.get(oneof) !== i)) spans[i]!.length = 0
      spans[i]!.push(found.from, found.to, found.wire)
      if (oneof !== undefined) chosen.set(oneof, i)
    })
    if (why < 0) return why
    const isHere = (i: number): boolean => {
      const { oneof, absent } = fields[i]!
      if (oneof !== undefined && chosen.get(oneof) !== i) return false
      return spans[i]!.length > 0 || !absent
    }
    if (isTimestamp(this.type)) return this.writeTimestamp(bytes, view, spans, text)
    if (isTransparent(this.type)) {
      const i = fields.findIndex((_, each) => isHere(each))
      if (i >= 0) return fields[i]!.write(bytes, view, spans[i]!, level + 1, text)
      text.raw('null')
      return 0
    }
    text.byte(0x7b)
    const first = text.length
    for (let i = 0; i < fields.length; i++) {
      if (!isHere(i)) continue
      text.comma(first)
      text.raw(fields[i]!.name)
      text.byte(0x3a)
      const bad = fields[i]!.write(bytes, view, spans[i]!, level + 1, text)
      if (bad < 0) return bad
    }
    text.byte(0x7d)
    return 0
  }

  private writeTimestamp(bytes: Uint8Array, view: DataView, spans: readonly Spans[], text: JsonText): number {
    const numbers = new JsonText()
    for (const [i, { write }] of this.fields.entries()) {
      if (i > 0) numbers.byte(0x2c)
      const why = write(bytes, view, spans[i]!, 0, numbers)
      if (why < 0) return why
    }
    const [seconds = '0', nanos = '0'] = decoder.decode(numbers.bytes.subarray(0, numbers.length)).split(',')
    const iso = timestampText(BigInt(seconds), Number(nanos))
    if (iso === undefined) return malformed(spans[0]![0] ?? 0)
    text.raw(`"${iso}"`)
    return 0
  }
}

/** Calls `take` for each field in the parts of a message; what it is about lies in `found`. */
export function gather(bytes: Uint8Array, parts: Spans, level: number, take: (number: number) => void): number {
  for (let i = 0; i < parts.length; i += 3) {
    const end = parts[i + 1]!
    for (let at = parts[i]!; at < end; ) {
      at = readField(bytes, at, end, level)
      if (at < 0) return at
      take(found.number)
    }
  }
  return 0
}

/** A repeated number may come packed or not, whatever the schema says. */
export function wiresOf(field: protobuf.Field): ReadonlySet<number> {
  field.resolve()
  const scalar = scalarOf(field)
  if (field.map) return new Set([wire.bytes])
  if (scalar === undefined) return new Set([field.delimited ? wire.group : wire.bytes])
  return field.repeated ? new Set([wireOf[scalar]!, wire.bytes]) : new Set([wireOf[scalar]!])
}

/** Whether a field that did not come is absent; else it has its default. A default that the schema gives counts even so. */
export function hasPresence(field: protobuf.Field): boolean {
  field.resolve()
  if (field.repeated || field.map) return false
  if (scalarOf(field) === undefined) return true
  if (field.partOf !== null) return true
  return field.hasPresence && field.options?.default === undefined
}

function singleScalar(write: WriteScalar, absent: string): WriteField {
  return (bytes, view, spans, _, text) => {
    const last = spans.length - 3
    if (last < 0) {
      text.raw(absent)
      return 0
    }
    const next = write(bytes, view, spans[last]!, spans[last + 1]!, text)
    return Math.min(next, 0)
  }
}

function repeatedScalar(write: WriteScalar, shape: number): WriteField {
  return (bytes, view, spans, _, text) => {
    text.byte(0x5b)
    const first = text.length
    for (let i = 0; i < spans.length; i += 3) {
      let at = spans[i]!
      const end = spans[i + 1]!
      const packed = spans[i + 2] === wire.bytes && shape !== wire.bytes
      if (packed && at === end) continue
      do {
        text.comma(first)
        at = write(bytes, view, at, end, text)
        if (at < 0) return at
        if (text.overflows) return fault.tooLarge
      } while (packed && at < end)
    }
    text.byte(0x5d)
    return 0
  }
}

/** For records whose whole is wanted as JSON. */
export function compileProtobufText(message: ProtobufMessage): RecordText {
  return new ProtobufText(new TextCompiler().message(message))
}

class ProtobufText implements RecordText {
  private readonly text = new JsonText()
  private error: RedkiteError | undefined

  constructor(private readonly message: MessageText) {}

  get bytes(): Uint8Array {
    return this.text.bytes
  }

  get length(): number {
    return this.text.length
  }

  write(bytes: Uint8Array, start: number, end: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.text.clear()
    const why = this.message.write(bytes, view, [start, end, wire.bytes], 0, this.text)
    if (why < 0) {
      this.error = errorOf(why, start, end, 'RECORD_NOT_PROTOBUF')
      return reason.record
    }
    this.text.terminate()
    return 0
  }

  failure(): RedkiteError {
    return this.error ?? failure('RECORD_NULL')
  }
}
