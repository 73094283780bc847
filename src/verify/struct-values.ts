/** The values of an ARRAY of STRUCT's row: its members in an order that both sides know, and of a member of vectors the numbers alone. */
import { WireReader } from '../milvus/wire-reader.ts'
import type { Hash64 } from './hash64.ts'

/** Members of `VectorField` that are not its numbers as bytes. */
const dim = 1
const floatVector = 2

/** Of `bytes[from…to]`, an element of `VectorArray.data` with its tag. */
export function addVectorArray(bytes: Uint8Array, view: DataView, from: number, to: number, hash: Hash64): void {
  const row = new WireReader(bytes, from, to)
  const vectors = row.next() ? row.message() : row
  let start = to
  let end = to
  while (vectors.next()) {
    if (vectors.field === dim) continue
    const numbers = vectors.field === floatVector ? vectors.message() : vectors
    if (numbers !== vectors && !numbers.next()) continue
    start = numbers.start
    end = numbers.end
  }
  hash.addBytes(view, start, end)
}

export function inOrderOfNames<Member>(members: readonly Member[], name: (member: Member) => string): Member[] {
  return [...members].sort((a, b) => (name(a) < name(b) ? -1 : 1))
}
