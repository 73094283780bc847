import { moveKept } from './kept-rows.ts'
import { closeText } from './wire.ts'

/** Offsets are int32; a batch is two orders of magnitude smaller (see delivery's limits). */
const bytesMax = 0x7fff_ffff

/**
 * Rows of one scalar field as the bytes they are on the wire, back to back, with an array of ends: a varint, four or eight bytes of a float, or
 * tag, length and text. Encoding any range of rows is then one copy, and its size is a subtraction.
 *
 * The row after the last is *open*: whoever decodes writes it at `start()` and says with `end…` where it stops. It counts only after `commit`,
 * so a record that fails leaves nothing to undo, and a key that comes twice overwrites. No encoded value is empty: an empty row is a null.
 */
export class WireRows {
  bytes: Uint8Array
  /** The same bytes, for writing four at a time. */
  view: DataView
  /** Row r is `bytes[ends[r]]` to `bytes[ends[r + 1]]`. */
  ends: Int32Array
  rows = 0

  constructor(rowsHint: number, rowBytesHint: number) {
    this.bytes = new Uint8Array(rowsHint * rowBytesHint + 64)
    this.view = new DataView(this.bytes.buffer)
    this.ends = new Int32Array(rowsHint + 2)
  }

  /** Where the open row begins, with room for `bytes` after it. */
  start(bytes: number): number {
    const start = this.ends[this.rows]!
    this.reach(start + bytes)
    return start
  }

  /** Makes room for an open row that reaches up to here. */
  reach(end: number): void {
    if (end > this.bytes.length) this.grow(end)
  }

  endAt(at: number): void {
    this.ends[this.rows + 1] = at
  }

  /** Ends an open row that is tag 1, length and text (see `closeText`). */
  endText(start: number, textEnd: number): void {
    this.reach(textEnd + 4)
    this.ends[this.rows + 1] = closeText(this.bytes, start, textEnd)
  }

  endNull(): void {
    this.ends[this.rows + 1] = this.ends[this.rows]!
  }

  /** Counts the open row; returns its bytes. */
  commit(): number {
    const row = this.rows++
    const bytes = this.ends[row + 1]! - this.ends[row]!
    if (this.rows + 1 >= this.ends.length) this.growEnds()
    return bytes
  }

  isNull(row: number): boolean {
    return this.ends[row] === this.ends[row + 1]
  }

  truncate(rows: number): void {
    if (rows < this.rows) this.rows = rows
  }

  compact(kept: Uint8Array): void {
    const { bytes, ends } = this
    this.rows = moveKept(kept, this.rows, (to, from, end) => {
      const shift = ends[from]! - ends[to]!
      bytes.copyWithin(ends[to]!, ends[from]!, ends[end]!)
      for (let row = from; row < end; row++) ends[to + 1 + row - from] = ends[row + 1]! - shift
    })
  }

  /** Equal rows have equal bytes, because each value has one encoding only. */
  hash(row: number): number {
    let hash = 0x811c9dc5
    for (let at = this.ends[row]!; at < this.ends[row + 1]!; at++) hash = Math.imul(hash ^ this.bytes[at]!, 0x01000193)
    return hash ^ (hash >>> 15)
  }

  same(row: number, other: WireRows, otherRow: number): boolean {
    let at = this.ends[row]!
    let otherAt = other.ends[otherRow]!
    const end = this.ends[row + 1]!
    if (end - at !== other.ends[otherRow + 1]! - otherAt) return false
    while (at < end) if (this.bytes[at++] !== other.bytes[otherAt++]) return false
    return true
  }

  /** Opens a row with the bytes of that row. */
  putFrom(other: WireRows, otherRow: number): void {
    const from = other.ends[otherRow]!
    const length = other.ends[otherRow + 1]! - from
    const start = this.start(length)
    for (let i = 0; i < length; i++) this.bytes[start + i] = other.bytes[from + i]!
    this.endAt(start + length)
  }

  private grow(needed: number): void {
    if (needed > bytesMax) throw new RangeError(`a column of ${needed} bytes`)
    const bytes = new Uint8Array(Math.min(bytesMax, Math.max(needed, this.bytes.length * 2)))
    bytes.set(this.bytes)
    this.bytes = bytes
    this.view = new DataView(bytes.buffer)
  }

  private growEnds(): void {
    const ends = new Int32Array(this.ends.length * 2)
    ends.set(this.ends)
    this.ends = ends
  }
}
