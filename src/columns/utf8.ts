/** Length of the well-formed UTF-8 sequence of a character beyond ASCII at `at`, or 0: no overlong forms, no surrogates, nothing above U+10FFFF. */
export function sequenceBytes(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!
  const second = bytes[at + 1]!
  if (lead < 0xc2) return 0
  if (lead < 0xe0) return (second & 0xc0) === 0x80 ? 2 : 0
  if (lead < 0xf0) {
    const least = lead === 0xe0 ? 0xa0 : 0x80
    const most = lead === 0xed ? 0x9f : 0xbf
    return second >= least && second <= most && (bytes[at + 2]! & 0xc0) === 0x80 ? 3 : 0
  }
  if (lead > 0xf4) return 0
  const least = lead === 0xf0 ? 0x90 : 0x80
  const most = lead === 0xf4 ? 0x8f : 0xbf
  return second >= least && second <= most && (bytes[at + 2]! & 0xc0) === 0x80 && (bytes[at + 3]! & 0xc0) === 0x80
    ? 4
    : 0
}

/** Copies a text that must be UTF-8; false if it is not. Protobuf's parsers refuse a whole request for one text that is not. */
export function copyUtf8(bytes: Uint8Array, from: number, to: number, out: Uint8Array, at: number): boolean {
  let next = from
  const shift = at - from
  while (next < to) {
    const c = bytes[next]!
    if (c < 0x80) {
      out[next + shift] = c
      next++
      continue
    }
    const length = sequenceBytes(bytes, next)
    if (length === 0 || next + length > to) return false
    for (const end = next + length; next < end; next++) out[next + shift] = bytes[next]!
  }
  return true
}
