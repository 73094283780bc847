import type { Clock } from './ports.ts'
import type { Stages } from './stages.ts'

/** Books what a sink's thread does and waits for to its stages: some readings of the clock an arena or a batch, none a record. */
export class StageClock {
  /** What it waits for, and since when. */
  #idle: { readonly stage: 'blockedMs' | 'starvedMs'; readonly sinceMs: number } | undefined

  constructor(
    readonly stages: Stages,
    readonly clock: Clock,
  ) {}

  nowMs(): number {
    return this.clock.now()
  }

  /** The time from `startMs` until now went into this stage. */
  spent(stage: 'fetchMs' | 'decodeMs' | 'sealMs', startMs: number): void {
    this.stages[stage] += this.clock.now() - startMs
  }

  /** From now on there is nothing to do, unless that was so before. */
  idles(stage: 'blockedMs' | 'starvedMs'): void {
    this.#idle ??= { stage, sinceMs: this.clock.now() }
  }

  /** Books what it has waited until now, for whoever asks meanwhile. */
  book(): void {
    const stage = this.#idle?.stage
    if (stage === undefined) return
    this.wakes(this.clock.now())
    this.idles(stage)
  }

  /** At `nowMs` there was something to do again. */
  wakes(nowMs: number): void {
    if (this.#idle === undefined) return
    this.stages[this.#idle.stage] += nowMs - this.#idle.sinceMs
    this.#idle = undefined
  }
}
