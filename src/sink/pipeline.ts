import type { Position, Request } from '../delivery/batch.ts'
import { type Consequence, Delivery, type SetAside } from '../delivery/delivery.ts'
import { Load } from '../delivery/load.ts'
import type { RedkiteError } from '../errors/errors.ts'
import type { RateLimited } from '../ops/rate-limited.ts'
import { Batches } from './batches.ts'
import { Changes } from './changes.ts'
import type { Counts } from './counts.ts'
import { Filling } from './filling.ts'
import type { Source, SourceAssignment } from './ports.ts'
import type { Pressure } from './pressure.ts'
import { Pump } from './pump.ts'
import type { PartitionEnd, ReadPositions } from './read-positions.ts'
import { Rejects } from './rejects.ts'
import type { RowBatch } from './row-batch.ts'
import { Sender } from './sender.ts'
import type { SinkOptions } from './sink-options.ts'
import { StageClock } from './stage-clock.ts'
import type { Tallies } from './tallies.ts'

/** Records that wait for the dead-letter topic: with more, nothing is read until it takes some. */
const asideMax = 3_000

export interface PipelineOptions extends SinkOptions {
  readonly counts: Counts
  readonly tallies: Tallies
  readonly positions: ReadPositions
  readonly troubles: RateLimited
}

/** What the pipeline asks and tells its sink. */
export interface PipelineListener {
  /** Whether records may be taken; once they may again, the sink calls `ready`. */
  mayRead(): boolean
  /** Whether records of this assignment are still the sink's to write. */
  isOurs(assignment: SourceAssignment): boolean
  /** Of these assignments records have settled, or the ends are reached. */
  progressed(assignments: readonly number[]): void
  /** The sink is to end with this. */
  failed(error: RedkiteError): void
}

/**
 * The way of records through a sink: taken and decoded (`Pump`) into batches (`Filling`), which are sent (`Sender`) as delivery/ decides; what can
 * be neither written nor deleted goes where the user wants it (`Rejects`). Here stands what these tell each other.
 */
export class Pipeline {
  readonly delivery: Delivery<RowBatch>
  readonly #options: PipelineOptions
  readonly #listener: PipelineListener
  readonly #load: Load
  readonly #stages: StageClock
  readonly #batches: Batches
  readonly #rejects: Rejects
  readonly #filling: Filling
  readonly #pump: Pump
  readonly #sender: Sender
  readonly #settling: Changes
  #source: Source | undefined

