/** ISO 8601 as Milvus reads it: `2026-01-31T12:00:00.123456+09:00`, with a fraction or not, with `Z` or an offset or neither. */

const fractionDigitsMax = 9
const secondsOfDay = 86_400

/**
 * Whether `bytes[from…to]` is such a timestamp, in the years 1 to 9999. A blank instead of the `T`, as databases print it, and small letters are
 * put right in place: Go's parser takes them not.
 */
export function normalizeTimestamp(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < 19) return false
  const year = digits(bytes, from, 4)
  const month = digits(bytes, from + 5, 2)
  const day = digits(bytes, from + 8, 2)
  if (bytes[from + 4] !== 45 || bytes[from + 7] !== 45) return false
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return false
  const between = bytes[from + 10]
  if (between !== 0x54 && between !== 0x74 && between !== 0x20) return false
  if (!isTimeOfDay(bytes, from + 11) || bytes[from + 16] !== 58 || !within(digits(bytes, from + 17, 2), 59))
    return false
  let at = from + 19
  if (bytes[at] === 46 && at < to) {
    const first = ++at
    while (at < to && isDigit(bytes[at]!)) at++
    if (at === first || at - first > fractionDigitsMax) return false
  }
  if (at < to) {
    const zone = bytes[at]
    if (zone === 0x5a || zone === 0x7a) {
      if (at + 1 !== to) return false
      bytes[at] = 0x5a
    } else if ((zone !== 43 && zone !== 45) || at + 6 !== to || !isTimeOfDay(bytes, at + 1)) return false
  }
  bytes[from + 10] = 0x54
  return true
}

/** Writes that moment in UTC; returns the index after it, or -1 for a year that is not 1 to 9999. */
export function writeTimestamp(out: Uint8Array, at: number, seconds: number, micros: number): number {
  const days = Math.floor(seconds / secondsOfDay)
  const second = seconds - days * secondsOfDay
  // The calendar begins in March, so that the leap day is the last of its year; 719,468 days lie between 0000-03-01 and 1970-01-01.
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  if (!(year >= 1 && year <= 9999)) return -1
  let next = writeDigits(out, at, year, 4, 45)
  next = writeDigits(out, next, month, 2, 45)
  next = writeDigits(out, next, day, 2, 0x54)
  next = writeDigits(out, next, Math.floor(second / 3600), 2, 58)
  next = writeDigits(out, next, Math.floor(second / 60) % 60, 2, 58)
  next = writeDigits(out, next, second % 60, 2, micros === 0 ? 0x5a : 46)
  return micros === 0 ? next : writeDigits(out, next, micros, 6, 0x5a)
}

function writeDigits(out: Uint8Array, at: number, value: number, count: number, behind: number): number {
  let rest = value
  for (let i = count - 1; i >= 0; i--) {
    out[at + i] = 48 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
  out[at + count] = behind
  return at + count + 1
}

/** `hh:mm`. */
function isTimeOfDay(bytes: Uint8Array, at: number): boolean {
  return within(digits(bytes, at, 2), 23) && bytes[at + 2] === 58 && within(digits(bytes, at + 3, 2), 59)
}

function within(value: number, max: number): boolean {
  return value >= 0 && value <= max
}

/** The number of so many digits, or -1. */
function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let i = at; i < at + count; i++) {
    if (!isDigit(bytes[i]!)) return -1
    value = value * 10 + bytes[i]! - 48
  }
  return value
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}

function daysOfMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
