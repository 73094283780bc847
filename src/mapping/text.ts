import { KeyScanner } from '../decode/json/key-scanner.ts'
import { KeyTable } from '../decode/json/keys.ts'
import { skipValue } from '../decode/json/skip.ts'
import { paddingBytes, skipBlanks } from '../decode/json/whitespace.ts'
import { Digits, type Fields, type Items, type Opened, Span, type Value } from './value.ts'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Names kept as strings; the keys of some producers are data, so they could be without number. */
const namesMax = 1024

/**
 * The text of one record, copied to where scanners may read beyond its end, and read level by level as somebody looks into it. Each object of it
 * is read anew by each look, so a Map that was given out is its receiver's to change.
 */
export class Text {
  private bytes = new Uint8Array(4096)
  private view = new DataView(this.bytes.buffer)
  private readonly names = new KeyTable(namesMax)
  private readonly scanner = new KeyScanner(this.names)

  /** Takes a text in place of the last one; undefined when it is not JSON. */
  take(bytes: Uint8Array, start: number, end: number): Span | undefined {
    const length = end - start
    if (length + paddingBytes > this.bytes.length) {
      this.bytes = new Uint8Array((length + paddingBytes) * 2)
      this.view = new DataView(this.bytes.buffer)
    }
    this.bytes.set(bytes.subarray(start, end))
    this.bytes[length] = 0
    const marked = this.bytes[0] === 0xef && this.bytes[1] === 0xbb && this.bytes[2] === 0xbf
    const from = skipBlanks(this.bytes, marked ? 3 : 0)
    const to = skipValue(this.bytes, this.view, from, 0)
    return to < 0 || skipBlanks(this.bytes, to) !== length ? undefined : new Span(this, from, to)
  }

  byteAt(at: number): number {
    return this.bytes[at]!
  }

  /** Reads one level of the value at `from`, which was checked when the text was taken. */
  read(from: number, to: number): Opened {
    switch (this.bytes[from]) {
      case 123:
        return this.readFields(from)
      case 91:
        return this.readItems(from)
      case 34:
        return this.readString(from, to)
      case 116:
        return true
      case 102:
        return false
      case 110:
        return null
      default:
        return new Digits(this.plain(from, to))
    }
  }

  /** Copies a value's text; returns the index behind it. `out` has room. */
  copy(from: number, to: number, out: Uint8Array, at: number): number {
    if (to - from > 32) out.set(this.bytes.subarray(from, to), at)
    else for (let i = from; i < to; i++) out[at + i - from] = this.bytes[i]!
    return at + to - from
  }

  private readFields(from: number): Fields {
    const fields: Fields = new Map()
    let at = skipBlanks(this.bytes, from + 1)
    while (this.bytes[at] !== 125) {
      const keyEnd = this.scanner.scan(this.bytes, this.view, at)
      const name = this.name()
      at = skipBlanks(this.bytes, skipBlanks(this.bytes, keyEnd) + 1)
      const next = skipValue(this.bytes, this.view, at, 1)
      fields.set(name, new Span(this, at, next))
      at = this.next(next)
    }
    return fields
  }

  private readItems(from: number): Items {
    const items: Value[] = []
    let at = skipBlanks(this.bytes, from + 1)
    while (this.bytes[at] !== 93) {
      const next = skipValue(this.bytes, this.view, at, 1)
      items.push(new Span(this, at, next))
      at = this.next(next)
    }
    return items
  }

  /** Behind the comma, if there is one. */
  private next(at: number): number {
    at = skipBlanks(this.bytes, at)
    return this.bytes[at] === 44 ? skipBlanks(this.bytes, at + 1) : at
  }

  /** The name that was scanned last. */
  private name(): string {
    const { scanner, names } = this
    if (scanner.id >= 0) return names.names[scanner.id]!
    if (names.full) return decoder.decode(scanner.name.subarray(scanner.nameFrom, scanner.nameTo))
    return names.names[names.add(scanner.name, scanner.nameFrom, scanner.nameTo)]!
  }

  private readString(from: number, to: number): string {
    const text = this.plain(from, to)
    return text.includes('\\') ? JSON.parse(text) : text.slice(1, -1)
  }

  private plain(from: number, to: number): string {
    return decoder.decode(this.bytes.subarray(from, to))
  }
}

/** Looks into a value: one level of it, if it is a span. */
export function open(value: Value): Opened {
  return value instanceof Span ? value.text.read(value.from, value.to) : value
}
