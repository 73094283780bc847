import type { Position, Request } from '../delivery/batch.ts'
import { type Consequence, Delivery, type SetAside } from '../delivery/delivery.ts'
import { Load } from '../delivery/load.ts'
import { placeNames } from '../delivery/place.ts'
import type { RedkiteError } from '../errors/errors.ts'
import type { OffsetReset } from '../kafka/offset-reset.ts'
import { RateLimited } from '../ops/rate-limited.ts'
import { Batches } from './batches.ts'
import { Changes } from './changes.ts'
import { CommitLoop } from './commit-loop.ts'
import { Counts } from './counts.ts'
import { Filling } from './filling.ts'
import { PartitionPauses } from './partition-pauses.ts'
import { PausedParts } from './paused-parts.ts'
import type { Source, SourceAssignment } from './ports.ts'
import { Pump } from './pump.ts'
import { ReadPositions } from './read-positions.ts'
import { Rejects } from './rejects.ts'
import type { RowBatch } from './row-batch.ts'
import { Sender } from './sender.ts'
import type { SinkOptions } from './sink-options.ts'
import { StageClock } from './stage-clock.ts'
import { noTallies } from './tallies.ts'

/** Records that wait for the dead-letter topic: with more, nothing is read until it takes some. */
const asideMax = 3_000

/** A revoked partition's next owner starts where we committed: what is in flight is worth a wait, but the group waits too. */
export const revokeTimeoutMs = 10_000

/** What is read and not settled, and how much Milvus is given at once. */
export interface Pressure {
  /** How long ago the oldest record that has not settled was read; undefined when all have. */
  readonly oldestAgeMs: number | undefined
  /** Bytes of rows that are read and not settled. */
  readonly heldBytes: number
  /** Requests that Milvus has not answered, and how many there may be. */
  readonly inFlight: number
  readonly inFlightMax: number
  /** From how many bytes on a batch is sent. */
  readonly batchBytes: number
}

/**
 * One sink: records are taken and decoded (`Pump`) into batches (`Filling`), which are sent (`Sender`) as delivery/ decides, and what is safe is
 * committed (`CommitLoop`). Here stands what these tell each other, and the order in which a sink starts, yields partitions, and ends.
 */
