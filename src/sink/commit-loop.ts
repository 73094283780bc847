import type { Watermark } from '../delivery/watermark.ts'
import { RedkiteError } from '../errors/errors.ts'
import type { Clock, Source, Timer } from './ports.ts'

export interface CommitListener {
  committed(): void
  failed(error: RedkiteError): void
}

/** Between two tries of the last commit, each of which has tried for a while itself. */
const againMs = 200

/** Commits what is safe, each interval and when asked; one commit after the other, lest an older one overwrite a newer. */
export class CommitLoop {
  #source: Source | undefined
  #timer: Timer | undefined
  #stopped = false
  #error: RedkiteError | undefined
  #last: Promise<void> = Promise.resolve()

  constructor(
    readonly watermark: Watermark,
    readonly clock: Clock,
    readonly intervalMs: number,
    readonly listener: CommitListener,
  ) {}

  start(source: Source): void {
    this.#source = source
    this.#schedule()
  }

  /** No more by itself; `commit` still works. */
  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  commit(): Promise<void> {
    this.#last = this.#last.then(() => this.#commit())
    return this.#last
  }

  /** The last commit: tried again until Kafka has it, somebody has to act, or the deadline has come. Why it failed, if it did. */
  async finish(deadlineMs: number): Promise<RedkiteError | undefined> {
    for (;;) {
      await this.commit()
      if (this.#error === undefined || this.#error.label === 'fatal' || this.clock.now() >= deadlineMs)
        return this.#error
      await new Promise<void>((resolve) => this.clock.setTimer(againMs, resolve))
    }
  }

  #schedule(): void {
    if (this.#stopped) return
    this.#timer = this.clock.setTimer(this.intervalMs, () => void this.commit().finally(() => this.#schedule()))
  }

  async #commit(): Promise<void> {
    const positions = this.watermark.committable()
    this.#error = undefined
    if (positions.length === 0) return
    try {
      await this.#source!.commit(positions)
      this.watermark.committed(positions)
      this.listener.committed()
    } catch (error) {
      if (!(error instanceof RedkiteError)) throw error
      this.#error = error
      this.listener.failed(error)
    }
  }
}
