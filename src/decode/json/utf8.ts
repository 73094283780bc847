export { sequenceBytes } from '../../columns/utf8.ts'

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
