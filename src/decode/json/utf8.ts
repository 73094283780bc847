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

/** Writes a code point; returns the index after it. A lone surrogate becomes U+FFFD, as TextEncoder does. */
export function writeCodePoint(out: Uint8Array, at: number, point: number): number {
  if (point < 0x80) {
    out[at] = point
    return at + 1
  }
  if (point < 0x800) {
    out[at] = 0xc0 | (point >> 6)
    out[at + 1] = 0x80 | (point & 0x3f)
    return at + 2
  }
  if (point < 0x10000) {
    const shown = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point
    out[at] = 0xe0 | (shown >> 12)
    out[at + 1] = 0x80 | ((shown >> 6) & 0x3f)
    out[at + 2] = 0x80 | (shown & 0x3f)
    return at + 3
  }
  out[at] = 0xf0 | (point >> 18)
  out[at + 1] = 0x80 | ((point >> 12) & 0x3f)
  out[at + 2] = 0x80 | ((point >> 6) & 0x3f)
  out[at + 3] = 0x80 | (point & 0x3f)
  return at + 4
}
