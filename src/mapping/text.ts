import { KeyScanner } from '../decode/json/key-scanner.ts'
import { KeyTable } from '../decode/json/keys.ts'
import { notJson } from '../decode/json/reason.ts'
import { skipValue } from '../decode/json/skip.ts'
import { paddingBytes, skipBlanks, skipMark } from '../decode/json/whitespace.ts'
import { Digits, type Fields, type Items, type Opened, Span, type Value } from './value.ts'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Up to so many bytes are copied in a loop, which takes less than making a view of them. */
const loopBytesMax = 64

/** Names kept as strings; the keys of some producers are data, so they could be without number. */
const namesMax = 1024

/**
 * The text of one record, copied to where scanners may read beyond its end, and read level by level as somebody looks into it. Each object of it
 * is read anew by each look, so a Map that was given out is its receiver's to change.
 */
export class Text {
  private bytes = Buffer.alloc(4096)
  private view = new DataView(this.bytes.buffer, this.bytes.byteOffset)
  private readonly names = new KeyTable(namesMax)
  private readonly scanner = new KeyScanner(this.names)
  /** The fields of the outermost object, until somebody asks for them. */
  private outer: Fields | undefined
  private outerFrom = 0
  /** Behind the object that `readTree` read last. */
  private treeEnd = 0

  /** Takes a text in place of the last one; undefined when it is not JSON. */
  take(bytes: Uint8Array, start: number, end: number): Span | undefined {
    const length = this.fill(bytes, start, end)
    const from = skipMark(this.bytes, 0)
    const to = this.bytes[from] === 123 ? this.checkFields(from) : skipValue(this.bytes, this.view, from, 0)
    return to < 0 || skipBlanks(this.bytes, to) !== length ? undefined : new Span(this, from, to)
  }

  /** Takes values that were checked before and lie one behind the other: who knows where makes spans of them. */
  takeValues(bytes: Uint8Array, length: number): void {
    this.fill(bytes, 0, length)
  }

  private fill(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start
    if (length + paddingBytes > this.bytes.length) {
      this.bytes = Buffer.alloc((length + paddingBytes) * 2)
      this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset)
    }
    if (length > loopBytesMax) this.bytes.set(bytes.subarray(start, end))
    else for (let i = 0; i < length; i++) this.bytes[i] = bytes[start + i]!
    this.bytes[length] = 0
    this.outer = undefined
    return length
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

  /**
   * The object at `from` with all objects inside of it, read in one walk: level by level, a record nested a thousand levels deep would be walked a
   * thousand times.
   */
  readTree(from: number): Fields {
    const { bytes, view } = this
    const fields: Fields = new Map()
    let at = skipBlanks(bytes, from + 1)
    while (bytes[at] !== 125) {
      at = skipBlanks(bytes, this.scanner.scan(bytes, view, at))
      const name = this.name()
      at = skipBlanks(bytes, at + 1)
      if (bytes[at] === 123) {
        fields.set(name, this.readTree(at))
        at = this.treeEnd
      } else {
        const end = skipValue(bytes, view, at, 1)
        fields.set(name, new Span(this, at, end))
        at = end
      }
      at = this.next(at)
    }
    this.treeEnd = at + 1
    return fields
  }

  /** Copies a value's text; returns the index behind it. `out` has room. */
  copy(from: number, to: number, out: Uint8Array, at: number): number {
    if (to - from > loopBytesMax) out.set(this.bytes.subarray(from, to), at)
    else for (let i = from; i < to; i++) out[at + i - from] = this.bytes[i]!
    return at + to - from
  }

  /** Checks the outermost object, and keeps what is found on the way: most records are looked into. Where it ends, or a negative reason. */
  private checkFields(from: number): number {
    const fields: Fields = new Map()
    const end = this.walkFields(from, fields)
    this.outer = fields
    this.outerFrom = from
    return end
  }

  private readFields(from: number): Fields {
    const { outer } = this
    if (outer !== undefined && from === this.outerFrom) {
      // Given out once: it may be changed by whom it is given to.
      this.outer = undefined
      return outer
    }
    const fields: Fields = new Map()
    this.walkFields(from, fields)
    return fields
  }

  private walkFields(from: number, fields: Fields): number {
    const { bytes, view } = this
    let at = skipBlanks(bytes, from + 1)
    if (bytes[at] === 125) return at + 1
    for (;;) {
      at = this.scanner.scan(bytes, view, at)
      if (at < 0) return at
      const name = this.name()
      at = skipBlanks(bytes, at)
      if (bytes[at] !== 58) return notJson(at)
      at = skipBlanks(bytes, at + 1)
      const next = skipValue(bytes, view, at, 1)
      if (next < 0) return next
      fields.set(name, new Span(this, at, next))
      at = skipBlanks(bytes, next)
      if (bytes[at] === 125) return at + 1
      if (bytes[at] !== 44) return notJson(at)
      at = skipBlanks(bytes, at + 1)
    }
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
    const { name, nameFrom, nameTo } = scanner
    const id = scanner.id >= 0 ? scanner.id : names.keep(name, nameFrom, nameTo)
    return id >= 0 ? names.names[id]! : decoder.decode(name.subarray(nameFrom, nameTo))
  }

  private readString(from: number, to: number): string {
    const text = this.plain(from, to)
    return text.includes('\\') ? JSON.parse(text) : text.slice(1, -1)
  }

  private plain(from: number, to: number): string {
    const { bytes } = this
    for (let i = from; i < to; i++) if (bytes[i]! >= 128) return decoder.decode(bytes.subarray(from, to))
    // Half the time of a decoder, and no view for the collector.
    return bytes.toString('latin1', from, to)
  }
}

/** Looks into a value: one level of it, if it is a span. */
export function open(value: Value): Opened {
  return value instanceof Span ? value.text.read(value.from, value.to) : value
}
