import { notJson, notUtf8 } from './reason.ts'
import { sequenceBytes, writeCodePoint } from './utf8.ts'

/**
 * JSON strings: skipped, or written as UTF-8 into a column. Both check everything that JSON.parse checks, and that the bytes are UTF-8, which
 * Kafka Connect's converter insists on too.
 *
 * Four bytes are looked at together: plain ones are neither `"` nor `\` nor control characters, and ASCII.
 */
const specialMask = 0x80808080 | 0

/** Where the text that `copyString` wrote ends. */
export const copied = { end: 0 }

/** `at` is behind the opening quote; returns the index behind the closing one. */
export function skipString(bytes: Uint8Array, view: DataView, at: number): number {
  for (;;) {
    const specials = specialBits(view.getInt32(at, true))
    if (specials === 0) {
      at += 4
      continue
    }
    at += firstSpecial(specials)
    const c = bytes[at]!
    if (c === 0x22) return at + 1
    if (c === 0x5c) {
      at = readEscape(bytes, at)
      if (at < 0) return at
    } else if (c < 0x20) {
      return notJson(at)
    } else {
      for (let lead = c; lead >= 0x80; lead = bytes[at]!) {
        const length = lead > 0xe0 && isUsualThree(view.getInt32(at, true)) ? 3 : sequenceBytes(bytes, at)
        if (length === 0) return notUtf8(at)
        at += length
      }
    }
  }
}

/**
 * The same, and writes the text at `out[to]`: at most as many bytes as the string takes in JSON, and up to 4 more are overwritten. `copied.end` then
 * is the end of the text.
 */
export function copyString(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  out: Uint8Array,
  outView: DataView,
  to: number,
): number {
  for (;;) {
    const word = view.getInt32(at, true)
    outView.setInt32(to, word, true)
    const specials = specialBits(word)
    if (specials === 0) {
      at += 4
      to += 4
      continue
    }
    const plain = firstSpecial(specials)
    at += plain
    to += plain
    const c = bytes[at]!
    if (c === 0x22) {
      copied.end = to
      return at + 1
    }
    if (c === 0x5c) {
      at = readEscape(bytes, at)
      if (at < 0) return at
      to = writeCodePoint(out, to, escaped.point)
    } else if (c < 0x20) {
      return notJson(at)
    } else {
      for (let lead = c; lead >= 0x80; lead = bytes[at]!) {
        if (lead > 0xe0) {
          const word = view.getInt32(at, true)
          if (isUsualThree(word)) {
            outView.setInt32(to, word, true)
            at += 3
            to += 3
            continue
          }
        }
        const length = sequenceBytes(bytes, at)
        if (length === 0) return notUtf8(at)
        for (let i = 0; i < length; i++) out[to++] = bytes[at++]!
      }
    }
  }
}

/** The high bit of each byte that is special, and perhaps of plain ones behind the first of them. */
function specialBits(word: number): number {
  return (
    ((word - 0x20202020) | ((word ^ 0x22222222) - 0x01010101) | ((word ^ 0x5c5c5c5c) - 0x01010101) | word) & specialMask
  )
}

/**
 * Whether the word begins with a character of three bytes, as most of East and South Asia's are: E1 to EC, EE or EF and two more. Behind E0 and ED not all
 * of them may stand.
 */
function isUsualThree(word: number): boolean {
  return (word & 0xc0c0f0) === 0x8080e0 && (word & 0x0f) !== 0 && (word & 0x0f) !== 0x0d
}

/** How many bytes of the word lie before its first special one. */
function firstSpecial(specials: number): number {
  return (31 - Math.clz32(specials & -specials)) >> 3
}

/** What the last escape stood for. */
const escaped = { point: 0 }

/** `at` is at a backslash; reads the escape, or two that make a surrogate pair. */
function readEscape(bytes: Uint8Array, at: number): number {
  const letter = bytes[at + 1]!
  if (letter !== 0x75) {
    const point = simpleEscapes[letter]!
    if (point === 0) return notJson(at + 1)
    escaped.point = point
    return at + 2
  }
  const first = hex4(bytes, at + 2)
  if (first < 0) return first
  escaped.point = first
  if (first >= 0xd800 && first < 0xdc00 && bytes[at + 6] === 0x5c && bytes[at + 7] === 0x75) {
    const second = hex4(bytes, at + 8)
    if (second < 0) return second
    if (second >= 0xdc00 && second < 0xe000) {
      escaped.point = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
      return at + 12
    }
  }
  return at + 6
}

function hex4(bytes: Uint8Array, at: number): number {
  let value = 0
  for (let i = 0; i < 4; i++) {
    const digit = hexDigits[bytes[at + i]!]!
    if (digit < 0) return notJson(at + i)
    value = (value << 4) | digit
  }
  return value
}

const hexDigits = new Int8Array(256).fill(-1)
for (let i = 0; i < 16; i++) {
  hexDigits[i.toString(16).charCodeAt(0)] = i
  hexDigits[i.toString(16).toUpperCase().charCodeAt(0)] = i
}

const simpleEscapes = new Uint8Array(256)
for (const [letter, meant] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t']) {
  simpleEscapes[letter!.charCodeAt(0)] = meant!.charCodeAt(0)
}
