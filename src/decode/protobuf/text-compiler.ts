import protobuf from 'protobufjs'
import { JsonText } from '../fields/json-text.ts'
import { fault, faultAt } from '../fields/trouble.ts'
import { hasPresence, wiresOf } from './field-traits.ts'
import { type FieldText, MessageText, type WriteField } from './message-text.ts'
import { defaultText, scalarOf, scalarWriter, type WriteScalar, wireOf, zeroText } from './scalars.ts'
import type { ProtobufMessage } from './schema.ts'
import { gather, type Spans } from './spans.ts'
import { found, messageLevelsMax, wire } from './wire.ts'

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
    const keyDefault = zeroText(key)
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
    return { accepts: new Set([wireOf[scalar]!]), write: singleScalar(scalarWriter(field), zeroText(field)) }
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** `absent` is the field's default as JSON; undefined is one that JSON cannot say. */
function singleScalar(write: WriteScalar, absent: string | undefined): WriteField {
  return (bytes, view, spans, _, text) => {
    const last = spans.length - 3
    if (last < 0) {
      if (absent === undefined) return faultAt(fault.notFinite, 0)
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
