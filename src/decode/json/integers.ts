import { skipNumber } from './numbers.ts'
import { reason } from './reason.ts'

/**
 * JSON numbers as 64-bit integers, in two halves, exact over the whole range. Any way to write a whole number will do: `5.0` and `1e3` too.
 */

/** What `scanInteger` read, as the high and low 32 bits of two's complement. */
export const integer = { high: 0, low: 0 }

/** Digits that always fit a double exactly. */
const exactDigits = 15
/** 2^63 has 19 digits. */
const digitsMax = 19

/** Reads the number at `at`; returns the index after it, `reason.refused` where it is not whole or not within 64 bits, or not JSON. */
export function scanInteger(bytes: Uint8Array, at: number): number {
  const start = at
  let d = bytes[at]! - 48
  const negative = d === -3
  if (negative) d = bytes[++at]! - 48
  const first = at
  let value = 0
  while (d >= 0 && d <= 9) {
    value = value * 10 + d
    d = bytes[++at]! - 48
  }
  const digits = at - first
  if (d === -2 || d === 21 || d === 53 || digits > exactDigits || digits === 0 || (bytes[first] === 48 && digits > 1))
    return scanLong(bytes, start)
  integer.low = value | 0
  integer.high = (value / 4294967296) | 0
  if (negative) negate()
  return at
}

/** Any length and form: the digits without the point, then as many zeros as the exponent adds, or as it takes away again. */
function scanLong(bytes: Uint8Array, start: number): number {
  const end = skipNumber(bytes, start)
  if (end < 0) return end
  const negative = bytes[start] === 45
  let decimals = 0
  let exponent = 0
  let mantissaEnd = start
  let point = -1
  for (let at = start; at < end; at++) {
    const c = bytes[at]!
    if (c === 46) point = at
    else if (c === 101 || c === 69) {
      exponent = exponentAt(bytes, at + 1, end)
      break
    }
    mantissaEnd = at + 1
  }
  if (point >= 0) decimals = mantissaEnd - point - 1
  let zeros = exponent - decimals
  let last = mantissaEnd - 1
  while (last >= start && (bytes[last] === 48 || bytes[last] === 46)) {
    if (bytes[last] === 48) zeros++
    last--
  }
  integer.high = 0
  integer.low = 0
  if (last < start || bytes[last] === 45) return end
  if (zeros < 0) return reason.refused
  let digits = 0
  for (let at = start; at <= last; at++) {
    const d = bytes[at]! - 48
    if (d < 0 || d > 9 || (d === 0 && digits === 0)) continue
    if (++digits > digitsMax || !append(d)) return reason.refused
  }
  if (digits + zeros > digitsMax) return reason.refused
  for (; zeros > 0; zeros--) if (!append(0)) return reason.refused
  if (negative) {
    if (integer.high < 0 && !(integer.high === -0x8000_0000 && integer.low === 0)) return reason.refused
    negate()
  } else if (integer.high < 0) return reason.refused
  return end
}

/** Puts a digit behind the 64 unsigned bits so far; false if they overflow. */
function append(digit: number): boolean {
  const low = (integer.low >>> 0) * 10 + digit
  const high = (integer.high >>> 0) * 10 + Math.floor(low / 4294967296)
  if (high > 0xffff_ffff) return false
  integer.low = low | 0
  integer.high = high | 0
  return true
}

function negate(): void {
  integer.low = -integer.low | 0
  integer.high = ~integer.high + (integer.low === 0 ? 1 : 0)
}

/** The exponent, or one so large that no number but 0 fits with it. */
function exponentAt(bytes: Uint8Array, at: number, end: number): number {
  const down = bytes[at] === 45
  if (down || bytes[at] === 43) at++
  let exponent = 0
  for (; at < end; at++) if (exponent < 1e9) exponent = exponent * 10 + (bytes[at]! - 48)
  return down ? -exponent : exponent
}
