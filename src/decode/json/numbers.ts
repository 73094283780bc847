import { notJson } from './reason.ts'

/**
 * JSON numbers as doubles, exactly as `Number(text)` rounds them.
 *
 * Up to 15 digits and a power of ten within ±22, one division or product of exact doubles is correctly rounded (Clinger). Up to 19 digits, as
 * Python and Java print doubles, the quotient is worked out to about 100 bits in two doubles (Dekker), and taken where an error of 2^-40 in the
 * second could not change the rounding. What is left (long numbers, large exponents, near ties) goes to `Number`.
 */

export const powersOfTen = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))

/** What `scanNumber` read. */
export const number = { value: 0 }

/** Products beyond this could differ from `Number` by losing bits at the small end. */
const exactExponentMax = 22

/** Reads the number at `at` into `number.value`; returns the index after it. May be infinite. */
export function scanNumber(bytes: Uint8Array, at: number): number {
  const start = at
  let d = bytes[at]! - 48
  const negative = d === -3
  if (negative) d = bytes[++at]! - 48
  if (d < 0 || d > 9) return notJson(at)
  /** The first 15 digits that count, and up to four more. */
  let head = 0
  let tail = 0
  let digits = 0
  let exponent = 0
  if (d === 0) {
    d = bytes[++at]! - 48
    if (d >= 0 && d <= 9) return notJson(at)
  } else {
    while (d >= 0 && d <= 9) {
      if (digits < 15) head = head * 10 + d
      else if (digits < 19) tail = tail * 10 + d
      digits++
      d = bytes[++at]! - 48
    }
  }
  if (d === -2) {
    d = bytes[++at]! - 48
    if (d < 0 || d > 9) return notJson(at)
    const point = at
    while (d >= 0 && d <= 9) {
      if (digits < 15) head = head * 10 + d
      else if (digits < 19) tail = tail * 10 + d
      if (head !== 0) digits++
      d = bytes[++at]! - 48
    }
    exponent = point - at
  }
  if (d === 21 || d === 53) {
    d = bytes[++at]! - 48
    const down = d === -3
    if (down || d === -5) d = bytes[++at]! - 48
    if (d < 0 || d > 9) return notJson(at)
    let written = 0
    while (d >= 0 && d <= 9) {
      if (written < 100_000) written = written * 10 + d
      d = bytes[++at]! - 48
    }
    exponent += down ? -written : written
  }
  const size = exponent < 0 ? -exponent : exponent
  let value: number
  if (head === 0) value = 0
  else if (digits <= 15 && size <= exactExponentMax)
    value = exponent < 0 ? head / powersOfTen[size]! : head * powersOfTen[size]!
  else if (digits > 15 && digits <= 19 && size <= exactExponentMax) {
    value = scaled(head, powersOfTen[digits - 15]!, tail, exponent)
    if (value < 0) return scanByNumber(bytes, start, at)
  } else return scanByNumber(bytes, start, at)
  number.value = negative ? -value : value
  return at
}

/** (head × shift + tail) × 10^exponent correctly rounded, or -1 where it cannot be told. */
function scaled(head: number, shift: number, tail: number, exponent: number): number {
  const high = head * shift
  const low = productError(head, shift, high) + tail
  let first: number
  let second: number
  if (exponent < 0) {
    const power = powersOfTen[-exponent]!
    first = high / power
    const back = first * power
    second = (high - back - productError(first, power, back) + low) / power
  } else {
    const power = powersOfTen[exponent]!
    first = high * power
    second = productError(high, power, first) + low * power
  }
  const value = first + second * (1 - 2 ** -40)
  return value === first + second * (1 + 2 ** -40) ? value : -1
}

/** a × b − p exactly, where p is a × b rounded (Dekker's product, with Veltkamp's split). */
function productError(a: number, b: number, p: number): number {
  const bigA = a * 134217729
  const highA = bigA - (bigA - a)
  const lowA = a - highA
  const bigB = b * 134217729
  const highB = bigB - (bigB - b)
  const lowB = b - highB
  return lowA * lowB - (p - highA * highB - lowA * highB - highA * lowB)
}

function scanByNumber(bytes: Uint8Array, start: number, end: number): number {
  let text = ''
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!)
  number.value = Number(text)
  return end
}

/** Only checks the number; returns the index after it. */
export function skipNumber(bytes: Uint8Array, at: number): number {
  let c = bytes[at]!
  if (c === 45) c = bytes[++at]!
  if (c === 48) c = bytes[++at]!
  else {
    if (c < 49 || c > 57) return notJson(at)
    while (c >= 48 && c <= 57) c = bytes[++at]!
  }
  if (c === 46) {
    c = bytes[++at]!
    if (c < 48 || c > 57) return notJson(at)
    while (c >= 48 && c <= 57) c = bytes[++at]!
  }
  if (c === 101 || c === 69) {
    c = bytes[++at]!
    if (c === 43 || c === 45) c = bytes[++at]!
    if (c < 48 || c > 57) return notJson(at)
    while (c >= 48 && c <= 57) c = bytes[++at]!
  }
  return at
}