export class Sink {
  readonly counts = new Counts()
  readonly tallies = noTallies()
  readonly #options: SinkOptions
  readonly #delivery: Delivery<RowBatch>
  readonly #pump: Pump
  readonly #filling: Filling
  readonly #load: Load
  readonly #sender: Sender
  readonly #rejects: Rejects
  readonly #pauses: PartitionPauses
  readonly #troubles: RateLimited
  readonly #commits: CommitLoop
  /** Assignments that are being taken away: still ours to commit, but what the arena holds of them is the next owner's to write. */
  readonly #leaving = new Set<number>()
  readonly #settling: Changes
  readonly #stages: StageClock
  readonly #batches: Batches
  readonly #positions = new ReadPositions()
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
    const { clock } = options
    this.#load = new Load(options.load)
    const stages = new StageClock(this.tallies.stages, clock)
    this.#stages = stages
    this.#delivery = new Delivery({
      load: this.#load,
      backoff: { firstMs: options.retryBackoffMs, maxMs: options.retryBackoffMaxMs },
      random: options.random,
    })
    this.#batches = new Batches({ rowsMax: options.batchRowsMax, load: this.#load })
    this.#troubles = new RateLimited(5_000, () => clock.now())
    this.#rejects = new Rejects(
      {
        onReject: options.onReject,
        logsEach: options.logEachReject === true,
        log: options.log,
        troubles: this.#troubles,
        counts: this.counts,
        tallies: this.tallies,
        clock,
        placeOf: (assignment) => this.#source!.assignments[assignment]!,
      },
      {
        disposed: (record) => this.#disposed(record),
        failed: (error) => {
          this.#sender.halt()
          this.#end(error)
        },
      },
    )
    this.#filling = new Filling({
      delivery: this.#delivery,
      batches: this.#batches,
      load: this.#load,
      positions: this.#positions,
      rejects: this.#rejects,
      counts: this.counts,
      tallies: this.tallies,
      stages,
      clock,
      lingerMs: options.lingerMs,
      admitted: (settled) => {
        this.#settled(settled)
        this.#sender.sendDue()
      },
    })
    this.#pump = new Pump(
      {
        router: options.router,
        batchFor: (lane) => this.#filling.batchFor(lane),
        isOwned: (assignment) => this.#isOurs(this.#source!.assignments[assignment]!),
        load: this.#load,
        counts: this.counts,
        stages,
        clock,
        memory: options.memory,
      },
      {
        mayRead: () => !this.#ending && !this.#paused && this.#delivery.aside < asideMax,
        full: (batch) => this.#filling.seal(batch),
        rejected: (error, assignment, offset) => this.#rejected(error, { assignment, offset }),
        drained: () => this.#bookEnds(),
        failed: (error) => this.#end(error),
      },
    )
    const { pausedParts = new PausedParts(), log, caughtUp } = options
    this.#pauses = new PartitionPauses(pausedParts, log, caughtUp !== undefined)
    this.#settling = new Changes(clock)
    this.#commits = new CommitLoop(this.#delivery.watermark, clock, options.commitIntervalMs, {
      committed: () => this.counts.commits++,
      failed: (error) => this.failed(error),
    })
    this.#sender = new Sender(this.#delivery, options.retryLimits, clock, this.counts, this.tallies, {
      consequence: (consequence, cause) => this.#consequence(consequence, cause),
      troubled: (error, request) => this.#troubled(error, request),
      failed: (error) => this.#end(error),
    })
  }

  /** Runs until it is stopped, caught up, or fails; rejects with what ended it. The source reports to this sink (see `ConsumerListener`). */
  async run(source: Source): Promise<void> {
    this.#source = source
    this.#commits.start(source)
    this.#pump.start(source)
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
    this.#filling.sealAll()
    const isOver = () => this.#ending || !this.#paused
    const isSettled = () => this.#delivery.isSettled
    await this.#settling.until(() => isOver() || isSettled(), Number.POSITIVE_INFINITY)
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
    this.#stages.book()
  }

  pressure(): Pressure {
    const { oldestMs, bytes } = this.#batches
    return {
      oldestAgeMs: oldestMs === undefined ? undefined : this.#options.clock.now() - oldestMs,
      heldBytes: bytes,
      inFlight: this.#delivery.inFlight,
      inFlightMax: this.#load.requests,
      batchBytes: this.#load.bytes,
    }
  }

  /** Records may be waiting. */
  ready(): void {
    this.#pump.ready()
  }

  /** Everything of a partition was read, up to `offset`: control records at its end bring no record, yet count as done. */
  endOfPartition(assignment: SourceAssignment, offset: number): void {
    this.#positions.meetEnd({ assignment, offset })
    this.#pump.schedule()
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
    const indexes = assignments.map(({ index }) => index)
    if (assignments.length > 0) log.info(`${lost ? 'lost' : 'revoked'} ${placeNames(assignments)}`)
    for (const index of indexes) this.#leaving.add(index)
    this.#pauses.forget(assignments)
    this.#filling.sealAll()
    // After an error that ends the sink nothing more is sent, and at its end it has waited already: there is nothing to wait for.
    const isOver = () => this.#drained || (this.#sender.isHalted && this.#delivery.inFlight === 0)
    const deadlineMs = clock.now() + revokeTimeoutMs * 0.8
    if (!lost) await this.#settling.until(() => isOver() || !this.#delivery.isOpen(indexes), deadlineMs)
    const positions = this.#delivery.committable().filter(({ assignment }) => indexes.includes(assignment))
    for (const batch of this.#delivery.abandon(indexes)) this.#settled(batch)
    return lost ? [] : positions
  }

  /** Records read but not yet settled, or undefined before the first was read. For progress. */
  position(assignment: number): number | undefined {
    return this.#positions.of(assignment)
  }

  /** Whether everything was read of it that Kafka gives out for now. */
  isAtEnd(assignment: number): boolean {
    return this.#positions.isAtEnd(assignment)
  }

  #isOurs({ index, owned }: SourceAssignment): boolean {
    return owned && !this.#leaving.has(index)
  }

  /** Ends are booked only after the records taken before them, so that no offset passes over a record. */
  #bookEnds(): void {
    for (let end = this.#positions.takeEnd(); end !== undefined; end = this.#positions.takeEnd()) {
      const { assignment, offset } = end
      if (!this.#isOurs(assignment) || !this.#positions.reach(assignment.index, offset)) continue
      this.#filling.holdOpen()
      this.#delivery.watermark.reach(assignment.index, offset)
      if (this.#options.caughtUp === undefined) continue
      this.#filling.sealAll()
      this.#noteProgress([assignment.index])
    }
  }

  /** Whether the sink goes on without the record. */
  #rejected(error: RedkiteError, record: Position): boolean {
    if (this.#options.onReject !== 'stop') return true
    this.#end(this.#rejects.locate(error, record))
    return false
  }

  #consequence({ settled, refused }: Consequence<RowBatch>, cause: RedkiteError | undefined): void {
    if (cause?.code === 'MILVUS_REQUEST_TOO_LARGE') this.#load.tooLarge()
    this.#settled(settled)
    if (refused !== undefined) this.#rejects.dispose(refused, cause!, 'write')
  }

  #disposed(record: SetAside): void {
    this.#delivery.disposed(record)
    this.#noteProgress([record.assignment])
    this.#settling.happened()
    this.#pump.schedule()
  }

  #settled(batch: RowBatch | undefined): void {
    if (batch === undefined) return
    batch.lane.keys.settle(batch.sequence)
    this.#tellSettled(batch)
    this.#noteProgress(batch.positions.map(({ assignment }) => assignment))
    this.#batches.giveBack(batch)
    this.#settling.happened()
    this.#pump.schedule()
    this.#sender.sendDue()
  }

  #tellSettled({ positions }: RowBatch): void {
    const { onSettled } = this.#options
    if (onSettled === undefined) return
    for (const { assignment, first, offset } of positions) {
      const { topic, partition } = this.#source!.assignments[assignment]!
      onSettled({ topic, partition, from: first, to: offset })
    }
  }

  #noteProgress(assignments: readonly number[]): void {
    const { caughtUp } = this.#options
    if (caughtUp === undefined) return
    let reached = false
    for (const assignment of assignments) {
      const safe = this.#delivery.watermark.safe(assignment)
      const { topic, partition } = this.#source!.assignments[assignment]!
      if (safe !== undefined && caughtUp.settled(topic, partition, safe)) reached = true
    }
    this.caughtUpMayBeDone()
    // Other members of the group see by the commit that this partition is done, and wait for it.
    if (reached && !this.#ending) void this.#commits.commit()
  }

  /** Ends the run if its goal is reached; also called when other members of the group have moved. */
  caughtUpMayBeDone(): void {
    if (this.#options.caughtUp?.done) this.#end(undefined)
  }

  #troubled(error: RedkiteError, request: Request<RowBatch>): void {
    this.#load.disturbed()
    this.#troubles.say(error.code, () =>
      this.#options.log.warn(`${error.message} (attempt ${request.attempts}; trying again until it succeeds)`),
    )
  }

  #end(error: RedkiteError | undefined): void {
    this.#error ??= error
    if (this.#ending) return
    this.#ending = true
    if (error?.label === 'fatal') this.#sender.halt()
    this.#ended.resolve()
  }

  async #drain(source: Source): Promise<void> {
    const { clock, log, closeTarget, shutdownTimeoutMs } = this.#options
    const deadlineMs = clock.now() + shutdownTimeoutMs
    this.#commits.stop()
    this.#filling.sealAll()
    const halted = () => this.#error !== undefined && this.#delivery.inFlight === 0 && this.#sender.isHalted
    await this.#settling.until(() => this.#delivery.isSettled || halted(), deadlineMs)
    this.#sender.halt()
    this.#drained = true
    if (!this.#delivery.isSettled && this.#error === undefined) {
      const { unsettledBatches, aside } = this.#delivery
      const letters = aside > 0 ? ` and ${aside} dead letters` : ''
      log.warn(
        `${unsettledBatches} batches${letters} were not acknowledged within ${shutdownTimeoutMs} ms; their offsets are not committed, so their records will be read again`,
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
