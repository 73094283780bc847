import { floatLimit } from '../../columns/limits.ts'
import { number, powersOfTen, scanNumber } from './numbers.ts'
import { reason } from './reason.ts'
import { type FloatScanner, floatScannerOf } from './simd/float-scanner.ts'
import { skipBlanks } from './whitespace.ts'

/**
 * A FLOAT_VECTOR's `[n, n, …]`, from digits to the column's float32 numbers in one pass: most of redkite's time is spent here (bench/decode).
 *
 * Eight digits are loaded as two int32 and turned into a number with two multiplications each (1.5 times as fast as digit by digit, 1.1 times a
 * table of two-digit numbers).
 *
 * Rounding is that of `Math.fround(Number(text))`. A mantissa below 2^53 over a power of ten up to 10^22 gives `Number(text)` itself. A longer
 * one gives it within 2^-46 (a float32 has 39 digits before its point and here at most 22 after, and each step adds at most 2^-52), which is
 * enough: if both ends of that interval round to one float32, `Number(text)` between them does too. Once in a million they differ, and
 * `scanNumber` decides.
 */
const exactMax = 2 ** 53
const justBelow = 1 - 2 ** -46
const justAbove = 1 + 2 ** -46

/** Each byte of a word is a digit iff, of the word XORed with '0000', these bits are 0 before and after adding 6 to each. */
const notDigitBits = 0xf0f0f0f0 | 0

/** Whose view the last vector was in, and what reads there. */
let wideView: DataView | undefined
let wide: FloatScanner | undefined

/**
 * Reads exactly `dim` numbers into `out[to…]`; returns the index after `]`, or `reason.refused` for everything else, JSON or not: the caller goes over
 * the value again to tell. In memory made for it 16 bytes are read at a step (simd/), elsewhere one number after the other.
 */
export function scanFloats(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  out: Float32Array,
  to: number,
  dim: number,
): number {
  if (view !== wideView) {
    wideView = view
    wide = floatScannerOf(view)
  }
  const next = wide === undefined ? -1 : wide.scan(at, out, to, dim)
  return next >= 0 ? next : scanEachFloat(bytes, view, at, out, to, dim)
}

function scanEachFloat(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  out: Float32Array,
  to: number,
  dim: number,
): number {
  if (bytes[at] !== 91) return reason.refused
  const stop = to + dim
  at++
  while (to < stop) {
    let c = bytes[at]!
    if (c === 32) c = bytes[++at]!
    if (c <= 32) {
      at = skipBlanks(bytes, at)
      c = bytes[at]!
    }
    const start = at
    const negative = c === 45
    if (negative) c = bytes[++at]!
    let d = c - 48
    if (d < 0 || d > 9) return reason.refused
    let mantissa = d
    const zero = d === 0
    d = bytes[++at]! - 48
    if (d >= 0 && d <= 9) {
      if (zero) return reason.refused
      do {
        mantissa = mantissa * 10 + d
        d = bytes[++at]! - 48
      } while (d >= 0 && d <= 9)
    }
    let value = mantissa
    let decimals = 0
    if (d === -2) {
      const point = ++at
      let a = view.getInt32(at, true) ^ 0x30303030
      let b = view.getInt32(at + 4, true) ^ 0x30303030
      if (((a | (a + 0x06060606) | b | (b + 0x06060606)) & notDigitBits) === 0) {
        a = Math.imul((Math.imul(a, 2561) >>> 8) & 0x00ff00ff, 6553601) >>> 16
        b = Math.imul((Math.imul(b, 2561) >>> 8) & 0x00ff00ff, 6553601) >>> 16
        mantissa = mantissa * 1e8 + ((a * 10000 + b) | 0)
        at += 8
        a = view.getInt32(at, true) ^ 0x30303030
        if (((a | (a + 0x06060606)) & notDigitBits) === 0) {
          b = view.getInt32(at + 4, true) ^ 0x30303030
          a = Math.imul((Math.imul(a, 2561) >>> 8) & 0x00ff00ff, 6553601) >>> 16
          if (((b | (b + 0x06060606)) & notDigitBits) === 0) {
            b = Math.imul((Math.imul(b, 2561) >>> 8) & 0x00ff00ff, 6553601) >>> 16
            mantissa = mantissa * 1e8 + ((a * 10000 + b) | 0)
            at += 8
          } else {
            mantissa = mantissa * 1e4 + a
            at += 4
          }
        }
      } else if (((a | (a + 0x06060606)) & notDigitBits) === 0) {
        a = Math.imul((Math.imul(a, 2561) >>> 8) & 0x00ff00ff, 6553601) >>> 16
        mantissa = mantissa * 1e4 + a
        at += 4
      }
      d = bytes[at]! - 48
      if (d >= 0 && d <= 9) {
        let last = d
        let shift = 10
        d = bytes[++at]! - 48
        while (d >= 0 && d <= 9) {
          last = last * 10 + d
          shift *= 10
          d = bytes[++at]! - 48
        }
        mantissa = mantissa * shift + last
      }
      decimals = at - point
      if (decimals === 0) return reason.refused
      value = mantissa / powersOfTen[Math.min(decimals, 22)]!
    }
    if (
      d === 21 ||
      d === 53 ||
      decimals > 22 ||
      (mantissa >= exactMax && Math.fround(value * justBelow) !== Math.fround(value * justAbove)) ||
      value >= floatLimit
    ) {
      at = scanNumber(bytes, start)
      if (at < 0 || number.value >= floatLimit || number.value <= -floatLimit) return reason.refused
      out[to++] = number.value
      d = bytes[at]! - 48
    } else {
      out[to++] = negative ? -value : value
    }
    if (d === -4) {
      at++
      continue
    }
    if (d !== 45) {
      at = skipBlanks(bytes, at)
      c = bytes[at]!
      if (c === 44) {
        at++
        continue
      }
      if (c !== 93) return reason.refused
    }
    return to === stop ? at + 1 : reason.refused
  }
  return reason.refused
}
