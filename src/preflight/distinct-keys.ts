/**
 * How many different keys there are among many, in bounded memory: exact up to a million, then an estimate within a percent. When the table is
 * full it goes on with half of all hashes, then a quarter, and so on (Wegman's adaptive sampling).
 */
const entriesMaxDefault = 1_000_000
/** Slots stay half empty, so that looking one up takes few probes. */
const slotsPerEntry = 2

export class DistinctKeys {
  readonly #mask: number
  /** high and low of each slot's hash; both 0 is an empty slot. */
  #slots: Int32Array
  #entries = 0
  /** Only hashes whose lowest bits, so many, are 0 are looked at. */
  #depth = 0

  constructor(readonly entriesMax = entriesMaxDefault) {
    const slots = 2 ** Math.ceil(Math.log2(entriesMax * slotsPerEntry))
    this.#mask = slots - 1
    this.#slots = new Int32Array(slots * 2)
  }

  get count(): number {
    return this.#entries * 2 ** this.#depth
  }

  get isExact(): boolean {
    return this.#depth === 0
  }

  add(hash: { readonly high: number; readonly low: number }): void {
    this.#put(hash.high, hash.low)
    while (this.#entries > this.entriesMax) this.#halve()
  }

  /** The lowest bits choose the sample, others the slot: else the sample would crowd into a part of the table. */
  #put(high: number, low: number): void {
    if ((low & (2 ** this.#depth - 1)) !== 0) return
    const kept = high === 0 && low === 0 ? 1 : high
    let slot = (kept ^ (low >>> 16)) & this.#mask
    for (;;) {
      const at = slot * 2
      if (this.#slots[at] === 0 && this.#slots[at + 1] === 0) {
        this.#slots[at] = kept
        this.#slots[at + 1] = low
        this.#entries++
        return
      }
      if (this.#slots[at] === kept && this.#slots[at + 1] === low) return
      slot = (slot + 1) & this.#mask
    }
  }

  #halve(): void {
    const before = this.#slots
    this.#slots = new Int32Array(before.length)
    this.#entries = 0
    this.#depth++
    for (let at = 0; at < before.length; at += 2) {
      if (before[at] !== 0 || before[at + 1] !== 0) this.#put(before[at]!, before[at + 1]!)
    }
  }
}
