/**
 * Follows an Insert or Upsert request as it streams by, without keeping it: only the tags and lengths of its top-level fields are looked
 * at, and the one number that says how many rows it holds. Columns are jumped over.
 */

const grpcPrefixBytes = 5
const numRowsField = 7

export class MessageWalker {
  numRows = 0
  /** Of the message, as far as it has come. */
  bytes = 0
  private skip = grpcPrefixBytes
  private tag = -1
  private value = 0
  private scale = 1

  push(chunk: Uint8Array, at: number, end: number): void {
    this.bytes += end - at
    while (at < end) {
      if (this.skip > 0) {
        const jump = Math.min(this.skip, end - at)
        this.skip -= jump
        at += jump
        continue
      }
      const byte = chunk[at++]!
      this.value += (byte & 0x7f) * this.scale
      this.scale *= 0x80
      if (byte < 0x80) this.varint(this.value)
    }
  }

  private varint(value: number): void {
    this.value = 0
    this.scale = 1
    if (this.tag === -1) {
      this.tag = value
      return
    }
    if (this.tag % 8 === 2) this.skip = value
    else if (this.tag === numRowsField * 8) this.numRows = value
    this.tag = -1
  }
}
