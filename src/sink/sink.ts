import type { Position } from '../delivery/batch.ts'
import { placeNames } from '../delivery/place.ts'
import type { RedkiteError } from '../errors/errors.ts'
import type { OffsetReset } from '../kafka/offset-reset.ts'
import { RateLimited } from '../ops/rate-limited.ts'
import { CommitLoop } from './commit-loop.ts'
import { Counts } from './counts.ts'
import { PartitionPauses } from './partition-pauses.ts'
import { PausedParts } from './paused-parts.ts'
import { Pipeline } from './pipeline.ts'
import type { Source, SourceAssignment } from './ports.ts'
import type { Pressure } from './pressure.ts'
import { ReadPositions } from './read-positions.ts'
import type { SinkOptions } from './sink-options.ts'
import { noTallies } from './tallies.ts'

/** A revoked partition's next owner starts where we committed: what is in flight is worth a wait, but the group waits too. */
export const revokeTimeoutMs = 10_000

/**
 * One sink: records go through a `Pipeline`, and what is safe is committed (`CommitLoop`). Here stands the order in which a sink starts, pauses,
 * takes and yields partitions, reaches its goal, and ends.
 */
export class Sink {
  readonly counts = new Counts()
  readonly tallies = noTallies()
  /** How far its partitions were read. */
  readonly positions = new ReadPositions()
  readonly #options: SinkOptions
  readonly #pipeline: Pipeline
  readonly #pauses: PartitionPauses
  readonly #troubles: RateLimited
  readonly #commits: CommitLoop
  /** Assignments that are being taken away: still ours to commit, but what the arena holds of them is the next owner's to write. */
  readonly #leaving = new Set<number>()
  #source: Source | undefined
  #paused = false
  #joined = false
  #ending = false
  /** Whatever could be written before the end has been. */
  #drained = false
  #error: RedkiteError | undefined
  readonly #ended = Promise.withResolvers<void>()

