/**
 * Keeps a sink running over changes that a new look at Milvus mends: a collection that was dropped and made again, a schema that was
 * altered, a token that was rotated. The sink ends as for any error, which leaves nothing uncommitted behind that it could commit; then it is
 * opened anew, and reads on from the group's offsets.
 *
 * Once, that is: when the new sink ends so before it has written anything, somebody has to look at it. Somebody may also ask for it.
 */
import type { SinkSettings } from '../config/setup.ts'
import { addIgnored, type IgnoredNames } from '../decode/ignored-names.ts'
import { type Code, RedkiteError } from '../errors/errors.ts'
import type { Counts } from './counts.ts'
import { type TaskDetail, taskDetail } from './detail.ts'
import { type OpenedSink, type OpenOptions, openSink } from './open.ts'
import { type Part, PausedParts } from './paused-parts.ts'
import { addCounts, type RunningSink, type SinkStanding } from './running.ts'
import { addTallies, type Tallies } from './tallies.ts'

export interface SuperviseOptions extends OpenOptions {
  /** The settings read anew, for a token that changed where a placeholder points to. */
  readonly readAgain: () => SinkSettings
}

/** What a new look may mend. */
const mendable: ReadonlySet<Code> = new Set<Code>([
  'MILVUS_SCHEMA_CHANGED',
  'MILVUS_COLLECTION_MISSING',
  'MILVUS_COLLECTION_NOT_LOADED',
  'MILVUS_PARTITION_MISSING',
  'MILVUS_AUTH_REFUSED',
])

/** Of these, what somebody who makes a collection anew passes through: between dropping it and loading it lie some seconds. */
const underWay: ReadonlySet<Code> = new Set<Code>(['MILVUS_COLLECTION_MISSING', 'MILVUS_COLLECTION_NOT_LOADED'])
const underWayMs = 30_000
const tryAgainMs = 1_000

export async function superviseSink(options: SuperviseOptions): Promise<RunningSink> {
  const lasting = { ...options, pausedParts: new PausedParts() }
  return new SupervisedSink(lasting, await openSink(lasting))
}

/** What somebody has paused holds for the sinks after this one, too. */
type LastingOptions = SuperviseOptions & { readonly pausedParts: PausedParts }

class SupervisedSink implements RunningSink {
  readonly #options: LastingOptions
  #opened: OpenedSink
  #isFirst = true
  /** Of the sinks before this one. */
  readonly #counts: Counts[] = []
  readonly #ignored: IgnoredNames[] = []
  readonly #tallies: Tallies[] = []
  readonly #stopped = Promise.withResolvers<void>()
  #stopping = false
  #paused = false
  /** Somebody asked for it, or it is under way. */
  #restarting = false

  constructor(options: LastingOptions, opened: OpenedSink) {
    this.#options = options
    this.#opened = opened
  }

  get name(): string {
    return this.#opened.name
  }

  standing(): SinkStanding {
    const { goal } = this.#opened
    return {
      counts: this.#allCounts(),
      lag: this.#opened.lag(),
      goal,
      isCaughtUp: this.#opened.isCaughtUp(),
      ignored: addIgnored([...this.#ignored, this.#opened.ignored()]),
    }
  }

  async run(): Promise<void> {
    for (;;) {
      const cause = await this.#runOpened()
      if (cause === undefined && !this.#mayRestart()) return
      this.#restarting = true
      const next = await this.#openAgain(cause)
      if (next === undefined) return
      this.#counts.push(this.#opened.sink.counts)
      this.#ignored.push(this.#opened.ignored())
      this.#tallies.push(this.#opened.sink.tallies)
      this.#opened = next
      this.#isFirst = cause === undefined
      this.#restarting = false
      if (this.#paused) this.pause()
    }
  }

  stop(): void {
    this.#stopping = true
    this.#stopped.resolve()
    this.#opened.sink.stop()
  }

  pause(part?: Part): void {
    if (part !== undefined) {
      this.#options.pausedParts.pause(part)
      this.#opened.sink.partsChanged()
      return
    }
    this.#paused = true
    void this.#opened.sink.pause()
  }

  resume(part?: Part): void {
    this.#options.pausedParts.resume(part)
    this.#opened.sink.partsChanged()
    if (part !== undefined) return
    this.#paused = false
    this.#opened.sink.resume()
  }

  restart(): void {
    if (this.#restarting || this.#stopping) return
    this.#restarting = true
    this.#options.log.info('restarting, as somebody asked: finishing what was read')
    this.#opened.sink.stop()
  }

  async detail(): Promise<readonly TaskDetail[]> {
    const state = this.#restarting ? 'restarting' : this.#paused ? 'paused' : 'running'
    this.#opened.sink.bookWaiting()
    const tallies = addTallies([...this.#tallies, this.#opened.sink.tallies])
    // The clock begins anew in each thread; whoever reads this knows the time of day.
    const recentRejects = tallies.recentRejects.map((each) => ({ ...each, atMs: performance.timeOrigin + each.atMs }))
    const lastWrittenMs = tallies.lastWrittenMs && performance.timeOrigin + tallies.lastWrittenMs
    return [taskDetail(this.#opened, state, this.#allCounts(), { ...tallies, recentRejects, lastWrittenMs })]
  }

  abandon(): Promise<void> {
    return this.#opened.abandon()
  }

  #allCounts(): Counts {
    return addCounts([...this.#counts, this.#opened.sink.counts])
  }

  /** Resolves with what a new look may mend, or with nothing when it ended in good order. */
  async #runOpened(): Promise<RedkiteError | undefined> {
    try {
      await this.#opened.run()
      return undefined
    } catch (error) {
      if (error instanceof RedkiteError && this.#mayMend(error)) return error
      throw error
    }
  }

  #mayRestart(): boolean {
    return this.#restarting && !this.#stopping && !this.#opened.isCaughtUp()
  }

  #mayMend(error: RedkiteError): boolean {
    const { written, deleted } = this.#opened.sink.counts
    return !this.#stopping && mendable.has(error.code) && (this.#isFirst || written + deleted > 0)
  }

  /** Undefined when it was stopped meanwhile. */
  async #openAgain(cause: RedkiteError | undefined): Promise<OpenedSink | undefined> {
    const { log } = this.#options
    if (cause !== undefined) log.warn(`opening the sink anew: ${cause.message}`)
    const options = { ...this.#options, settings: this.#settingsNow() }
    const endMs = performance.now() + underWayMs
    let last = cause
    for (;;) {
      // At least once, so that a change that is half done has a moment to be completed.
      if (last !== undefined) await Promise.race([Bun.sleep(tryAgainMs), this.#stopped.promise])
      if (this.#stopping) return undefined
      try {
        const opened = await openSink(options)
        if (!this.#stopping) return opened
        await opened.abandon()
        return undefined
      } catch (error) {
        if (!(error instanceof RedkiteError)) throw error
        const passing = error.label === 'retriable' || (underWay.has(error.code) && performance.now() < endMs)
        if (!passing) throw error
        if (error.code !== last?.code) log.warn(`${error.message}; trying again`)
        last = error
      }
    }
  }

  /** A token behind a placeholder may have been rotated; everything else stays as it was at the start. */
  #settingsNow(): SinkSettings {
    const { settings, readAgain, log } = this.#options
    try {
      return { ...settings, token: readAgain().token }
    } catch (error) {
      log.warn(`the token is not read again: ${error instanceof Error ? error.message : String(error)}`)
      return settings
    }
  }
}
