/** How long the event loop stood still at most: a call that waits for a broker shows as seconds. */
export class EventLoopMeter {
  #last = performance.now()
  #maxMs = 0
  readonly #timer = setInterval(() => this.#look(), 5)

  /** Ends the measurement. */
  stop(): number {
    this.#look()
    clearInterval(this.#timer)
    return this.#maxMs
  }

  #look(): void {
    const now = performance.now()
    this.#maxMs = Math.max(this.#maxMs, now - this.#last - 5)
    this.#last = now
  }
}

/** No call of ours takes 10 ms; the rest is for a machine whose cores are all busy. The calls it shall find take seconds. */
export const stallMaxMs = 1_000
