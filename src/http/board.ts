/** The sinks of this process as the outside sees them: from before they are opened until after they have ended. */
import type { Log } from '../ops/log.ts'
import type { TaskDetail } from '../sink/detail.ts'
import type { RunningSink, SinkStanding } from '../sink/running.ts'

export interface SinkInfo {
  readonly name: string
  /** As written, without its secrets. */
  readonly config: Readonly<Record<string, string>>
  readonly topics: string
  /** Empty where records say where they go. */
  readonly collection: string
  readonly tasksMax: number
}

export const sinkStates = ['opening', 'running', 'paused', 'restarting', 'failed', 'stopped'] as const
export type SinkState = (typeof sinkStates)[number]

/** A sink at one moment. */
export interface SinkView {
  readonly info: SinkInfo
  readonly state: SinkState
  /** Why it failed. */
  readonly error: string | undefined
  /** Undefined before it is opened. */
  readonly standing: SinkStanding | undefined
  readonly tasks: readonly TaskDetail[]
}

export class Board {
  readonly startedAt = new Date()
  #places: readonly Place[] = []

  constructor(
    infos: readonly SinkInfo[],
    readonly log: Log,
  ) {
    this.plan(infos)
  }

  get places(): readonly Place[] {
    return this.#places
  }

  /** The sinks that there are to be from now on; one that was there stays, with what is new about it. */
  plan(infos: readonly SinkInfo[]): void {
    const several = infos.length > 1
    this.#places = infos.map((info) => {
      const place = this.place(info.name) ?? new Place(info, several ? this.log.named(info.name) : this.log)
      place.info = info
      return place
    })
  }

  place(name: string): Place | undefined {
    return this.places.find(({ info }) => info.name === name)
  }

  view(): Promise<readonly SinkView[]> {
    return Promise.all(this.places.map((place) => place.view()))
  }
}

/** What is wished of a sink that is not open yet is done when it is. */
export class Place {
  #running: RunningSink | undefined
  /** Before it is open; from then on it says itself whether it is paused, since a console may do that, too. */
  #isToPause = false
  #ended = false
  #error: string | undefined

  constructor(
    public info: SinkInfo,
    readonly log: Log,
  ) {}

  /** May be said again of the same. */
  opened(running: RunningSink): void {
    if (this.#running === running) return
    this.#running = running
    if (this.#isToPause) running.pause()
    this.#isToPause = false
  }

  /** Says that one ended; that of another of its name, which a reload took away, is over for good. */
  ended(error?: unknown, running: RunningSink | undefined = this.#running): void {
    if (running !== this.#running) return
    this.#ended = true
    if (error !== undefined) this.#error = error instanceof Error ? error.message : String(error)
  }

  get isOpen(): boolean {
    return this.#running !== undefined && !this.#ended
  }

  pause(): void {
    this.log.info('pausing, as somebody asked')
    if (this.#running === undefined) this.#isToPause = true
    else this.#running.pause()
  }

  resume(): void {
    this.log.info('resuming, as somebody asked')
    this.#isToPause = false
    this.#running?.resume()
  }

  restart(task?: number): void {
    this.#running?.restart(task)
  }

  async view(): Promise<SinkView> {
    const tasks = (await this.#running?.detail()) ?? []
    const standing = this.#running?.standing()
    return { info: this.info, state: this.#state(tasks), error: this.#error, standing, tasks }
  }

  #state(tasks: readonly TaskDetail[]): SinkState {
    if (this.#error !== undefined) return 'failed'
    if (this.#ended) return 'stopped'
    if (tasks.some(({ state }) => state === 'restarting')) return 'restarting'
    if (this.#running === undefined) return this.#isToPause ? 'paused' : 'opening'
    return tasks.some(({ state }) => state === 'paused') ? 'paused' : 'running'
  }
}
