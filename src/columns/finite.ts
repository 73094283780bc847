/**
 * Whether numbers that come as memory are finite, told 16 bytes at a step where the memory was made for that: a sink's arena, by decode/json/simd.
 */

/** Of whole float32 from byte `from` to byte `to` of its memory. */
export type FiniteCheck = (from: number, to: number) => boolean

/** With fewer bytes, the way into WebAssembly and back costs more than it saves. */
const checkedFromBytes = 128

const checks = new WeakMap<ArrayBufferLike, FiniteCheck>()
/** Where the last numbers lay, and what looks there. */
let lastMemory: ArrayBufferLike | undefined
let lastCheck: FiniteCheck | undefined

export function checkFiniteBy(memory: ArrayBufferLike, check: FiniteCheck): void {
  checks.set(memory, check)
}

/** False also where that is not known: of short vectors, of parts of a number, of other memory. */
export function areKnownFinite(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < checkedFromBytes || ((to - from) & 3) !== 0) return false
  const { buffer } = bytes
  if (buffer !== lastMemory) {
    lastMemory = buffer
    lastCheck = checks.get(buffer)
  }
  return lastCheck?.(bytes.byteOffset + from, bytes.byteOffset + to) === true
}
