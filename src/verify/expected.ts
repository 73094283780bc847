/**
 * What the collection should hold: for each key the hash of its last row. 20 bytes a slot in two typed arrays, so that ten million keys fit
 * into some 340 MB; a topic of more keys is verified in several passes, each over a part of all hashes (see `KeyRange`).
 *
 * The last record of a key counts within its partition. When a key comes in several partitions, which one came last is nobody's to say: the
 * row of any of them will do, so each is kept (`contested`), as a deletion is.
 *
 * Two keys with the same 64 bits would be taken for one; among ten million that happens once in some 400,000 runs.
 */
import { type Expectation, entriesMax, Match } from './expectation.ts'
import type { Hash64 } from './hash64.ts'
import type { KeyRange } from './key-range.ts'

/** keyHigh, keyLow, rowHigh, rowLow. */
const words = 4
/** States of a slot; the assignment that the row came from is in the upper bits. */
const used = 1
const present = 2
const seen = 4
const several = 8
const stateBits = 4

interface Alternative {
  readonly assignment: number
  /** undefined: deleted. */
  row: { high: number; low: number } | undefined
}

export class Expected implements Expectation {
  readonly #mask: number
  readonly #slots: Int32Array
  readonly #states: Int32Array
  readonly #max: number
  #used = 0
  /** By slot, where a key came in several partitions. */
  readonly #contested = new Map<number, Alternative[]>()
  rows = 0

  /** @param slots a power of two */
  constructor(
    slots: number,
    readonly range: KeyRange,
  ) {
    this.#mask = slots - 1
    this.#slots = new Int32Array(slots * words)
    this.#states = new Int32Array(slots)
    this.#max = entriesMax(slots)
  }

  /** A contested key takes more than a slot. */
  get isFull(): boolean {
    return this.#used + this.#contested.size * 8 >= this.#max
  }

  get contested(): number {
    return this.#contested.size
  }

  put(key: Hash64, row: Hash64 | undefined, assignment: number): void {
    if (!this.range.holds(key.high)) return
    const slot = this.#find(key)
    const state = this.#states[slot]!
    if (state === 0) {
      this.#used++
      this.#slots[slot * words] = key.high
      this.#slots[slot * words + 1] = key.low
    } else if (state >> stateBits !== assignment || (state & several) !== 0) {
      this.#contest(slot, row, assignment)
    }
    this.#set(slot, row, assignment)
  }

  match(key: Hash64, row: Hash64): Match {
    if (!this.range.holds(key.high)) return Match.OutOfRange
    const slot = this.#find(key)
    const state = this.#states[slot]!
    if (state === 0) return Match.Extra
    this.#states[slot] = state | seen
    if ((state & several) !== 0) return matchAny(this.#contested.get(slot)!, row)
    if ((state & present) === 0) return Match.Extra
    return this.#slots[slot * words + 2] === row.high && this.#slots[slot * words + 3] === row.low
      ? Match.Equal
      : Match.Differs
  }

  *missing(): Generator<{ high: number; low: number; rows: number }> {
    for (let slot = 0; slot <= this.#mask; slot++) {
      const state = this.#states[slot]!
      if ((state & used) === 0 || (state & seen) !== 0) continue
      if ((state & several) === 0 ? (state & present) !== 0 : this.#contested.get(slot)!.every(({ row }) => row)) {
        yield { high: this.#slots[slot * words]!, low: this.#slots[slot * words + 1]!, rows: 1 }
      }
    }
  }

  #find(key: Hash64): number {
    const { high, low } = key
    let slot = low & this.#mask
    while (this.#states[slot] !== 0) {
      if (this.#slots[slot * words] === high && this.#slots[slot * words + 1] === low) return slot
      slot = (slot + 1) & this.#mask
    }
    return slot
  }

  #set(slot: number, row: Hash64 | undefined, assignment: number): void {
    const before = this.#states[slot]!
    if ((before & present) !== 0) this.rows--
    if (row !== undefined) {
      this.rows++
      this.#slots[slot * words + 2] = row.high
      this.#slots[slot * words + 3] = row.low
    }
    this.#states[slot] = used | (row === undefined ? 0 : present) | (before & several) | (assignment << stateBits)
  }

  #contest(slot: number, row: Hash64 | undefined, assignment: number): void {
    const state = this.#states[slot]!
    let alternatives = this.#contested.get(slot)
    if (alternatives === undefined) {
      const last = { high: this.#slots[slot * words + 2]!, low: this.#slots[slot * words + 3]! }
      alternatives = [{ assignment: state >> stateBits, row: (state & present) === 0 ? undefined : last }]
      this.#contested.set(slot, alternatives)
      this.#states[slot] = state | several
    }
    const hash = row && { high: row.high, low: row.low }
    const own = alternatives.find((one) => one.assignment === assignment)
    if (own === undefined) alternatives.push({ assignment, row: hash })
    else own.row = hash
  }
}

function matchAny(alternatives: readonly Alternative[], row: Hash64): Match {
  if (alternatives.some((one) => one.row?.high === row.high && one.row.low === row.low)) return Match.Equal
  return alternatives.some((one) => one.row) ? Match.Differs : Match.Extra
}
