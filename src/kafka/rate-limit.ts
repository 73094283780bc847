/** Lets the same error through once in a while: librdkafka reports a dead broker many times a second. */
export class RateLimit {
  readonly #lastAt = new Map<string, number>()

  constructor(readonly everyMs: number) {}

  allows(key: string, nowMs: number): boolean {
    const last = this.#lastAt.get(key)
    if (last !== undefined && nowMs - last < this.everyMs) return false
    if (this.#lastAt.size > 1_000) this.#lastAt.clear()
    this.#lastAt.set(key, nowMs)
    return true
  }
}