  constructor(options: SinkOptions) {
    this.#options = options
    const { clock, log, caughtUp, pausedParts = new PausedParts() } = options
    const { counts, tallies, positions } = this
    const troubles = new RateLimited(5_000, () => clock.now())
    this.#troubles = troubles
    this.#pauses = new PartitionPauses(pausedParts, log, caughtUp !== undefined)
    this.#pipeline = new Pipeline(
      { ...options, counts, tallies, positions, troubles },
      {
        mayRead: () => !this.#ending && !this.#paused,
        isOurs: (assignment) => this.#isOurs(assignment),
        progressed: (assignments) => this.#noteProgress(assignments),
        failed: (error) => this.#end(error),
      },
    )
    this.#commits = new CommitLoop(this.#pipeline.delivery.watermark, clock, options.commitIntervalMs, {
      committed: () => counts.commits++,
      failed: (error) => this.failed(error),
    })
  }

  /** Runs until it is stopped, caught up, or fails; rejects with what ended it. The source reports to this sink (see `ConsumerListener`). */
  async run(source: Source): Promise<void> {
    this.#source = source
    this.#commits.start(source)
    this.#pipeline.start(source)
    // With nothing left to read it joins all the same: a group that nobody joins for a week loses its offsets.
    if (this.#options.caughtUp?.isEmpty) this.caughtUpMayBeDone()
    await this.#ended.promise
    await this.#drain(source)
    if (this.#error !== undefined) throw this.#error
  }

  /** Ends in good order: what was read is written and committed. */
  stop(): void {
    this.#end(undefined)
  }

  /** Takes no more records until `resume`: what was taken is written and committed, and this member keeps its partitions. */
  async pause(): Promise<void> {
    this.#paused = true
    const pipeline = this.#pipeline
    pipeline.sealAll()
    const isOver = () => this.#ending || !this.#paused
    await pipeline.until(() => isOver() || pipeline.delivery.isSettled, Number.POSITIVE_INFINITY)
    if (!isOver()) await this.#commits.commit()
  }

  resume(): void {
    this.#paused = false
    this.ready()
  }

  /** Somebody has paused or resumed partitions. */
  partsChanged(): void {
    const source = this.#source
    if (source === undefined || this.#ending) return
    const ours = source.assignments.filter((assignment) => this.#isOurs(assignment))
    this.#pauses.apply(source, ours)
  }

  /** Whether somebody has paused the partition. */
  isPaused(assignment: number): boolean {
    return this.#pauses.isPaused(assignment)
  }

  /** Whether partitions were assigned to it, which may be none. */
  get hasJoined(): boolean {
    return this.#joined
  }

  /** What it has waited until now counts in its tallies too. */
  bookWaiting(): void {
    this.#pipeline.bookWaiting()
  }

  pressure(): Pressure {
    return this.#pipeline.pressure()
  }

  /** Records may be waiting. */
  ready(): void {
    this.#pipeline.ready()
  }

  /** Everything of a partition was read, up to `offset`. */
  endOfPartition(assignment: SourceAssignment, offset: number): void {
    this.#pipeline.meetEnd({ assignment, offset })
  }

  failed(error: RedkiteError): void {
    if (error.label === 'fatal') this.#end(error)
    else this.#troubles.say(error.code, () => this.#options.log.warn(error.message))
  }

  offsetReset({ topic, partition, from, to }: OffsetReset): void {
    this.counts.offsetResets++
    const [where, missed] =
      to === undefined ? ['', 'what lay between was'] : [`, offset ${to}`, `${to - from} offsets were`]
    this.#options.log.warn(
      `topic "${topic}", partition ${partition}: Kafka no longer has offset ${from}, the next to read; reading goes on where auto.offset.reset says${where}: ${missed} never read, because retention was shorter than the time this group stood still`,
    )
  }

  assigned(assignments: readonly SourceAssignment[]): void {
    this.#joined = true
    if (assignments.length > 0) this.#options.log.info(`assigned ${placeNames(assignments)}`)
    this.partsChanged()
    this.caughtUpMayBeDone()
    this.ready()
  }

  /** Finishes or gives up what was read of these partitions; returns what may be committed for them. */
  async revoked(assignments: readonly SourceAssignment[], lost: boolean): Promise<readonly Position[]> {
    const { log, clock } = this.#options
    const pipeline = this.#pipeline
    const { delivery } = pipeline
    const indexes = assignments.map(({ index }) => index)
    if (assignments.length > 0) log.info(`${lost ? 'lost' : 'revoked'} ${placeNames(assignments)}`)
    for (const index of indexes) this.#leaving.add(index)
    this.#pauses.forget(assignments)
    pipeline.sealAll()
    // After an error that ends the sink nothing more is sent, and at its end it has waited already: there is nothing to wait for.
    const isOver = () => this.#drained || pipeline.isStill
    const deadlineMs = clock.now() + revokeTimeoutMs * 0.8
    if (!lost) await pipeline.until(() => isOver() || !delivery.isOpen(indexes), deadlineMs)
    const positions = delivery.committable().filter(({ assignment }) => indexes.includes(assignment))
    pipeline.abandon(indexes)
    return lost ? [] : positions
  }

  /** Ends the run if its goal is reached; also called when other members of the group have moved. */
  caughtUpMayBeDone(): void {
    if (this.#options.caughtUp?.done) this.#end(undefined)
  }

  #isOurs({ index, owned }: SourceAssignment): boolean {
    return owned && !this.#leaving.has(index)
  }

  #noteProgress(assignments: readonly number[]): void {
    const { caughtUp } = this.#options
    if (caughtUp === undefined) return
    let reached = false
    for (const assignment of assignments) {
      const safe = this.#pipeline.delivery.watermark.safe(assignment)
      const { topic, partition } = this.#source!.assignments[assignment]!
      if (safe !== undefined && caughtUp.settled(topic, partition, safe)) reached = true
    }
    this.caughtUpMayBeDone()
    // Other members of the group see by the commit that this partition is done, and wait for it.
    if (reached && !this.#ending) void this.#commits.commit()
  }

  #end(error: RedkiteError | undefined): void {
    this.#error ??= error
    if (this.#ending) return
    this.#ending = true
    if (error?.label === 'fatal') this.#pipeline.halt()
    this.#ended.resolve()
  }

  async #drain(source: Source): Promise<void> {
    const { clock, log, closeTarget, shutdownTimeoutMs } = this.#options
    const pipeline = this.#pipeline
    const { delivery } = pipeline
    const deadlineMs = clock.now() + shutdownTimeoutMs
    this.#commits.stop()
    pipeline.sealAll()
    const halted = () => this.#error !== undefined && pipeline.isStill
    await pipeline.until(() => delivery.isSettled || halted(), deadlineMs)
    pipeline.halt()
    this.#drained = true
    if (!delivery.isSettled && this.#error === undefined) {
      const letters = delivery.aside > 0 ? ` and ${delivery.aside} dead letters` : ''
      log.warn(
        `${delivery.unsettledBatches} batches${letters} were not acknowledged within ${shutdownTimeoutMs} ms; their offsets are not committed, so their records will be read again`,
      )
    }
    const uncommitted = await this.#commits.finish(deadlineMs)
    // A run with a goal has reached it when Kafka knows that, too.
    if (this.#options.caughtUp !== undefined) this.#error ??= uncommitted
    await source.close(Math.max(1_000, deadlineMs - clock.now()))
    if (typeof this.#options.onReject === 'object') await this.#options.onReject.close()
    await closeTarget()
  }
}
