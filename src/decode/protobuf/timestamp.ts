import { dateText, fractionText } from '../fields/date-text.ts'
import { readVarint, toNumber, varint } from '../fields/varint.ts'
import { found, readField, wire } from './wire.ts'

/** google.protobuf.Timestamp: seconds since 1970 and nanoseconds, as ISO 8601 or as milliseconds. */

/** As protobuf's JSON has it; undefined beyond the years 0 to 9999 and for nanoseconds that are a second or more. */
export function timestampText(seconds: bigint, nanos: number): string | undefined {
  if (nanos < 0 || nanos >= 1e9) return undefined
  const whole = dateText(Number(seconds))
  return whole && `${whole}${fractionText(nanos, 9)}Z`
}

/** Milliseconds since 1970 of the message in these parts; NaN if they are not sound. Nanoseconds below a millisecond are cut off. */
export function timestampMillis(bytes: Uint8Array, parts: readonly number[]): number {
  let seconds = 0
  let nanos = 0
  for (let i = 0; i < parts.length; i += 3) {
    for (let at = parts[i]!; at < parts[i + 1]!; ) {
      at = readField(bytes, at, parts[i + 1]!, 1)
      if (at < 0) return Number.NaN
      if (found.wire !== wire.varint) continue
      readVarint(bytes, found.from, found.to)
      if (found.number === 1) seconds = toNumber(varint.high, varint.low)
      else if (found.number === 2) nanos = varint.low
    }
  }
  return Math.abs(seconds) > 1e12 || nanos < 0 || nanos >= 1e9 ? Number.NaN : seconds * 1e3 + Math.floor(nanos / 1e6)
}
