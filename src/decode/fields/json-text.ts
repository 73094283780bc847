import { sequenceBytes } from '../json/utf8.ts'
import { paddingBytes } from '../json/whitespace.ts'

/**
 * JSON text, grown byte by byte in one buffer that is used again for each record. It is the way of all values that are not worth a way of their
 * own into a column: nested records, maps, arrays of texts, decimals.
 */

/** What a JSON field of Milvus takes is 64 KiB, what a request takes is 64 MiB: more is no row, and a small malicious record could be written as more. */
export const textBytesMax = 16 * 1024 * 1024

/** Items that took no bytes in the record: a few bytes may claim any number of them, and 64 KiB of JSON hold fewer. */
export const emptyItemsMax = 65_536

const base64Digits = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const hexDigits = new TextEncoder().encode('0123456789abcdef')
const encoder = new TextEncoder()

export class JsonText {
  bytes = new Uint8Array(1024)
  view = new DataView(this.bytes.buffer)
  length = 0
  private emptyItems = 0

  clear(): void {
    this.length = 0
    this.emptyItems = 0
  }

  /** Notes that items which took no bytes are to be written; false if they are too many, those before them counted in. */
  takesEmptyItems(count: number): boolean {
    this.emptyItems += count
    return this.emptyItems <= emptyItemsMax
  }

  /** Whether there is more than a row may take; a writer that loops asks now and then. */
  get overflows(): boolean {
    return this.length > textBytesMax
  }

  byte(c: number): void {
    if (this.length + 1 + paddingBytes > this.bytes.length) this.grow(1)
    this.bytes[this.length++] = c
  }

  /** A comma, unless this is the first of a list that began at `start`. */
  comma(start: number): void {
    if (this.length > start) this.byte(0x2c)
  }

  /** Text as it is: JSON already, or digits. */
  raw(text: string): void {
    const bytes = encoder.encode(text)
    this.rawBytes(bytes, 0, bytes.length)
  }

  rawBytes(from: Uint8Array, start: number, end: number): void {
    this.room(end - start)
    for (let at = start; at < end; at++) this.bytes[this.length++] = from[at]!
  }

  /** 64 bits, signed. */
  long(high: number, low: number): void {
    this.raw(high === low >> 31 ? String(low) : ((BigInt(high) << 32n) | BigInt(low >>> 0)).toString())
  }

  /** A whole number that is exact, without a string of its own while it is not negative. */
  whole(value: number): void {
    if (value < 0) {
      this.raw(String(value))
      return
    }
    this.room(16)
    let digits = 1
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++
    for (let rest = value, at = this.length + digits - 1; at >= this.length; at--) {
      const tenth = Math.floor(rest / 10)
      this.bytes[at] = 48 + rest - tenth * 10
      rest = tenth
    }
    this.length += digits
  }

  unsignedLong(high: number, low: number): void {
    this.raw(high === 0 ? String(low >>> 0) : ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString())
  }

  /** With a fraction, be it .0, so that it is told from a whole number. False for NaN and infinities, which JSON cannot say. */
  double(value: number): boolean {
    if (!Number.isFinite(value)) return false
    const text = Object.is(value, -0) ? '-0' : String(value)
    this.raw(/[.e]/.test(text) ? text : `${text}.0`)
    return true
  }

  /** As few digits as make the same float32 again: 0.1, where the double is 0.10000000149011612. Java's converters write it so too. */
  float(value: number): boolean {
    // toPrecision() loses the sign of a zero.
    if (value === 0) return this.double(value)
    for (let digits = 6; digits < 9; digits++) {
      const short = Number(value.toPrecision(digits))
      if (Math.fround(short) === value) return this.double(short)
    }
    return this.double(Number(value.toPrecision(9)))
  }

  /** A string of UTF-8 bytes; returns -1, or the index of the byte that is no UTF-8. */
  utf8(from: Uint8Array, start: number, end: number): number {
    this.room((end - start) * 6 + 2)
    const out = this.bytes
    let to = this.length
    out[to++] = 0x22
    let at = start
    while (at < end) {
      const c = from[at]!
      if (c >= 0x80) {
        const length = sequenceBytes(from, at)
        if (length === 0 || at + length > end) return at
        for (let i = 0; i < length; i++) out[to++] = from[at++]!
        continue
      }
      if (c === 0x22 || c === 0x5c) out[to++] = 0x5c
      if (c < 0x20) {
        out[to++] = 0x5c
        out[to++] = 0x75
        out[to++] = 0x30
        out[to++] = 0x30
        out[to++] = hexDigits[c >> 4]!
        out[to++] = hexDigits[c & 15]!
      } else out[to++] = c
      at++
    }
    out[to++] = 0x22
    this.length = to
    return -1
  }

  /** A string of base64, with padding. */
  base64(from: Uint8Array, start: number, end: number): void {
    this.room(Math.ceil((end - start) / 3) * 4 + 2)
    const out = this.bytes
    let to = this.length
    out[to++] = 0x22
    for (let at = start; at < end; at += 3) {
      const left = end - at
      const bits = (from[at]! << 16) | (left > 1 ? from[at + 1]! << 8 : 0) | (left > 2 ? from[at + 2]! : 0)
      out[to++] = base64Digits[bits >> 18]!
      out[to++] = base64Digits[(bits >> 12) & 63]!
      out[to++] = left > 1 ? base64Digits[(bits >> 6) & 63]! : 0x3d
      out[to++] = left > 2 ? base64Digits[bits & 63]! : 0x3d
    }
    out[to++] = 0x22
    this.length = to
  }

  /** Puts the NUL behind the text that JSON scanners stop at. */
  terminate(): void {
    this.room(0)
    this.bytes[this.length] = 0
  }

  private room(bytes: number): void {
    if (this.length + bytes + paddingBytes > this.bytes.length) this.grow(bytes)
  }

  private grow(bytes: number): void {
    const grown = new Uint8Array((this.length + bytes + paddingBytes) * 2)
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }
}
