/**
 * Keeps a sink running over changes that a new look at Milvus mends: a collection that was dropped and made again, a schema that was
 * altered, a token that was rotated. The sink ends as for any error, which leaves nothing uncommitted behind that it could commit; then it is
 * opened anew, and reads on from the group's offsets.
 *
 * Once, that is: when the new sink ends so before it has written anything, somebody has to look at it.
 */
import type { SinkSettings } from '../config/setup.ts'
import { type Code, RedkiteError } from '../errors/errors.ts'
import type { Counts } from './counts.ts'
import { type OpenedSink, type OpenOptions, openSink } from './open.ts'
import { addCounts, addIgnored, type IgnoredKeyCounts, type RunningSink, type SinkStanding } from './running.ts'

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
  return new SupervisedSink(options, await openSink(options))
}

class SupervisedSink implements RunningSink {
  readonly #options: SuperviseOptions
  #opened: OpenedSink
  #isFirst = true
  /** Of the sinks before this one. */
  readonly #counts: Counts[] = []
  readonly #ignored: IgnoredKeyCounts[] = []
  readonly #stopped = Promise.withResolvers<void>()
  #stopping = false

  constructor(options: SuperviseOptions, opened: OpenedSink) {
    this.#options = options
    this.#opened = opened
  }

  get name(): string {
    return this.#opened.name
  }

  standing(): SinkStanding {
    const { sink, goal } = this.#opened
    return {
      counts: addCounts([...this.#counts, sink.counts]),
      lag: this.#opened.lag(),
      goal,
      isCaughtUp: this.#opened.isCaughtUp(),
      ignored: addIgnored([...this.#ignored, this.#opened.ignored()]),
    }
  }

  async run(): Promise<void> {
    for (;;) {
      try {
        return await this.#opened.run()
      } catch (error) {
        if (!(error instanceof RedkiteError) || !this.#mayMend(error)) throw error
        const next = await this.#openAgain(error)
        if (next === undefined) return
        this.#counts.push(this.#opened.sink.counts)
        this.#ignored.push(this.#opened.ignored())
        this.#opened = next
        this.#isFirst = false
      }
    }
  }

  stop(): void {
    this.#stopping = true
    this.#stopped.resolve()
    this.#opened.sink.stop()
  }

  abandon(): Promise<void> {
    return this.#opened.abandon()
  }

  #mayMend(error: RedkiteError): boolean {
    const { written, deleted } = this.#opened.sink.counts
    return !this.#stopping && mendable.has(error.code) && (this.#isFirst || written + deleted > 0)
  }

  /** Undefined when it was stopped meanwhile. */
  async #openAgain(cause: RedkiteError): Promise<OpenedSink | undefined> {
    const { log } = this.#options
    log.warn(`opening the sink anew: ${cause.message}`)
    const options = { ...this.#options, settings: this.#settingsNow() }
    const endMs = performance.now() + underWayMs
    let last = cause
    for (;;) {
      // At least once, so that a change that is half done has a moment to be completed.
      await Promise.race([Bun.sleep(tryAgainMs), this.#stopped.promise])
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
        if (error.code !== last.code) log.warn(`${error.message}; trying again`)
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
