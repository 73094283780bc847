/** Text to C and back: NUL-terminated UTF-8; and arrays of addresses. */
import { CString, type Pointer, ptr, read } from 'bun:ffi'

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

/** A `char *[]` and the texts it points to, in one buffer, so that they live as long as each other. */
export function cStringArray(texts: readonly string[]): Buffer {
  const strings = texts.map(cString)
  const table = Buffer.alloc(8 * texts.length)
  const block = Buffer.concat([table, ...strings])
  let at = ptr(block) + table.length
  strings.forEach((string, index) => {
    block.writeBigUInt64LE(BigInt(at), 8 * index)
    at += string.length
  })
  return block
}

/** A `void *[]`. */
export function pointerArray(pointers: readonly number[]): BigUint64Array {
  return BigUint64Array.from(pointers, BigInt)
}
