import type { IgnoredNames } from '../ignored-names.ts'
import type { KeyTable } from './keys.ts'

/** How often each key was left out because the collection has no field for it. Names share the plan's `KeyTable`, behind those of the fields. */
export class IgnoredKeys {
  private readonly counts: Float64Array
  private others = 0

  constructor(
    private readonly keys: KeyTable,
    private readonly firstId: number,
  ) {
    this.counts = new Float64Array(keys.namesMax - firstId)
  }

  /** Counts a key with a known id. */
  count(id: number): void {
    this.counts[id - this.firstId]! += 1
  }

  /** Counts a key that lies at `bytes[from…to]`; returns its new id, or -1 if it got none and counts under no name. */
  countNew(bytes: Uint8Array, from: number, to: number): number {
    const id = this.keys.keep(bytes, from, to)
    if (id >= 0) this.count(id)
    else this.others++
    return id
  }

  /** Names with their counts, and how many had no room here. */
  names(): IgnoredNames {
    const byName = new Map<string, number>()
    for (let id = this.firstId; id < this.keys.names.length; id++) {
      const count = this.counts[id - this.firstId]!
      if (count > 0) byName.set(this.keys.names[id]!, count)
    }
    return { byName, others: this.others }
  }
}
