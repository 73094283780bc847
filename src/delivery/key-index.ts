/** The keys of one batch by entry: a row to be written, or (below 0) a key to be deleted. */
export interface BatchKeys {
  /** 32 bits; equal keys have equal hashes. */
  hashOf(entry: number): number
  sameKey(a: number, b: number): boolean
}

/** What `put` gives when the batch did not hold the key yet. */
export const noEntry = -0x8000_0000

/** hash, sequence of the batch that holds it last (0: free), entry in that batch, padding to 16 bytes: a probe touches one cache line. */
const slotWords = 4

/**
 * Which unsettled batch holds a key, and in which entry: one probe a record finds both what the record supersedes (same batch) and a batch
 * that must be acknowledged before this one may be sent (order per key).
 *
 * Entries of settled batches are not taken out one by one: they are recognised by their sequence, and swept when the table
 * fills. Between batches keys are compared by their 32-bit hash alone: a collision only makes a batch wait for one it need not wait for.
 */
export class KeyIndex {
  #slots: Int32Array
  #mask: number
  #used = 0
  readonly #unsettled = new Set<number>()
  /** Sequences of earlier unsettled batches that hold a key of the batch being filled. */
  readonly conflicts: number[] = []

  /** @param rowsMax rows of all unsettled batches together, at most */
  constructor(rowsMax: number) {
    let slots = 1024
    while (slots < rowsMax * 2) slots *= 2
    this.#slots = new Int32Array(slots * slotWords)
    this.#mask = slots - 1
  }

  /** Begins a batch; sequences start at 1 and rise. */
  begin(sequence: number): void {
    this.#unsettled.add(sequence)
    this.conflicts.length = 0
  }

  /** The batch's keys no longer hold anything up. */
  settle(sequence: number): void {
    this.#unsettled.delete(sequence)
  }

  /**
   * Puts the key of an entry of the batch `sequence` in. Returns the entry of the same batch that held this key, which is superseded, or
   * `noEntry`. An earlier batch that holds the key is added to `conflicts`.
   */
  put(keys: BatchKeys, entry: number, sequence: number, hash = keys.hashOf(entry)): number {
    if (this.#used * 4 > this.#mask * 3) this.#sweep()
    const slots = this.#slots
    let slot = (Math.imul(hash, 0x9e3779b1) >>> 7) & this.#mask
    for (;;) {
      const at = slot * slotWords
      const holder = slots[at + 1]!
      if (holder === 0) {
        this.#used++
        slots[at] = hash
        slots[at + 1] = sequence
        slots[at + 2] = entry
        return noEntry
      }
      if (slots[at] === hash) {
        if (holder !== sequence) {
          if (this.#unsettled.has(holder) && !this.conflicts.includes(holder)) this.conflicts.push(holder)
          slots[at + 1] = sequence
          slots[at + 2] = entry
          return this.#sameInBatch(keys, entry, sequence, hash, slot)
        }
        const held = slots[at + 2]!
        if (keys.sameKey(held, entry)) {
          slots[at + 2] = entry
          return held
        }
      }
      slot = (slot + 1) & this.#mask
    }
  }

  /** A hash may stand twice: taking over an older batch's slot must not hide this batch's own entry further along. */
  #sameInBatch(keys: BatchKeys, entry: number, sequence: number, hash: number, taken: number): number {
    const slots = this.#slots
    let slot = (taken + 1) & this.#mask
    for (;;) {
      const at = slot * slotWords
      if (slots[at + 1] === 0) return noEntry
      if (slots[at] === hash && slots[at + 1] === sequence && keys.sameKey(slots[at + 2]!, entry)) {
        const held = slots[at + 2]!
        slots[at + 2] = entry
        return held
      }
      slot = (slot + 1) & this.#mask
    }
  }

  /** Drops what settled batches left; grows when that frees too little. */
  #sweep(): void {
    const old = this.#slots
    let live = 0
    for (let at = 0; at < old.length; at += slotWords) if (this.#unsettled.has(old[at + 1]!)) live++
    const slots = live * 2 > this.#mask + 1 ? (this.#mask + 1) * 2 : this.#mask + 1
    const fresh = new Int32Array(slots * slotWords)
    this.#mask = slots - 1
    for (let at = 0; at < old.length; at += slotWords) {
      if (!this.#unsettled.has(old[at + 1]!)) continue
      let slot = (Math.imul(old[at]!, 0x9e3779b1) >>> 7) & this.#mask
      while (fresh[slot * slotWords + 1] !== 0) slot = (slot + 1) & this.#mask
      fresh.set(old.subarray(at, at + slotWords), slot * slotWords)
    }
    this.#slots = fresh
    this.#used = live
  }
}
