import { paddingBytes } from './whitespace.ts'

/**
 * Where one record lies, as scanners read it (whitespace.ts): a NUL behind it, and beyond that as many bytes as they may look at. A record too near the end
 * of its buffer is copied for that.
 */
export class RecordBytes {
  bytes: Uint8Array = new Uint8Array(0)
  view = new DataView(this.bytes.buffer)
  start = 0
  end = 0
  private copy = new Uint8Array(0)
  private behind = 0

  /** Writes the NUL over what stands behind `bytes[start…end]`, until `close` puts it back. The record is where `bytes`, `start` and `end` say from now on. */
  open(bytes: Uint8Array, start: number, end: number): void {
    if (end + paddingBytes > bytes.length) {
      const length = end - start
      if (length + paddingBytes > this.copy.length) this.copy = new Uint8Array((length + paddingBytes) * 2)
      this.copy.set(bytes.subarray(start, end))
      bytes = this.copy
      start = 0
      end = length
    }
    if (bytes !== this.bytes) {
      this.bytes = bytes
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    this.start = start
    this.end = end
    this.behind = bytes[end]!
    bytes[end] = 0
  }

  close(): void {
    this.bytes[this.end] = this.behind
  }
}
