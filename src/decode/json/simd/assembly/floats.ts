/**
 * Floats from their digits, 16 bytes at a step, and whether floats that come as memory are finite: AssemblyScript, compiled to WebAssembly (`make simd`). What the memory holds is laid out by
 * simd/float-scanner.ts.
 *
 * What makes it fast is that no number waits for the one before: the ends of all numbers in 64 bytes are found by one comparison each 16 bytes, as
 * simdjson does, so where a number starts is known before the last one is read. Its digits are brought next to each other, the point left out, by one
 * shuffle, and become a number in three multiplications.
 *
 * Blanks are what costs: with one at most between a comma and a number, the number's first byte is found without a branch. Where the array begins with a blank
 * they are gone over 16 at a step, and a vector with each number on its own line takes 1.15 times as long as on one line.
 *
 * Rounding is that of `Math.fround(Number(text))`; see decode/json/floats.ts, which this is a faster form of.
 */

/** Reads the number at `from`, whatever its form, into `to`; returns the index after it and the blanks behind it, or -1. */
// @ts-expect-error: decorator
@external('redkite', 'scanOne')
declare function scanOne(from: i32, to: i32): i32

/** From one end to the next at most: so that a vector that never ends is not looked for beyond the memory. */
const gapBytesMax = 128
/** Of a whole number over a power of ten, this is exact. */
const decimalsMax = 22
const justBelow: f64 = 1 - 2.0 ** -46
const justAbove: f64 = 1 + 2.0 ** -46

/** shuffles[point][end]: the digits before `point` and those between it and `end`, at the right of 16 bytes, zeros before them. */
const ends = 18
const shuffles = memory.data(17 * ends * 16, 16)
/** rights[n]: the first n of 16 bytes at the right, zeros before them. */
const rights = memory.data(17 * 16, 16)
const powersOfTen = memory.data((decimalsMax + 1) * 8, 16)

/** Fills the tables; once. */
export function prepare(): void {
  for (let point = 0; point < 17; point++)
    for (let end = 0; end < ends; end++)
      for (let i = 0; i < 16; i++) {
        const from = i - 16 + (end > point ? end - 1 : 0)
        store<u8>(shuffles + (point * ends + end) * 16 + i, <u8>(from < 0 ? 255 : from < point ? from : from + 1))
      }
  for (let n = 0; n < 17; n++)
    for (let i = 0; i < 16; i++) store<u8>(rights + n * 16 + i, <u8>(i + n < 16 ? 255 : i + n - 16))
  let power: f64 = 1
  for (let i = 0; i <= decimalsMax; i++) {
    store<f64>(powersOfTen + i * 8, power)
    power *= 10
  }
}

/** Reads `[n, n, …]` at `at` of exactly `dim` numbers into `to…`; returns the index after `]`, or -1 where it is anything else. */
export function scanFloats(at: i32, to: i32, dim: i32): i32 {
  if (load<u8>(at) !== 0x5b) return -1
  at++
  // Who puts the first number on a line of its own does so with all.
  return load<u8>(at) <= 0x20 ? scanNumbers(at, to, dim, true) : scanNumbers(at, to, dim, false)
}

/** @param spaced whether any number of blanks is to be expected before a number and before the bracket, or one before a number at most */
// @ts-expect-error: decorator
@inline
function scanNumbers(at: i32, to: i32, dim: i32, spaced: bool): i32 {
  const last = to + (dim - 1) * 4
  let from = at
  while (to < last) {
    if (at - from > gapBytesMax) return -1
    let commas = marksOf(0x2c, at) | (marksOf(0x2c, at + 16) << 16) | (marksOf(0x2c, at + 32) << 32) | (marksOf(0x2c, at + 48) << 48)
    while (commas !== 0) {
      const end = at + <i32>i64.ctz(commas)
      commas &= commas - 1
      const start = spaced ? skipBlanks(from) : from + i32(load<u8>(from) === 0x20)
      from = end + 1
      if (!scanNumber(start, end, to) && !scanTrimmed(start, end, to)) return -1
      to += 4
      if (to === last) break
    }
    at += 64
  }
  let bracket = marksOf(0x5d, from) | (marksOf(0x5d, from + 16) << 16)
  if (spaced) bracket |= (marksOf(0x5d, from + 32) << 32) | (marksOf(0x5d, from + 48) << 48)
  if (bracket === 0) {
    const end = scanOne(from, to)
    return end >= 0 && load<u8>(end) === 0x5d ? end + 1 : -1
  }
  const end = from + <i32>i64.ctz(bracket)
  const start = spaced ? skipBlanks(from) : from + i32(load<u8>(from) === 0x20)
  return scanNumber(start, spaced ? trimmed(start, end) : end, to) || scanTrimmed(start, end, to) ? end + 1 : -1
}

/** The number between `start` and `end`, where there is a comma or bracket: with blanks around it, or of a form that is not read here. */
function scanTrimmed(start: i32, end: i32, to: i32): bool {
  const first = skipBlanks(start)
  const behind = trimmed(first, end)
  return ((first !== start || behind !== end) && scanNumber(first, behind, to)) || scanOne(first, to) === end
}

/** The first byte from `at` on that is no blank; there is one. */
// @ts-expect-error: decorator
@inline
function skipBlanks(at: i32): i32 {
  let others = othersThanBlanks(at)
  while (others === 0) {
    at += 16
    others = othersThanBlanks(at)
  }
  return at + i32.ctz(others)
}

