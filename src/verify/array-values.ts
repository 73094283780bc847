/**
 * The values of an ARRAY's row without the messages around them: servers differ in how they write a row that has none (Milvus 2.3.5 sends lists
 * without elements where others send no list).
 */
import { WireReader } from '../milvus/wire-reader.ts'
import type { Hash64 } from './hash64.ts'

/** `StringArray` is the only list that is not packed. */
const stringData = 6

/** Of `bytes[from…to]`, an element of `ArrayArray.data` with its tag. */
export function addArray(bytes: Uint8Array, view: DataView, from: number, to: number, hash: Hash64): void {
  const row = new WireReader(bytes, from, to)
  const scalars = row.next() ? row.message() : row
  if (!scalars.next()) hash.addBytes(view, to, to)
  else if (scalars.field === stringData) hash.addBytes(view, scalars.start, scalars.end)
  else {
    const list = scalars.message()
    if (list.next()) hash.addBytes(view, list.start, list.end)
    else hash.addBytes(view, to, to)
  }
}
