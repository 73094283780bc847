import { failure, type RedkiteError } from '../../errors/errors.ts'
import { errorOf } from '../fields/error-of.ts'
import { JsonText } from '../fields/json-text.ts'
import { fault, faultAt, malformed } from '../fields/trouble.ts'
import { readZigzag, varint } from '../fields/varint.ts'
import { reason } from '../json/reason.ts'
import { levelsMax } from '../json/skip.ts'
import type { RecordText } from '../record-text.ts'
import { decimalBytesMax, decimalText } from './decimal.ts'
import { plainType, typeOf } from './kinds.ts'
import type { AvroSchema } from './schema.ts'
import { block, isEmpty, readBlock, readBranch, readInt, readLength } from './skip.ts'

/** Writes the value at `at` as JSON behind what `text` holds; returns the index after it, or a fault. */
export type Write = (
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
  level: number,
  text: JsonText,
) => number

/**
 * Compiles how values of a type are written as JSON: longs with all their digits, bytes as base64, enums by name, decimals as numbers, unions as
 * what is in them. Each type is compiled once, so a recursive one ends.
 */
export class TextCompiler {
  private readonly known = new Map<AvroSchema, Write>()
  private readonly empty = new Map<AvroSchema, boolean>()

  write(schema: AvroSchema): Write {
    const known = this.known.get(schema)
    if (known !== undefined) return known
    let made: Write | undefined
    this.known.set(schema, (bytes, view, at, end, level, text) => made!(bytes, view, at, end, level, text))
    made = this.make(schema)
    this.known.set(schema, made)
    return made
  }

  private make(schema: AvroSchema): Write {
    const type = typeOf(schema)
    switch (type.is) {
      case 'null':
        return (_, __, at, ___, ____, text) => {
          text.raw('null')
          return at
        }
      case 'boolean':
        return writeBoolean
      case 'int':
        return writeWhole(readInt)
      case 'long':
        return writeWhole(readZigzag)
      case 'float':
        return writeFloat
      case 'double':
        return writeDouble
      case 'string':
        return writeString
      case 'bytes':
      case 'fixed':
        return sized(type.is === 'fixed' ? type.size : -1, (bytes, from, to, text) => text.base64(bytes, from, to))
      case 'enum': {
        const symbols = type.symbols.map((symbol) => JSON.stringify(symbol))
        return (bytes, _, at, end, __, text) => {
          const next = readBranch(bytes, at, end, symbols.length)
          if (next >= 0) text.raw(symbols[varint.low]!)
          return next
        }
      }
      case 'array':
        return list(0x5b, 0x5d, this.write(type.items), isEmpty(type.items, this.empty))
      case 'map': {
        const value = this.write(type.values)
        return list(
          0x7b,
          0x7d,
          (bytes, view, at, end, level, text) => {
            const next = writeString(bytes, view, at, end, level, text)
            if (next < 0) return next
            text.byte(0x3a)
            return value(bytes, view, next, end, level, text)
          },
          false,
        )
      }
      case 'record':
        return this.record(type.fields)
      case 'union': {
        const branches = type.branches.map((branch) => this.write(branch))
        return (bytes, view, at, end, level, text) => {
          const next = readBranch(bytes, at, end, branches.length)
          return next < 0 ? next : branches[varint.low]!(bytes, view, next, end, level, text)
        }
      }
      case 'logical':
        return this.logical(type.kind, type.scale, type.underlying)
    }
  }

  private record(fields: readonly { readonly name: string; readonly type: AvroSchema }[]): Write {
    const names = fields.map(({ name }, i) => `${i === 0 ? '' : ','}${JSON.stringify(name)}:`)
    const values = fields.map(({ type }) => this.write(type))
    return (bytes, view, at, end, level, text) => {
      if (level >= levelsMax) return fault.tooDeep
      text.byte(0x7b)
      for (let i = 0; i < values.length && at >= 0; i++) {
        text.raw(names[i]!)
        at = values[i]!(bytes, view, at, end, level + 1, text)
      }
      text.byte(0x7d)
      return text.overflows && at >= 0 ? fault.tooLarge : at
    }
  }

