/**
 * How many requests may be under way: a window that halves when Milvus asks for less and grows by one request a window of successes,
 * as TCP does. So a rate limit slows the sink down smoothly, and its end is found again within seconds.
 */
export class Pace {
  #window: number

  constructor(readonly requestsMax: number) {
    this.#window = requestsMax
  }

  get requests(): number {
    return Math.max(1, Math.floor(this.#window))
  }

  succeeded(): void {
    this.#window = Math.min(this.requestsMax, this.#window + 1 / this.#window)
  }

  slowDown(): void {
    this.#window = Math.max(1, this.#window / 2)
  }
}
