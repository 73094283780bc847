/**
 * How scanners read: `bytes[at]` without asking for the end, because a NUL stands behind the record (`record-bytes.ts` puts it there and takes it away).
 * NUL is no digit, no blank, no part of a string, so each loop stops at it. Loads of four bytes may look up to 16 bytes further (`paddingBytes`).
 */
export const paddingBytes = 16

/** The four blanks of JSON. */
export function skipBlanks(bytes: Uint8Array, at: number): number {
  let c = bytes[at]!
  while (c === 32 || c === 10 || c === 13 || c === 9) c = bytes[++at]!
  return at
}

/** Where a text that begins at `at` has its value: behind one byte order mark, and behind blanks. */
export function skipMark(bytes: Uint8Array, at: number): number {
  const marked = bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf
  return skipBlanks(bytes, marked ? at + 3 : at)
}
