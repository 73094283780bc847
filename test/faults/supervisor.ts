/** Keeps redkite running as systemd does with `Restart=always`: whatever ends it, it is started again until it is stopped. */
import { type Ended, type Properties, type RunningRedkite, startRedkite } from '../e2e/redkite.ts'
import { until } from '../e2e/until.ts'

const stopGraceMs = 60_000
/** A dead member's session, and starts that follow each other on a busy machine. */
const assignedWithinMs = 180_000

export class Supervisor {
  starts = 1
  /** How each process ended, in order. */
  readonly ends: Ended[] = []
  #current: RunningRedkite
  #stopping = false
  readonly #ended: Promise<void>

  constructor(
    readonly worker: Properties,
    readonly sinks: readonly Properties[],
    readonly restartMs = 100,
  ) {
    this.#current = startRedkite(worker, sinks)
    this.#ended = this.#loop()
  }

  /** Of the process that runs now. */
  get stderr(): string {
    return this.#current.stderr()
  }

  get pid(): number {
    return this.#current.pid
  }

  get isAssigned(): boolean {
    return this.stderr.includes('assigned ')
  }

  /** Until the process that runs has its partitions. */
  assigned(): Promise<void> {
    return until('partitions are assigned', () => this.isAssigned, assignedWithinMs)
  }

  signal(name: NodeJS.Signals): void {
    this.#current.signal(name)
  }

  /** SIGTERM, and no other start; how the last process ended. A process that is still there after the grace is killed. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.#stopping = true
    this.#current.signal(signal)
    const { pid } = this.#current
    const timer = setTimeout(() => process.kill(pid, 'SIGKILL'), stopGraceMs)
    await this.#ended
    clearTimeout(timer)
    return this.ends.at(-1)!
  }

  async #loop(): Promise<void> {
    for (;;) {
      this.ends.push(await this.#current.ended)
      if (!this.#stopping) await Bun.sleep(this.restartMs)
      if (this.#stopping) return
      this.#current = startRedkite(this.worker, this.sinks)
      this.starts++
    }
  }
}
