/** A key may hold a server's text, of which there is no end. */
const keysMax = 1_000

/** Says the same thing at most once an interval: a broker that is down says so many times a second. */
export class RateLimited {
  readonly #lastMs = new Map<string, number>()

  constructor(
    readonly intervalMs: number,
    readonly now: () => number,
  ) {}

  say(key: string, line: () => void): void {
    const last = this.#lastMs.get(key)
    const nowMs = this.now()
    if (last !== undefined && nowMs - last < this.intervalMs) return
    if (this.#lastMs.size >= keysMax) this.#lastMs.clear()
    this.#lastMs.set(key, nowMs)
    line()
  }
}
