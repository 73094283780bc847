import { malformed } from './trouble.ts'

/**
 * Base-128 varints, which Avro and Protobuf share, as 64 bits in two halves: a JavaScript number is exact only to 2^53. More
 * than 64 bits are refused.
 */

/** What was read last, as the high and low 32 bits. */
export const varint = { high: 0, low: 0 }

/** Returns the index after the varint at `at`, or `fault.malformed`. */
export function readVarint(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return malformed(at)
  let b = bytes[at]!
  if (b < 128) {
    varint.low = b
    varint.high = 0
    return at + 1
  }
  const start = at
  let low = b & 127
  for (let shift = 7; shift < 28; shift += 7) {
    if (++at >= end) return malformed(at)
    b = bytes[at]!
    low |= (b & 127) << shift
    if (b < 128) {
      varint.low = low
      varint.high = 0
      return at + 1
    }
  }
  let middle = 0
  for (let shift = 0; shift < 28; shift += 7) {
    if (++at >= end) return malformed(at)
    b = bytes[at]!
    middle |= (b & 127) << shift
    if (b < 128) return put(low, middle, 0, at + 1)
  }
  if (++at >= end) return malformed(at)
  b = bytes[at]!
  if (b < 128) return put(low, middle, b, at + 1)
  const high = b & 127
  if (++at >= end) return malformed(at)
  b = bytes[at]!
  return b > 1 ? malformed(start) : put(low, middle, high | (b << 7), at + 1)
}

/** Zigzag undone: 0, -1, 1, -2 were 0, 1, 2, 3. */
export function readZigzag(bytes: Uint8Array, at: number, end: number): number {
  const next = readVarint(bytes, at, end)
  if (next < 0) return next
  unzigzag()
  return next
}

export function unzigzag(): void {
  const sign = -(varint.low & 1)
  const low = (varint.low >>> 1) | (varint.high << 31)
  varint.high = (varint.high >>> 1) ^ sign
  varint.low = low ^ sign
}

/** The 64 bits as a signed number, rounded where it is beyond 2^53. */
export function toNumber(high: number, low: number): number {
  return high * 4294967296 + (low >>> 0)
}

/** 28, 28 and 8 bits. */
function put(low: number, middle: number, high: number, next: number): number {
  varint.low = low | (middle << 28)
  varint.high = (middle >>> 4) | (high << 24)
  return next
}
