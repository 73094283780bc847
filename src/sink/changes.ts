import type { Clock } from './ports.ts'

/** How often a condition is looked at when nothing says that something has happened. */
const lookEveryMs = 100

/** Lets the end of a sink, or of an assignment, wait for what is still under way. */
export class Changes {
  readonly #waiting = new Set<() => void>()

  constructor(readonly clock: Clock) {}

  happened(): void {
    for (const wake of this.#waiting) wake()
  }

  /** Waits until the condition holds, looking again at each change; false if the deadline came first. */
  async until(condition: () => boolean, deadlineMs: number): Promise<boolean> {
    while (!condition()) {
      const leftMs = deadlineMs - this.clock.now()
      if (leftMs <= 0) return false
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.add(resolve)
      const timer = this.clock.setTimer(Math.min(leftMs, lookEveryMs), resolve)
      await promise
      this.#waiting.delete(resolve)
      timer.cancel()
    }
    return true
  }
}
