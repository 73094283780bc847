/** Text to C and back: NUL-terminated UTF-8. */
import { CString, type Pointer, read } from 'bun:ffi'

/** A buffer that C may read during one call. When C keeps the address, the caller keeps the buffer. */
export function cString(text: string): Buffer {
  return Buffer.from(`${text}\0`)
}

export function textAt(pointer: Pointer | null): string {
  return pointer === null ? '' : new CString(pointer).toString()
}

/** The text that a `char *` lying at `pointer + offset` points to. */
export function textThrough(pointer: Pointer, offset: number): string {
  return textAt(read.ptr(pointer, offset) as Pointer)
}

/** What C wrote into an error buffer of ours. */
export function textIn(buffer: Uint8Array): string {
  const end = buffer.indexOf(0)
  return new TextDecoder().decode(buffer.subarray(0, end < 0 ? buffer.length : end))
}
