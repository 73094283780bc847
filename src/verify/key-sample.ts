/**
 * Some keys of a topic, each as likely as any other, however often it comes: those whose hash, mixed with a random number, is smallest. Which
 * they are is known only at the end, but a key that has fallen out never comes back in, so that each has its last row.
 */
import type { Key } from './collection-reader.ts'
import { Hash64 } from './hash64.ts'

export interface SampledKey {
  readonly key: Key
  /** By assignment: the last row there; undefined is a deletion. */
  readonly rows: Map<number, { readonly high: number; readonly low: number } | undefined>
}

export class KeySample {
  readonly #kept = new Map<string, SampledKey & { readonly rank: number }>()
  readonly #mixer = new Hash64()
  /** Keys of a higher rank are not kept. */
  #rankMax = 0xffff_ffff

  constructor(
    readonly size: number,
    readonly seed: number,
  ) {}

  get keys(): readonly SampledKey[] {
    return [...this.#kept.values()].sort((a, b) => a.rank - b.rank).slice(0, this.size)
  }

  put(key: Hash64, row: Hash64 | undefined, assignment: number, keyValue: () => Key): void {
    const rank = this.#rankOf(key)
    if (rank > this.#rankMax) return
    const name = `${key.high},${key.low}`
    let kept = this.#kept.get(name)
    if (kept === undefined) {
      kept = { key: keyValue(), rows: new Map(), rank }
      this.#kept.set(name, kept)
      if (this.#kept.size > this.size * 2) this.#shrink()
    }
    kept.rows.set(assignment, row && { high: row.high, low: row.low })
  }

  #rankOf({ high, low }: Hash64): number {
    this.#mixer.begin()
    this.#mixer.addWord(this.seed)
    this.#mixer.addWord(high)
    this.#mixer.addWord(low)
    this.#mixer.end()
    return this.#mixer.high >>> 0
  }

  #shrink(): void {
    const ranks = [...this.#kept.values()].map(({ rank }) => rank).sort((a, b) => a - b)
    this.#rankMax = ranks[this.size - 1]!
    for (const [name, { rank }] of this.#kept) if (rank > this.#rankMax) this.#kept.delete(name)
  }
}
