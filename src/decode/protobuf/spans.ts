import { found, readField } from './wire.ts'

/** Where values of one field lie: from, to and how they lie on the wire, by threes, in the order they came. */
export type Spans = number[]

/** Calls `take` for each field in the parts of a message; what it is about lies in `found`. */
export function gather(bytes: Uint8Array, parts: Spans, level: number, take: (number: number) => void): number {
  for (let i = 0; i < parts.length; i += 3) {
    const end = parts[i + 1]!
    for (let at = parts[i]!; at < end; ) {
      at = readField(bytes, at, end, level)
      if (at < 0) return at
      take(found.number)
    }
  }
  return 0
}