  private logical(kind: string, scale: number, underlying: AvroSchema): Write {
    const type = plainType(underlying)
    const size = type.is === 'fixed' ? type.size : -1
    if (kind === 'decimal') {
      return (bytes, view, at, end, level, text) => {
        let tooLong = false
        const next = sized(size, (_, from, to) => {
          tooLong = to - from > decimalBytesMax
          if (!tooLong) text.raw(decimalText(bytes, from, to, scale))
        })(bytes, view, at, end, level, text)
        return tooLong ? malformed(at) : next
      }
    }
    if (kind === 'uuid' && type.is === 'fixed')
      return sized(size, (bytes, from, to, text) => text.raw(`"${uuidText(bytes, from, to)}"`))
    return this.write(underlying)
  }
}

/** For records whose whole is wanted as JSON. */
export function compileAvroText(writer: AvroSchema): RecordText {
  return new AvroText(new TextCompiler().write(writer))
}

class AvroText implements RecordText {
  private readonly text = new JsonText()
  private view: DataView = new DataView(new ArrayBuffer(0))
  private error: RedkiteError | undefined

  constructor(private readonly writer: Write) {}

  get bytes(): Uint8Array {
    return this.text.bytes
  }

  get length(): number {
    return this.text.length
  }

  write(bytes: Uint8Array, start: number, end: number): number {
    if (bytes.buffer !== this.view.buffer || bytes.byteOffset !== this.view.byteOffset)
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.text.clear()
    let next = this.writer(bytes, this.view, start, end, 0, this.text)
    if (next >= 0 && next !== end) next = malformed(next)
    if (next < 0) {
      this.error = errorOf(next, start, end, 'RECORD_NOT_AVRO')
      return reason.record
    }
    this.text.terminate()
    return 0
  }

  failure(): RedkiteError {
    return this.error ?? failure('RECORD_NULL')
  }
}

/** Writes bytes of a given size, or with their length before them (-1), by `put`. */
function sized(size: number, put: (bytes: Uint8Array, from: number, to: number, text: JsonText) => void): Write {
  return (bytes, _, at, end, __, text) => {
    if (size >= 0) {
      if (size > end - at) return malformed(at)
      put(bytes, at, at + size, text)
      return at + size
    }
    const next = readLength(bytes, at, end)
    if (next < 0) return next
    const to = varint.low
    put(bytes, next, to, text)
    return to
  }
}

/** `empty`: whether items take no bytes. */
function list(open: number, close: number, item: Write, empty: boolean): Write {
  return (bytes, view, at, end, level, text) => {
    if (level >= levelsMax) return fault.tooDeep
    text.byte(open)
    const first = text.length
    for (;;) {
      const start = at
      at = readBlock(bytes, at, end)
      if (at < 0) return at
      if (block.count === 0) break
      if (empty) {
        if (!text.takesEmptyItems(block.count)) return fault.tooMany
      } else if (block.count > end - at) return malformed(start)
      for (let left = block.count; left > 0; left--) {
        text.comma(first)
        at = item(bytes, view, at, end, level + 1, text)
        if (at < 0) return at
        if (text.overflows) return fault.tooLarge
      }
    }
    text.byte(close)
    return at
  }
}

const writeBoolean: Write = (bytes, _, at, end, __, text) => {
  if (at >= end || bytes[at]! > 1) return malformed(at)
  text.raw(bytes[at] === 1 ? 'true' : 'false')
  return at + 1
}

function writeWhole(read: typeof readInt): Write {
  return (bytes, _, at, end, __, text) => {
    const next = read(bytes, at, end)
    if (next >= 0) text.long(varint.high, varint.low)
    return next
  }
}

const writeFloat: Write = (_, view, at, end, __, text) => {
  if (end - at < 4) return malformed(at)
  return text.float(view.getFloat32(at, true)) ? at + 4 : faultAt(fault.notFinite, at)
}

const writeDouble: Write = (_, view, at, end, __, text) => {
  if (end - at < 8) return malformed(at)
  return text.double(view.getFloat64(at, true)) ? at + 8 : faultAt(fault.notFinite, at)
}

const writeString: Write = (bytes, _, at, end, __, text) => {
  const next = readLength(bytes, at, end)
  if (next < 0) return next
  const to = varint.low
  const wrong = text.utf8(bytes, next, to)
  return wrong < 0 ? to : faultAt(fault.notUtf8, wrong)
}

function uuidText(bytes: Uint8Array, from: number, to: number): string {
  let hex = ''
  for (let at = from; at < to; at++) hex += bytes[at]!.toString(16).padStart(2, '0')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
