import { type Backoff, backoffMs } from './backoff.ts'
import type { Batch, Outcome, Position, Request } from './batch.ts'
import { Pace } from './pace.ts'
import { Watermark } from './watermark.ts'

/** The pace sees to it that a rate limit is not asked for more; what was refused must not wait for half a minute behind what was not. */
const slowDownMaxMs = 1_000

export interface DeliveryOptions {
  /** How many requests may be unanswered, which may change. */
  readonly load: { readonly requests: number }
  readonly backoff: Backoff
  /** In [0, 1); passed in so that a simulation is reproducible. */
  readonly random: () => number
}

/**
 * A record that can be neither written nor deleted: to become a dead letter, or the end of the sink. It has left its batch, which need not
 * wait for it, and holds its partition's offset by itself.
 */
export interface SetAside {
  readonly assignment: number
  readonly offset: number
}

/** What an outcome means for whoever holds the rows and the offsets. */
export interface Consequence<B extends Batch> {
  /** The batch whose last request settled with this outcome: its rows' memory is free. */
  readonly settled: B | undefined
  readonly refused: SetAside | undefined
}

/**
 * Decides what is sent when, what is sent again, what is split, and which offsets are safe to commit. No I/O, no clock, no randomness of
 * its own: the shell (sink/) tells it what happened and asks what is due.
 *
 * Why an offset is never early: ARCHITECTURE.md, "Why an offset is never early".
 */
export class Delivery<B extends Batch> {
  readonly watermark = new Watermark()
  readonly pace = new Pace()
  readonly #options: DeliveryOptions
  /** Waiting to be sent, in the order of their batches. */
  readonly #waiting: Request<B>[] = []
  readonly #inFlight = new Set<Request<B>>()
  /** Requests of each unsettled batch that are still open. */
  readonly #openRequests = new Map<number, number>()
  readonly #aside = new Set<SetAside>()
  /** Assignments that were taken away with records still open; indexes never come back. */
  readonly #abandoned = new Set<number>()

  constructor(options: DeliveryOptions) {
    this.#options = options
  }

  get unsettledBatches(): number {
    return this.#openRequests.size
  }

  get isSettled(): boolean {
    return this.#openRequests.size === 0 && this.#aside.size === 0
  }

  /** Records set aside and not disposed of. */
  get aside(): number {
    return this.#aside.size
  }

  get inFlight(): number {
    return this.#inFlight.size
  }