  constructor(options: PipelineOptions, listener: PipelineListener) {
    this.#options = options
    this.#listener = listener
    const { clock, counts, tallies } = options
    this.#load = new Load(options.load)
    this.#stages = new StageClock(tallies.stages, clock)
    this.#settling = new Changes(clock)
    this.delivery = new Delivery({
      load: this.#load,
      backoff: { firstMs: options.retryBackoffMs, maxMs: options.retryBackoffMaxMs },
      random: options.random,
    })
    this.#batches = new Batches({ rowsMax: options.batchRowsMax, load: this.#load })
    this.#rejects = new Rejects(
      { ...options, placeOf: (assignment) => this.#placeOf(assignment) },
      {
        disposed: (record) => this.#disposed(record),
        failed: (error) => {
          this.halt()
          listener.failed(error)
        },
      },
    )
    this.#filling = new Filling({
      ...options,
      delivery: this.delivery,
      batches: this.#batches,
      load: this.#load,
      rejects: this.#rejects,
      stages: this.#stages,
      admitted: (settled) => {
        this.#settled(settled)
        this.#sender.sendDue()
      },
    })
    this.#pump = new Pump(
      {
        ...options,
        batchFor: (lane) => this.#filling.batchFor(lane),
        isOwned: (assignment) => listener.isOurs(this.#placeOf(assignment)),
        load: this.#load,
        stages: this.#stages,
      },
      {
        mayRead: () => listener.mayRead() && this.delivery.aside < asideMax,
        full: (batch) => this.#filling.seal(batch),
        rejected: (error, assignment, offset) => this.#rejected(error, { assignment, offset }),
        drained: () => this.#bookEnds(),
        failed: (error) => listener.failed(error),
      },
    )
    this.#sender = new Sender(this.delivery, options.retryLimits, clock, counts, tallies, {
      consequence: (consequence, cause) => this.#consequence(consequence, cause),
      troubled: (error, request) => this.#troubled(error, request),
      failed: (error) => listener.failed(error),
    })
  }

  start(source: Source): void {
    this.#source = source
    this.#pump.start(source)
  }

  /** Records may be waiting, or may be taken again. */
  ready(): void {
    this.#pump.ready()
  }

  /** Everything of a partition was read: control records at its end bring no record, yet count as done. */
  meetEnd(end: PartitionEnd): void {
    this.#options.positions.meetEnd(end)
    this.#pump.schedule()
  }

  /** What was read so far is sent without waiting for more. */
  sealAll(): void {
    this.#filling.sealAll()
  }

  /** Nothing more is sent; what is in flight may still be answered. */
  halt(): void {
    this.#sender.halt()
  }

  /** Nothing is in flight, and nothing more is sent. */
  get isStill(): boolean {
    return this.#sender.isHalted && this.delivery.inFlight === 0
  }

  /** Waits until the condition, which is looked at whenever something has settled, or the deadline. */
  async until(condition: () => boolean, deadlineMs: number): Promise<void> {
    await this.#settling.until(condition, deadlineMs)
  }

  /** These assignments are another member's: see `Delivery.abandon`. */
  abandon(assignments: readonly number[]): void {
    for (const batch of this.delivery.abandon(assignments)) this.#settled(batch)
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
      inFlight: this.delivery.inFlight,
      inFlightMax: this.#load.requests,
      batchBytes: this.#load.bytes,
    }
  }

  #placeOf(assignment: number): SourceAssignment {
    return this.#source!.assignments[assignment]!
  }

  /** Ends are booked only after the records taken before them, so that no offset passes over a record. */
  #bookEnds(): void {
    const { positions, caughtUp } = this.#options
    for (let end = positions.takeEnd(); end !== undefined; end = positions.takeEnd()) {
      const { assignment, offset } = end
      if (!this.#listener.isOurs(assignment) || !positions.reach(assignment.index, offset)) continue
      this.#filling.holdOpen()
      this.delivery.watermark.reach(assignment.index, offset)
      if (caughtUp === undefined) continue
      this.#filling.sealAll()
      this.#listener.progressed([assignment.index])
    }
  }

  /** Whether the sink goes on without the record. */
  #rejected(error: RedkiteError, record: Position): boolean {
    if (this.#options.onReject !== 'stop') return true
    this.#listener.failed(this.#rejects.locate(error, record))
    return false
  }

  #consequence({ settled, refused }: Consequence<RowBatch>, cause: RedkiteError | undefined): void {
    if (cause?.code === 'MILVUS_REQUEST_TOO_LARGE') this.#load.tooLarge()
    this.#settled(settled)
    if (refused !== undefined) this.#rejects.dispose(refused, cause!, 'write')
  }

  #disposed(record: SetAside): void {
    this.delivery.disposed(record)
    this.#listener.progressed([record.assignment])
    this.#settling.happened()
    this.#pump.schedule()
  }

  #settled(batch: RowBatch | undefined): void {
    if (batch === undefined) return
    batch.lane.keys.settle(batch.sequence)
    this.#tellSettled(batch)
    this.#listener.progressed(batch.positions.map(({ assignment }) => assignment))
    this.#batches.giveBack(batch)
    this.#settling.happened()
    this.#pump.schedule()
    this.#sender.sendDue()
  }

  #tellSettled({ positions }: RowBatch): void {
    const { onSettled } = this.#options
    if (onSettled === undefined) return
    for (const { assignment, first, offset } of positions) {
      const { topic, partition } = this.#placeOf(assignment)
      onSettled({ topic, partition, from: first, to: offset })
    }
  }

  #troubled(error: RedkiteError, request: Request<RowBatch>): void {
    this.#load.disturbed()
    this.#options.troubles.say(error.code, () =>
      this.#options.log.warn(`${error.message} (attempt ${request.attempts}; trying again until it succeeds)`),
    )
  }
}
