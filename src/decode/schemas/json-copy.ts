import type { RedkiteError } from '../../errors/errors.ts'
import { failure } from '../../errors/errors.ts'
import type { RecordText } from '../record-text.ts'

/** What scanners may read and write behind the text. */
const roomBytes = 64

/** A record that is JSON text already, with room behind it. */
export class JsonCopy implements RecordText {
  bytes = new Uint8Array(256)
  length = 0

  write(bytes: Uint8Array, start: number, end: number): number {
    this.length = end - start
    if (this.length + roomBytes > this.bytes.length) this.bytes = new Uint8Array((this.length + roomBytes) * 2)
    this.bytes.set(bytes.subarray(start, end))
    return 0
  }

  failure(): RedkiteError {
    return failure('INTERNAL', 'a copy refuses nothing')
  }
}
