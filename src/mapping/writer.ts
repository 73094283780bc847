import { scannable } from '../decode/json/simd/float-scanner.ts'
import { paddingBytes } from '../decode/json/whitespace.ts'
import { open } from './text.ts'
import { Digits, Span, type Value } from './value.ts'

const encoder = new TextEncoder()

/** Names kept with their bytes as they stand in JSON. */
const namesMax = 4096

/** Writes values as JSON text into a buffer that is used again for the next record, with room behind it for what scanners read beyond an end. */
export class Writer {
  bytes: Uint8Array = new Uint8Array(4096)
  end = 0
  private readonly names = new Map<string, Uint8Array>()

  /** `value` alone, or with `envelope` as the payload that JsonConverter wants with schemas. */
  write(value: Value, envelope = false): void {
    this.end = 0
    if (envelope) this.putBytes(envelopeStart)
    this.put(value)
    if (envelope) this.putByte(125)
    this.room(paddingBytes)
  }

  private put(value: Value): void {
    if (value instanceof Span) {
      this.room(value.to - value.from)
      this.end = value.text.copy(value.from, value.to, this.bytes, this.end)
    } else if (value instanceof Map) this.putFields(value)
    else if (Array.isArray(value)) this.putItems(value)
    else if (value instanceof Digits) this.putText(value.text)
    else if (typeof value === 'string' && isPlain(value)) {
      this.putByte(34)
      this.putText(value)
      this.putByte(34)
    } else this.putText(JSON.stringify(value))
  }

  private putFields(fields: ReadonlyMap<string, Value>): void {
    let separator = 123
    for (const [name, value] of fields) {
      this.putByte(separator)
      this.putBytes(this.nameBytes(name))
      this.put(value)
      separator = 44
    }
    if (separator === 123) this.putByte(123)
    this.putByte(125)
  }

  private putItems(items: readonly Value[]): void {
    let separator = 91
    for (const item of items) {
      this.putByte(separator)
      this.put(item)
      separator = 44
    }
    if (separator === 91) this.putByte(91)
    this.putByte(93)
  }

  /** `"name":` */
  private nameBytes(name: string): Uint8Array {
    let bytes = this.names.get(name)
    if (bytes === undefined) {
      bytes = encoder.encode(`${JSON.stringify(name)}:`)
      if (this.names.size < namesMax) this.names.set(name, bytes)
    }
    return bytes
  }

  private putText(text: string): void {
    if (text.length > loopLengthMax) {
      this.putBytes(encoder.encode(text))
      return
    }
    this.room(text.length)
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i)
      if (c >= 128) {
        this.putBytes(encoder.encode(text.slice(i)))
        return
      }
      this.bytes[this.end++] = c
    }
  }

  private putByte(byte: number): void {
    this.room(1)
    this.bytes[this.end++] = byte
  }

  private putBytes(bytes: Uint8Array): void {
    this.room(bytes.length)
    if (bytes.length > loopLengthMax) this.bytes.set(bytes, this.end)
    else for (let i = 0; i < bytes.length; i++) this.bytes[this.end + i] = bytes[i]!
    this.end += bytes.length
  }

  private room(bytes: number): void {
    if (this.end + bytes <= this.bytes.length) return
    // Texts that are long have vectors, which are read fastest there.
    const larger = scannable((this.end + bytes) * 2)
    larger.set(this.bytes.subarray(0, this.end))
    this.bytes = larger
  }
}

/** Longer texts are written faster by an encoder, which makes an array for each. */
const loopLengthMax = 64

/** Whether it stands in JSON as it is, without escapes. */
function isPlain(text: string): boolean {
  if (text.length > loopLengthMax) return false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c < 32 || c === 34 || c === 92 || c >= 127) return false
  }
  return true
}

const envelopeStart = encoder.encode('{"schema":null,"payload":')

/** A value as JavaScript has it, numbers as `Digits`: for what is looked at as a whole. */
export function textOf(value: Value): string {
  const opened = open(value)
  if (typeof opened === 'string') return opened
  if (opened instanceof Digits) return opened.text
  const writer = new Writer()
  writer.write(opened)
  return new TextDecoder().decode(writer.bytes.subarray(0, writer.end))
}
