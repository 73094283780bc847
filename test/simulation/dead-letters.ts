import type { DeadLetter, DeadLetters } from '../../src/sink/dead-letters.ts'
import type { SimulatedClock } from './clock.ts'
import type { Random } from './random.ts'

/** A dead-letter topic that takes its time, and at times is away; `letters` is what it acknowledged or may hold. */
export class SimulatedDeadLetters {
  readonly letters = new Set<string>()
  outages = 0

  constructor(
    readonly clock: SimulatedClock,
    readonly random: Random,
  ) {}

  /** The producer of one process. */
  connect(alive: () => boolean): DeadLetters {
    return {
      send: ({ assignment, offset }: DeadLetter) => {
        const { promise, resolve } = Promise.withResolvers<void>()
        const away = this.random.chance(0.2)
        if (away) this.outages++
        this.clock.setTimer(this.random.below(away ? 3_000 : 50), () => {
          if (!alive()) return
          this.letters.add(`${assignment.partition}/${offset}`)
          resolve()
        })
        return promise
      },
      close: async () => {},
    }
  }
}
