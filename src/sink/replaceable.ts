/**
 * A sink of which one life follows another: when its settings change, the next one is opened while this one still runs, and takes over when
 * this one has written and committed what it had read. To everybody else it is one sink, whose counts go on.
 */

import { addIgnored } from '../decode/ignored-names.ts'
import type { TaskDetail } from './detail.ts'
import { type Part, PausedParts } from './paused-parts.ts'
import { addCounts, type RunningSink, type SinkStanding } from './running.ts'

export class ReplaceableSink implements RunningSink {
  readonly name: string
  #now: RunningSink
  #next: RunningSink | undefined
  /** How those before this one stood when they ended. */
  readonly #before: SinkStanding[] = []
  #stopping = false
  #paused = false
  readonly #pausedParts = new PausedParts()

  constructor(first: RunningSink) {
    this.name = first.name
    this.#now = first
  }

  async run(): Promise<void> {
    for (;;) {
      await this.#now.run().catch(async (error: unknown) => {
        await this.#next?.abandon()
        throw error
      })
      const next = this.#next
      if (next === undefined) return
      this.#next = undefined
      if (this.#stopping) return next.abandon()
      this.#before.push(this.#now.standing())
      this.#now = next
      if (this.#paused) next.pause()
      this.#pausedParts.tell(next)
    }
  }

  /** `next` is opened and has not run yet. One that was to follow before it never runs. */
  followWith(next: RunningSink): void {
    void this.#next?.abandon()
    this.#next = next
    this.#now.stop()
  }

  standing(): SinkStanding {
    const now = this.#now.standing()
    const all = [...this.#before, now]
    return {
      ...now,
      counts: addCounts(all.map(({ counts }) => counts)),
      ignored: addIgnored(all.map(({ ignored }) => ignored)),
    }
  }

  detail(): Promise<readonly TaskDetail[]> {
    return this.#now.detail()
  }

  stop(): void {
    this.#stopping = true
    this.#now.stop()
  }

  pause(part?: Part): void {
    if (part === undefined) this.#paused = true
    else this.#pausedParts.pause(part)
    this.#now.pause(part)
  }

  resume(part?: Part): void {
    if (part === undefined) this.#paused = false
    this.#pausedParts.resume(part)
    this.#now.resume(part)
  }

  restart(task?: number): void {
    this.#now.restart(task)
  }

  abandon(): Promise<void> {
    return this.#now.abandon()
  }
}
