import { copied, copyString } from './strings.ts'

/** Base64 in a JSON string: both alphabets, padded or not, as `ByteArrayConverter`, `JsonConverter` and most libraries write bytes. */

const notDigit = 64
const digits = new Uint8Array(256).fill(notDigit)
for (const [i, c] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  digits[c.charCodeAt(0)] = i
}
digits[0x2d] = 62
digits[0x5f] = 63

/** What `scanBase64` read, from the beginning on. */
export const decoded = { bytes: new Uint8Array(4096), length: 0 }

let unescaped = new Uint8Array(0)
let unescapedView = new DataView(unescaped.buffer)

/** The string that begins behind the quote at `at - 1` and whose closing quote is at `end`; false if it is not base64. */
export function scanBase64(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  for (let i = at; i < end; i++) if (bytes[i] === 0x5c) return scanEscaped(bytes, view, at, end)
  return scanPlain(bytes, at, end)
}

/** Some libraries write `/` and `=` escaped. */
function scanEscaped(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  if (unescaped.length < end - at + 16) {
    unescaped = new Uint8Array((end - at + 16) * 2)
    unescapedView = new DataView(unescaped.buffer)
  }
  return copyString(bytes, view, at, unescaped, unescapedView, 0) > 0 && scanPlain(unescaped, 0, copied.end)
}

function scanPlain(bytes: Uint8Array, at: number, end: number): boolean {
  const stop = withoutPadding(bytes, at, end)
  const length = stop - at
  if (length % 4 === 1 || (stop !== end && (end - at) % 4 !== 0)) return false
  decoded.length = Math.floor((length * 3) / 4)
  // Room for the whole last group.
  if (decoded.bytes.length < decoded.length + 3) decoded.bytes = new Uint8Array((decoded.length + 3) * 2)
  const out = decoded.bytes
  let to = 0
  let wrong = 0
  for (; at < stop; at += 4) {
    const a = digits[bytes[at]!]!
    const b = digits[bytes[at + 1]!]!
    const c = at + 2 < stop ? digits[bytes[at + 2]!]! : 0
    const d = at + 3 < stop ? digits[bytes[at + 3]!]! : 0
    wrong |= a | b | c | d
    const group = (a << 18) | (b << 12) | (c << 6) | d
    out[to++] = group >> 16
    out[to++] = group >> 8
    out[to++] = group
  }
  return (wrong & notDigit) === 0
}

function withoutPadding(bytes: Uint8Array, at: number, end: number): number {
  if (end > at && bytes[end - 1] === 0x3d) end--
  if (end > at && bytes[end - 1] === 0x3d) end--
  return end
}
