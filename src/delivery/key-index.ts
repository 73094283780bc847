/** The keys of one batch by entry: a row to be written, or (below 0) a key to be deleted. */
export interface BatchKeys {
  /** 32 bits; equal keys have equal hashes. */
  hashOf(entry: number): number
  sameKey(a: number, b: number): boolean
}

/** What `put` gives when the batch did not hold the key yet. */
export const noEntry = -0x8000_0000

/**
 * Which unsettled batch holds a key, and in which entry: finds what a record supersedes (same batch), and the batches that must be
 * acknowledged before this one may be sent (order per key).
 *
 * Each batch has a table of its own, small enough for the processor's second-level cache; one table for all is larger than that, and nearly
 * each key was a cache miss. Between batches keys are compared by their 32-bit hash alone: a collision only makes a batch wait for one
 * it need not wait for.
 */
export class KeyIndex {
  readonly #unsettled: KeyTable[] = []
  readonly #free: KeyTable[] = []
  #open: KeyTable | undefined
  /** Sequences of earlier unsettled batches that hold a key of the batch begun last. */
  readonly conflicts: number[] = []

  /** @param rowsMax rows of a batch that there is room for at once; tables grow */
  constructor(readonly rowsMax: number) {}

  /** Begins a batch; sequences start at 1 and rise. */
  begin(sequence: number): void {
    const table = this.#free.pop() ?? new KeyTable(this.rowsMax)
    table.begin(sequence)
    this.#unsettled.push(table)
    this.#open = table
    this.conflicts.length = 0
  }

  /** The batch's keys no longer hold anything up. */
  settle(sequence: number): void {
    const at = this.#unsettled.findIndex((table) => table.sequence === sequence)
    if (at < 0) return
    const [table] = this.#unsettled.splice(at, 1)
    if (table === this.#open) this.#open = undefined
    this.#free.push(table!)
  }

  /**
   * Puts the key of an entry of the batch begun last in. Returns the entry of the same batch that held this key, which is superseded, or
   * `noEntry`. Earlier batches that hold the key are added to `conflicts`.
   */
  put(keys: BatchKeys, entry: number, hash = keys.hashOf(entry)): number {
    const open = this.#open!
    const held = open.put(keys, entry, hash)
    // A key that the batch already held was looked up in the others when it came first.
    if (held !== noEntry) return held
    for (let i = 0; i < this.#unsettled.length; i++) {
      const table = this.#unsettled[i]!
      if (table !== open && table.mayHold(hash) && table.holds(hash)) this.#conflict(table.sequence)
    }
    return noEntry
  }

  #conflict(sequence: number): void {
    if (!this.conflicts.includes(sequence)) this.conflicts.push(sequence)
  }
}

/** 32 KiB: four batches in flight leave room in the cache for what else is there. */
const filterBits = 1 << 18

/** The keys of one batch, by hash: open addressing, two words a slot (hash, entry), at most half full. */
class KeyTable {
  sequence = 0
  #slots: Int32Array
  #mask: number
  #count = 0
  /** A bit for each hash, so that a key is not looked for in the tables of batches that do not hold it. */
  readonly #filter = new Int32Array(filterBits / 32)

  constructor(rowsMax: number) {
    let slots = 64
    while (slots < rowsMax * 2) slots *= 2
    this.#slots = new Int32Array(slots * 2)
    this.#mask = slots - 1
  }

  begin(sequence: number): void {
    this.sequence = sequence
    this.#slots.fill(noEntry)
    this.#filter.fill(0)
    this.#count = 0
  }

  put(keys: BatchKeys, entry: number, hash: number): number {
    if (this.#count * 2 > this.#mask) this.#grow()
    const slots = this.#slots
    let slot = spread(hash) & this.#mask
    for (;;) {
      const held = slots[slot * 2 + 1]!
      if (held === noEntry) break
      if (slots[slot * 2] === hash && keys.sameKey(held, entry)) {
        slots[slot * 2 + 1] = entry
        return held
      }
      slot = (slot + 1) & this.#mask
    }
    slots[slot * 2] = hash
    slots[slot * 2 + 1] = entry
    this.#count++
    const bit = spread(hash) & (filterBits - 1)
    this.#filter[bit >>> 5]! |= 1 << (bit & 31)
    return noEntry
  }

  /** False when no key of the batch has this hash; true when one may have. */
  mayHold(hash: number): boolean {
    const bit = spread(hash) & (filterBits - 1)
    return (this.#filter[bit >>> 5]! & (1 << (bit & 31))) !== 0
  }

  holds(hash: number): boolean {
    let slot = spread(hash) & this.#mask
    while (this.#slots[slot * 2 + 1] !== noEntry) {
      if (this.#slots[slot * 2] === hash) return true
      slot = (slot + 1) & this.#mask
    }
    return false
  }

  #grow(): void {
    const old = this.#slots
    this.#mask = this.#mask * 2 + 1
    this.#slots = new Int32Array((this.#mask + 1) * 2).fill(noEntry)
    for (let at = 0; at < old.length; at += 2) {
      if (old[at + 1] === noEntry) continue
      let slot = spread(old[at]!) & this.#mask
      while (this.#slots[slot * 2 + 1] !== noEntry) slot = (slot + 1) & this.#mask
      this.#slots[slot * 2] = old[at]!
      this.#slots[slot * 2 + 1] = old[at + 1]!
    }
  }
}

/** Hashes of neighbouring keys are neighbours; their places must not be. */
function spread(hash: number): number {
  const mixed = Math.imul(hash, 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}
