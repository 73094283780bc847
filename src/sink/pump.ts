import { asFailure, type RedkiteError } from '../errors/errors.ts'
import { Arena } from '../kafka/arena.ts'
import type { Counts } from './counts.ts'
import { Filled, Intake, type IntakeOptions } from './intake.ts'
import type { Clock, Source } from './ports.ts'
import type { RowBatch } from './row-batch.ts'
import type { StageClock } from './stage-clock.ts'

/** One arena is decoded between two turns of the event loop: 2 MiB take some 5 ms, so timers and answers are never late by more. */
const arenaBytesMax = 2 * 1024 * 1024
const arenaRowsMax = 8192

export interface PumpOptions extends Omit<IntakeOptions, 'arena'> {
  readonly clock: Clock
  readonly stages: StageClock
  readonly counts: Counts
  /** Makes the memory of the arena, when it is to be a special one. */
  readonly memory?: ((bytes: number) => Uint8Array) | undefined
}

export interface PumpListener {
  /** Whether records may be taken and decoded now; once it is true again, somebody calls `schedule`. */
  mayRead(): boolean
  /** The batch has no room for the next record. */
  full(batch: RowBatch): void
  /** The record can be neither written nor deleted; true: the batch keeps it as a reject, and it is passed over. */
  rejected(error: RedkiteError, assignment: number, offset: number): boolean
  /** All that was taken is in batches. */
  drained(): void
  failed(error: RedkiteError): void
}

/** Moves records from the source into batches, one arena at a turn of the event loop, whenever there are some and they may be read. */
export class Pump {
  readonly #options: PumpOptions
  readonly #listener: PumpListener
  readonly #intake: Intake
  #source: Source | undefined
  #isScheduled = false
  #recordsMayWait = false
  /** The intake waits for what it takes to decode the next record. */
  #isWaiting = false

  constructor(options: PumpOptions, listener: PumpListener) {
    this.#options = options
    this.#listener = listener
    const arena = new Arena(arenaBytesMax, arenaRowsMax, options.memory?.(arenaBytesMax))
    this.#intake = new Intake({ ...options, arena })
  }

  start(source: Source): void {
    this.#source = source
    this.ready()
  }

  /** Records may be waiting. */
  ready(): void {
    this.#recordsMayWait = true
    this.schedule()
  }

  /** Something has changed that reading may have waited for. */
  schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    const { clock, counts } = this.#options
    clock.defer(() => {
      this.#isScheduled = false
      const startMs = clock.now()
      this.#pump()
      counts.intakeMs += clock.now() - startMs
    })
  }

  #pump(): void {
    if (this.#isWaiting || this.#source === undefined || !this.#listener.mayRead()) return
    if (this.#intake.isEmpty && this.#recordsMayWait) this.#take(this.#source)
    // Taking may have met what ends the sink, and so may each record: what comes behind that is not to count.
    while (this.#listener.mayRead()) {
      if (this.#intake.isEmpty) {
        this.#drained()
        return
      }
      if (!this.#fill()) return
    }
  }

  #take(source: Source): void {
    const { stages } = this.#options
    const startMs = stages.nowMs()
    this.#intake.cursor = 0
    const rows = source.take(this.#intake.options.arena)
    stages.spent('fetchMs', startMs)
    if (rows > 0) stages.wakes(startMs)
    else this.#recordsMayWait = false
  }

  /** Decodes until something has to be done about a batch or a record; false when nothing more can be done in this turn. */
  #fill(): boolean {
    const { stages } = this.#options
    const startMs = stages.nowMs()
    const filled = this.#intake.fill()
    stages.spent('decodeMs', startMs)
    if (filled === Filled.NoRoom) {
      stages.idles('blockedMs')
      return false
    }
    stages.wakes(startMs)
    if (filled === Filled.Waits) {
      void this.#wait()
      return false
    }
    if (filled === Filled.Full) this.#listener.full(this.#intake.batch!)
    else if (filled === Filled.Rejected) this.#rejected(this.#intake.batch!)
    return true
  }

  #drained(): void {
    this.#listener.drained()
    if (this.#recordsMayWait) this.schedule()
    else this.#options.stages.idles('starvedMs')
  }

  #rejected(batch: RowBatch): void {
    const { cursor, options } = this.#intake
    const rejection = this.#intake.rejection!
    const { assignment, offset } = options.arena
    if (this.#listener.rejected(rejection, assignment[cursor]!, offset[cursor]!))
      this.#intake.passOver(batch, rejection)
  }

  /** Reads no further until the record at the cursor can be decoded; what was read before it goes its way. */
  async #wait(): Promise<void> {
    this.#isWaiting = true
    try {
      await this.#intake.waiting()
    } catch (error) {
      this.#listener.failed(asFailure(error))
    }
    this.#isWaiting = false
    this.schedule()
  }
}