// @ts-expect-error: decorator
@inline
function othersThanBlanks(at: i32): i32 {
  const bytes = v128.load(at)
  // Of the bytes below 16 those that look up themselves: a tab and the two of a line break.
  const breaks = i8x16.eq(i8x16.swizzle(i8x16(-1, 0, 0, 0, 0, 0, 0, 0, 0, 9, 10, 0, 0, 13, 0, 0), bytes), bytes)
  return i8x16.bitmask(v128.or(breaks, i8x16.eq(bytes, i8x16.splat(0x20)))) ^ 0xffff
}

/** Where the blanks before `end` begin. */
// @ts-expect-error: decorator
@inline
function trimmed(start: i32, end: i32): i32 {
  while (end > start && isBlank(load<u8>(end - 1))) end--
  return end
}

// @ts-expect-error: decorator
@inline
function isBlank(byte: u8): bool {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

/** Whether none of the float32 from `at` to `end` is NaN or infinite, which have nothing but ones in their exponents. */
export function areFinite(at: i32, end: i32): bool {
  const exponents = i32x4.splat(0x7f800000)
  let others = i32x4.splat(0)
  for (; at + 16 <= end; at += 16) {
    others = v128.or(others, i32x4.eq(v128.and(v128.load(at), exponents), exponents))
  }
  for (; at < end; at += 4) if ((load<u32>(at) & 0x7f800000) === 0x7f800000) return false
  return !v128.any_true(others)
}

/** Which of 16 bytes are this one. */
// @ts-expect-error: decorator
@inline
function marksOf(byte: u8, at: i32): i64 {
  return <i64>i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(byte)))
}

/** Writes the number from `start` to `end`; false where it is none, or has a form that is not read here. */
// @ts-expect-error: decorator
@inline
function scanNumber(start: i32, end: i32, to: i32): bool {
  const length = end - start
  const digits = i8x16.sub(v128.load(start), i8x16.splat(0x30))
  const others = i8x16.gt_u(digits, i8x16.splat(9))
  const mask = i8x16.bitmask(others)
  const negative = mask & 1
  // Most have one digit, a point and decimals. A sign comes as often as not: no branch may depend on it.
  const point = 1 + negative
  const isUsual =
    (mask & ((1 << length) - 1)) === negative + (2 << negative) &&
    <u32>(length - point - 2) < <u32>decimalsMax &&
    load<u8>(start + point) === 0x2e &&
    negative * (load<u8>(start) ^ 0x2d) === 0
  if (!isUsual) return scanUnusual(start, length, to)
  const figures = v128.andnot(digits, others)
  const scale = load<f64>(powersOfTen + (length - point - 1) * 8)
  if (length <= 16) {
    const mantissa = wholeOf(i8x16.swizzle(figures, v128.load(shuffles + (point * ends + length) * 16)))
    writeFloat(to, <f64>mantissa / scale, negative)
    return true
  }
  const more = length - 16
  const rest = i8x16.sub(v128.load(start + 16), i8x16.splat(0x30))
  if ((i8x16.bitmask(i8x16.gt_u(rest, i8x16.splat(9))) & ((1 << more) - 1)) !== 0) return false
  const high = wholeOf(i8x16.swizzle(figures, v128.load(shuffles + (point * ends + 16) * 16)))
  const low = wholeOf(i8x16.swizzle(rest, v128.load(rights + more * 16)))
  const value = (<f64>high * load<f64>(powersOfTen + more * 8) + <f64>low) / scale
  // Each step is off by 2^-53 at most. Where that could change the float32, all digits count.
  if (<f32>(value * justBelow) !== <f32>(value * justAbove)) return false
  writeFloat(to, value, negative)
  return true
}

/** The same with more digits before the point, or without a point. */
function scanUnusual(start: i32, length: i32, to: i32): bool {
  if (<u32>(length - 1) > 15) return false
  const digits = i8x16.sub(v128.load(start), i8x16.splat(0x30))
  const others = i8x16.gt_u(digits, i8x16.splat(9))
  const mask = i8x16.bitmask(others)
  const negative = mask & 1
  if (negative && load<u8>(start) !== 0x2d) return false
  const points = mask & ~1 & ((1 << length) - 1)
  const point = points !== 0 ? i32.ctz(points) : length
  // No digit, or a zero before others.
  if (point <= negative || (point > negative + 1 && load<u8>(start + negative) === 0x30)) return false
  const figures = v128.andnot(digits, others)
  if (points === 0) {
    const whole = wholeOf(i8x16.swizzle(figures, v128.load(shuffles + (length * ends + length + 1) * 16)))
    writeFloat(to, <f64>whole, negative)
    return true
  }
  const decimals = length - point - 1
  if ((points & (points - 1)) !== 0 || load<u8>(start + point) !== 0x2e || decimals < 1) return false
  const mantissa = wholeOf(i8x16.swizzle(figures, v128.load(shuffles + (point * ends + length) * 16)))
  writeFloat(to, <f64>mantissa / load<f64>(powersOfTen + decimals * 8), negative)
  return true
}

// @ts-expect-error: decorator
@inline
function writeFloat(to: i32, value: f64, negative: i32): void {
  store<i32>(to, i32.reinterpret_f32(<f32>value) | (negative << 31))
}

/** 16 digits, one a byte, as a whole number. */
// @ts-expect-error: decorator
@inline
function wholeOf(digits: v128): i64 {
  const tens = i16x8.mul(v128.and(digits, i16x8.splat(0xff)), i16x8.splat(10))
  const pairs = i16x8.add(tens, i16x8.shr_u(digits, 8))
  const fours = i32x4.dot_i16x8_s(pairs, i32x4.splat(100 | (1 << 16)))
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(fours, fours), i32x4.splat(10000 | (1 << 16)))
  return <i64>i32x4.extract_lane(eights, 0) * 100000000 + <i64>i32x4.extract_lane(eights, 1)
}
