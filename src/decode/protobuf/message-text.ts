import { JsonText } from '../fields/json-text.ts'
import { fault, malformed } from '../fields/trouble.ts'
import type { ProtobufMessage } from './schema.ts'
import { gather, type Spans } from './spans.ts'
import { timestampText } from './timestamp.ts'
import { found, messageLevelsMax } from './wire.ts'

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

export interface FieldText {
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

/** How messages of one type are written as JSON. */
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

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