  /**
   * Takes a batch that is complete; the batch again if there is nothing to do for it. Writes and deletes of a batch share no key, so they may
   * go in any order.
   */
  admit(batch: B): B | undefined {
    const { puts, deletes } = batch
    this.watermark.open(batch)
    const requests = (puts > 0 ? 1 : 0) + (deletes > 0 ? 1 : 0)
    if (requests === 0) {
      this.watermark.settle(batch)
      return batch
    }
    this.#openRequests.set(batch.sequence, requests)
    // It may have been filled while a partition was taken away: #putBack leaves those rows out.
    const deleted = deletes > 0 ? this.#putBack(newRequest(batch, puts, puts + deletes)) : undefined
    return (puts > 0 ? this.#putBack(newRequest(batch, 0, puts)) : undefined) ?? deleted
  }

  /** The next request that may be sent now, or undefined; from here on it is in flight. */
  due(nowMs: number): Request<B> | undefined {
    if (this.#inFlight.size >= this.#options.load.requests || nowMs < this.pace.readyMs) return undefined
    const at = this.#waiting.findIndex((request) => request.notBeforeMs <= nowMs && this.#isFree(request.batch))
    if (at < 0) return undefined
    const request = this.#cut(at, this.pace.rowsAtOnce(nowMs))
    request.attempts++
    request.firstSentMs ??= nowMs
    request.round = this.pace.round
    this.pace.sent(request.to - request.from, nowMs)
    this.#inFlight.add(request)
    return request
  }

  /** Takes a waiting request out, or if it has more rows than `rowsMax` its beginning. */
  #cut(at: number, rowsMax: number): Request<B> {
    const request = this.#waiting[at]!
    const { batch, from, to } = request
    if (to - from <= rowsMax) {
      this.#waiting.splice(at, 1)
      return request
    }
    this.#waiting[at] = { ...request, from: from + rowsMax }
    this.#opened(batch, 1)
    return { ...request, to: from + rowsMax }
  }

  /** When `due` may have something new without an outcome; undefined when only an outcome or a new batch can bring it. */
  nextDueMs(): number | undefined {
    if (this.#inFlight.size >= this.#options.load.requests) return undefined
    let earliest: number | undefined
    for (const request of this.#waiting) {
      if (this.#isFree(request.batch) && (earliest === undefined || request.notBeforeMs < earliest)) {
        earliest = request.notBeforeMs
      }
    }
    return earliest === undefined ? undefined : Math.max(earliest, this.pace.readyMs)
  }

  /** What came of a request in flight. */
  answered(request: Request<B>, outcome: Outcome, nowMs: number): Consequence<B> {
    if (!this.#inFlight.delete(request)) throw new Error('an outcome for a request that is not in flight')
    const { batch, from, to } = request
    switch (outcome) {
      case 'written':
        this.pace.written(to - from, nowMs)
        return { settled: this.#close(batch), refused: undefined }
      case 'slow-down':
        this.pace.slowDown(request.round, to - from, nowMs)
        return { settled: this.#sendAgain(request, nowMs, slowDownMaxMs), refused: undefined }
      case 'retry':
        return { settled: this.#sendAgain(request, nowMs), refused: undefined }
      case 'too-large':
      case 'refused': {
        if (to - from === 1) {
          const refused = this.setAside(batch.assignmentOf(from), batch.offsetOf(from))
          return { settled: this.#close(batch), refused }
        }
        const middle = from + ((to - from) >> 1)
        this.#opened(batch, 1)
        const second = this.#putBack(newRequest(batch, middle, to))
        return { settled: this.#putBack(newRequest(batch, from, middle)) ?? second, refused: undefined }
      }
    }
  }

  /** The request is neither in flight nor to be sent again: its batch stays open, so that nothing of it is committed. */
  gaveUp(request: Request<B>): void {
    this.#inFlight.delete(request)
  }

  /** Takes a record out of its batch, which must hold its offset until now. */
  setAside(assignment: number, offset: number): SetAside {
    const record = { assignment, offset }
    this.#aside.add(record)
    this.watermark.holdAt(record, assignment, offset)
    return record
  }

  /** The record is now safe elsewhere (the dead-letter topic acknowledged it), or is passed over as the user wishes. */
  disposed(record: SetAside): void {
    this.#aside.delete(record)
    this.watermark.release(record, record.assignment)
  }

  /**
   * These assignments are another member's now, who reads their open records again: their rows are not sent any more, lest an old one land
   * on a newer one of the new owner. What is in flight cannot be called back. Returns the batches that settle by it.
   */
  abandon(assignments: readonly number[]): B[] {
    for (const assignment of assignments) {
      this.#abandoned.add(assignment)
      this.watermark.forget(assignment)
    }
    const settled: B[] = []
    for (const request of this.#waiting.splice(0)) {
      const batch = this.#putBack(request)
      if (batch !== undefined) settled.push(batch)
    }
    return settled
  }

  /** Batches not settled that hold records of one of these assignments. */
  isOpen(assignments: readonly number[]): boolean {
    return assignments.some((assignment) => this.watermark.isOpen(assignment))
  }

  committable(): Position[] {
    return this.watermark.committable()
  }

  #isFree(batch: B): boolean {
    return !batch.waitsFor.some((sequence) => this.#openRequests.has(sequence))
  }

  /** A request of the batch became several. */
  #opened(batch: B, more: number): void {
    this.#openRequests.set(batch.sequence, this.#openRequests.get(batch.sequence)! + more)
  }

  #close(batch: B): B | undefined {
    const open = this.#openRequests.get(batch.sequence)! - 1
    if (open > 0) {
      this.#openRequests.set(batch.sequence, open)
      return undefined
    }
    this.#openRequests.delete(batch.sequence)
    this.watermark.settle(batch)
    return batch
  }

  #sendAgain(request: Request<B>, nowMs: number, waitMaxMs = Number.POSITIVE_INFINITY): B | undefined {
    const { backoff, random } = this.#options
    const maxMs = Math.min(backoff.maxMs, waitMaxMs)
    request.notBeforeMs = nowMs + backoffMs({ ...backoff, maxMs }, request.attempts, random())
    return this.#putBack(request)
  }

  /** Puts a request in its turn, without the rows of abandoned assignments; returns its batch when that leaves nothing open of it. */
  #putBack(request: Request<B>): B | undefined {
    const { batch } = request
    if (!batch.positions.some(({ assignment }) => this.#abandoned.has(assignment))) {
      this.#insert(request)
      return undefined
    }
    const pieces = this.#keptRuns(request)
    for (const piece of pieces.toReversed()) this.#insert(piece)
    this.#opened(batch, pieces.length)
    return this.#close(batch)
  }

  #keptRuns(request: Request<B>): Request<B>[] {
    const { batch, from, to } = request
    const runs: Request<B>[] = []
    let start = from
    for (let row = from; row <= to; row++) {
      if (row < to && !this.#abandoned.has(batch.assignmentOf(row))) continue
      if (row > start) runs.push({ ...request, from: start, to: row })
      start = row + 1
    }
    return runs
  }

  /** Older batches go first, so that the watermark moves. */
  #insert(request: Request<B>): void {
    const at = this.#waiting.findIndex((other) => other.batch.sequence >= request.batch.sequence)
    if (at < 0) this.#waiting.push(request)
    else this.#waiting.splice(at, 0, request)
  }
}

function newRequest<B extends Batch>(batch: B, from: number, to: number): Request<B> {
  return { batch, from, to, attempts: 0, notBeforeMs: 0, firstSentMs: undefined, round: 0 }
}
