/**
 * The sinks of a process: opened together, run together, and one by one replaced, added or taken away while the others go on. One sink's
 * error ends all: whoever watches the process must learn of it.
 */
import type { SinkSettings } from '../config/setup.ts'
import { ReplaceableSink } from './replaceable.ts'
import type { RunningSink } from './running.ts'

export interface Failure {
  readonly sink: string
  readonly error: unknown
}

/** A sink as the files have it. */
export interface PlannedSink {
  readonly settings: SinkSettings
  /** Differs where anything differs that the sink was opened with. */
  readonly fingerprint: string
  open(): Promise<RunningSink>
}

export interface RosterChange {
  readonly changed: readonly string[]
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

interface Member {
  readonly planned: PlannedSink
  readonly sink: ReplaceableSink
}

export class Roster {
  readonly #members = new Map<string, Member>()
  /** Those that were taken away; what they did still counts. */
  readonly #gone: RunningSink[] = []
  readonly #failures: Failure[] = []
  readonly #ended = Promise.withResolvers<void>()
  #onEnd: (sink: RunningSink, error?: unknown) => void = () => {}
  #running = 0
  #stopping = false

  /** Those that run now, or are about to. */
  get sinks(): readonly RunningSink[] {
    return Array.from(this.#members.values(), ({ sink }) => sink)
  }

  /** With those that a reload took away. */
  get all(): readonly RunningSink[] {
    return [...this.#gone, ...this.sinks]
  }

  settingsOf(name: string): SinkSettings | undefined {
    return this.#members.get(name)?.planned.settings
  }

  /** All have answered, or none is kept: then it resolves with why. Their order is that of the files, whoever answered first. */
  async open(planned: readonly PlannedSink[]): Promise<readonly Failure[]> {
    const { opened, failures } = await openAll(planned)
    if (failures.length > 0) await abandonAll(opened)
    else for (const { plan, sink } of opened) this.#members.set(sink.name, member(plan, sink))
    return failures
  }

  /** Resolves when every sink has ended, with the errors in the order they came; each is told of as it ends. */
  async run(onEnd: (sink: RunningSink, error?: unknown) => void = () => {}): Promise<readonly Failure[]> {
    this.#onEnd = onEnd
    for (const { sink } of this.#members.values()) this.#start(sink)
    await this.#ended.promise
    return this.#failures
  }

  stop(): void {
    this.#stopping = true
    for (const sink of this.all) sink.stop()
  }

  async abandon(): Promise<void> {
    await Promise.all(this.sinks.map((sink) => sink.abandon()))
  }

  /**
   * Changes to what the files say now. Nothing is changed before everything new has been opened; when something could not be, it resolves with
   * why, and all goes on as before.
   */
  async change(planned: readonly PlannedSink[]): Promise<RosterChange | readonly Failure[]> {
    const different = planned.filter(
      ({ settings, fingerprint }) => this.#members.get(settings.name)?.planned.fingerprint !== fingerprint,
    )
    const { opened, failures } = await openAll(different)
    if (failures.length > 0 || this.#stopping) {
      await abandonAll(opened)
      return failures.length > 0 ? failures : { changed: [], added: [], removed: [] }
    }
    const names = new Set(planned.map(({ settings }) => settings.name))
    const [changed, added]: [string[], string[]] = [[], []]
    for (const { plan, sink } of opened) (this.#take(plan, sink) ? changed : added).push(sink.name)
    const removed = [...this.#members.keys()].filter((name) => !names.has(name))
    for (const name of removed) this.#remove(name)
    return { changed, added, removed }
  }

  /** Whether it follows another of its name. */
  #take(plan: PlannedSink, sink: RunningSink): boolean {
    const before = this.#members.get(sink.name)
    if (before !== undefined) {
      this.#members.set(sink.name, { planned: plan, sink: before.sink })
      before.sink.followWith(sink)
      return true
    }
    const added = member(plan, sink)
    this.#members.set(sink.name, added)
    this.#start(added.sink)
    return false
  }

  #remove(name: string): void {
    const { sink } = this.#members.get(name)!
    this.#members.delete(name)
    this.#gone.push(sink)
    sink.stop()
  }

  #start(sink: RunningSink): void {
    this.#running++
    void sink
      .run()
      .then(
        () => this.#onEnd(sink),
        (error: unknown) => {
          this.#failures.push({ sink: sink.name, error })
          this.#onEnd(sink, error)
          this.stop()
        },
      )
      .finally(() => {
        if (--this.#running === 0) this.#ended.resolve()
      })
  }
}

interface Opened {
  readonly plan: PlannedSink
  readonly sink: RunningSink
}

async function openAll(planned: readonly PlannedSink[]): Promise<{ opened: Opened[]; failures: Failure[] }> {
  const failures: Failure[] = []
  const opened = await Promise.all(
    planned.map(async (plan): Promise<Opened[]> => {
      try {
        return [{ plan, sink: await plan.open() }]
      } catch (error) {
        failures.push({ sink: plan.settings.name, error })
        return []
      }
    }),
  )
  return { opened: opened.flat(), failures }
}

async function abandonAll(opened: readonly Opened[]): Promise<void> {
  await Promise.all(opened.map(({ sink }) => sink.abandon()))
}

function member(planned: PlannedSink, sink: RunningSink): Member {
  return { planned, sink: new ReplaceableSink(sink) }
}
