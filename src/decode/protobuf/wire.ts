import { fault, malformed } from '../fields/trouble.ts'
import { readVarint, varint } from '../fields/varint.ts'

/** Protobuf's wire format: tags, and where the value behind a tag ends. */
export const wire = { varint: 0, fixed64: 1, bytes: 2, group: 3, endGroup: 4, fixed32: 5 } as const

/** Levels of messages and groups: what protobuf's own readers take. */
export const messageLevelsMax = 100

/** The value of the field that `readField` went over: what it is of, where it begins, and where it ends, without what frames it. */
export const found = { number: 0, wire: 0, from: 0, to: 0 }

/** Goes over a tag and its value; returns the index after both, or a fault. */
export function readField(bytes: Uint8Array, at: number, end: number, level: number): number {
  const start = at
  let tag = bytes[at]!
  if (tag < 128) at++
  else {
    at = readVarint(bytes, at, end)
    if (at < 0) return at
    if (varint.high !== 0) return malformed(start)
    tag = varint.low
  }
  const number = tag >>> 3
  if (number === 0) return malformed(start)
  found.number = number
  found.wire = tag & 7
  found.from = at
  switch (tag & 7) {
    case wire.varint:
      at = readVarint(bytes, at, end)
      break
    case wire.fixed64:
      at += 8
      break
    case wire.bytes: {
      const from = readVarint(bytes, at, end)
      if (from < 0) return from
      if (varint.high !== 0 || varint.low < 0 || varint.low > end - from) return malformed(at)
      found.from = from
      at = from + varint.low
      break
    }
    case wire.group:
      return readGroup(bytes, at, end, number, level)
    case wire.fixed32:
      at += 4
      break
    default:
      return malformed(start)
  }
  if (at > end) return malformed(start)
  found.to = at
  return at
}

/** Fields up to the tag that ends the group; `at` is behind the tag that begins it. */
function readGroup(bytes: Uint8Array, at: number, end: number, number: number, level: number): number {
  if (level >= messageLevelsMax) return fault.tooDeep
  const from = at
  while (at < end) {
    const start = at
    const tagEnd = readVarint(bytes, at, end)
    if (tagEnd < 0) return tagEnd
    if ((varint.low & 7) === wire.endGroup) {
      if (varint.high !== 0 || varint.low >>> 3 !== number) return malformed(start)
      found.number = number
      found.wire = wire.group
      found.from = from
      found.to = start
      return tagEnd
    }
    at = readField(bytes, start, end, level + 1)
    if (at < 0) return at
  }
  return malformed(at)
}
