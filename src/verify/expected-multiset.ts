/**
 * What a collection that makes its own keys should hold: rows without their key, each as often as records brought it. 12 bytes a slot.
 */
import { type Expectation, entriesMax, Match } from './expectation.ts'
import type { Hash64 } from './hash64.ts'
import type { KeyRange } from './key-range.ts'

/** rowHigh, rowLow. */
const words = 2
export class ExpectedMultiset implements Expectation {
  readonly #mask: number
  readonly #slots: Int32Array
  /** How often each row is still wanted, and one more: 0 is a free slot. */
  readonly #wanted: Int32Array
  readonly #max: number
  #used = 0
  rows = 0
  readonly contested = 0

  /** @param slots a power of two */
  constructor(
    slots: number,
    readonly range: KeyRange,
  ) {
    this.#mask = slots - 1
    this.#slots = new Int32Array(slots * words)
    this.#wanted = new Int32Array(slots)
    this.#max = entriesMax(slots)
  }

  get isFull(): boolean {
    return this.#used >= this.#max
  }

  put(_key: Hash64, row: Hash64 | undefined): void {
    if (row === undefined || !this.range.holds(row.high)) return
    const slot = this.#find(row)
    if (this.#wanted[slot] === 0) {
      this.#used++
      this.#slots[slot * words] = row.high
      this.#slots[slot * words + 1] = row.low
      this.#wanted[slot] = 1
    }
    this.#wanted[slot]! += 1
    this.rows++
  }

  match(_key: Hash64, row: Hash64): Match {
    if (!this.range.holds(row.high)) return Match.OutOfRange
    const slot = this.#find(row)
    if (this.#wanted[slot]! <= 1) return Match.Extra
    this.#wanted[slot]! -= 1
    return Match.Equal
  }

  *missing(): Generator<{ high: number; low: number; rows: number }> {
    for (let slot = 0; slot <= this.#mask; slot++) {
      const rows = this.#wanted[slot]! - 1
      if (rows > 0) yield { high: this.#slots[slot * words]!, low: this.#slots[slot * words + 1]!, rows }
    }
  }

  #find({ high, low }: Hash64): number {
    let slot = low & this.#mask
    while (this.#wanted[slot] !== 0) {
      if (this.#slots[slot * words] === high && this.#slots[slot * words + 1] === low) return slot
      slot = (slot + 1) & this.#mask
    }
    return slot
  }
}
