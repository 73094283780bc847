import type { Header } from './header.ts'

/**
 * A batch of records as decode/ reads it: all payloads and keys in one block of bytes, and where each lies in parallel arrays. Reused for
 * each batch; no object a record.
 */
export class Arena {
  /** Payloads and keys, back to back. Another block after a record that is larger than the arena: do not keep it over `take()`. */
  bytes: Uint8Array
  rows = 0
  /** Start and end of the value in `bytes`; start is -1 for a null value (a tombstone). */
  readonly valueStart: Int32Array
  readonly valueEnd: Int32Array
  /** The same for the key; -1 for a null key. */
  readonly keyStart: Int32Array
  readonly keyEnd: Int32Array
  /** Index into `Consumer.assignments`. */
  readonly assignment: Int32Array
  /** Kafka offset: exact to 2^53. */
  readonly offset: Float64Array
  /** Headers and timestamps, filled only where the source was asked for details: each record then costs a few calls and objects. */
  readonly headers: (readonly Header[])[] = []
  /** In ms since 1970; NaN for a record without. */
  readonly timestampMs: number[] = []
  readonly #block: Uint8Array

  constructor(
    readonly bytesMax: number,
    readonly rowsMax: number,
    block: Uint8Array = new Uint8Array(bytesMax),
  ) {
    this.#block = block
    this.bytes = this.#block
    this.valueStart = new Int32Array(rowsMax)
    this.valueEnd = new Int32Array(rowsMax)
    this.keyStart = new Int32Array(rowsMax)
    this.keyEnd = new Int32Array(rowsMax)
    this.assignment = new Int32Array(rowsMax)
    this.offset = new Float64Array(rowsMax)
  }

  /** Empties the arena, and gives back the larger block that one large record had needed. */
  clear(): void {
    this.rows = 0
    this.bytes = this.#block
  }

  /** Puts a row in the place of an earlier one, or of itself; the bytes stay where they are. */
  moveRow(from: number, to: number): void {
    const { valueStart, valueEnd, keyStart, keyEnd, assignment, offset, headers, timestampMs } = this
    valueStart[to] = valueStart[from]!
    valueEnd[to] = valueEnd[from]!
    keyStart[to] = keyStart[from]!
    keyEnd[to] = keyEnd[from]!
    assignment[to] = assignment[from]!
    offset[to] = offset[from]!
    if (headers.length === 0) return
    headers[to] = headers[from]!
    timestampMs[to] = timestampMs[from]!
  }

  /** For one record of `bytes` that does not fit an empty arena. */
  enlarge(bytes: number): void {
    this.bytes = new Uint8Array(bytes)
  }
}
