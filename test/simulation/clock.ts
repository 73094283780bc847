import type { Clock, Timer } from '../../src/sink/ports.ts'

interface Event {
  readonly atMs: number
  readonly order: number
  readonly run: () => void
  cancelled: boolean
}

/** Time that moves only when everything that could happen now has happened: hours pass in milliseconds, and always in the same order. */
export class SimulatedClock implements Clock {
  #nowMs = 0
  #order = 0
  #events: Event[] = []

  now(): number {
    return this.#nowMs
  }

  setTimer(delayMs: number, run: () => void): Timer {
    const event: Event = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run, cancelled: false }
    this.#events.push(event)
    return {
      cancel: () => {
        event.cancelled = true
      },
    }
  }

  defer(run: () => void): void {
    this.setTimer(0, run)
  }

  /** Runs events in order until the condition holds; false if there are none left, or too many went by. */
  async runUntil(done: () => boolean, eventsMax: number): Promise<boolean> {
    for (let ran = 0; ran < eventsMax; ran++) {
      // Promises settle between events, as they do in the event loop; a few turns are enough for the chains the sink has.
      for (let turn = 0; turn < 12; turn++) await Promise.resolve()
      if (done()) return true
      let next: Event | undefined
      for (const event of this.#events) {
        if (next === undefined || event.atMs < next.atMs || (event.atMs === next.atMs && event.order < next.order))
          next = event
      }
      if (next === undefined) {
        for (let turn = 0; turn < 1_000; turn++) await Promise.resolve()
        return done()
      }
      this.#events.splice(this.#events.indexOf(next), 1)
      if (next.cancelled) {
        ran--
        continue
      }
      this.#nowMs = next.atMs
      next.run()
    }
    return false
  }
}
