import type { Outcome, Request } from '../delivery/batch.ts'
import type { Consequence, Delivery } from '../delivery/delivery.ts'
import { asFailure, type RedkiteError } from '../errors/errors.ts'
import { deleteExpression } from '../milvus/delete-expression.ts'
import type { WriteKind, WriteRequest } from '../milvus/request.ts'
import type { Counts } from './counts.ts'
import type { Clock, Timer } from './ports.ts'
import type { RowBatch } from './row-batch.ts'
import type { Stages } from './stages.ts'
import { type Tallies, tallyRequest, tallyRetry } from './tallies.ts'

export interface SenderListener {
  /** A batch has settled, or an entry was refused by itself. */
  consequence(consequence: Consequence<RowBatch>, cause: RedkiteError | undefined): void
  /** An error that a retry may mend; said again and again while an outage lasts. */
  troubled(error: RedkiteError, request: Request<RowBatch>): void
  /** An error that somebody has to mend; nothing is sent from here on. */
  failed(error: RedkiteError): void
}

/** After which a request that fails for a passing reason is not sent again, and the sink stops. undefined is without end. */
export interface RetryLimits {
  readonly retriesMax: number | undefined
  readonly retryTimeoutMs: number | undefined
}

/** The thin shell around delivery/: sends what is due and tells delivery what came of it. */
export class Sender {
  #timer: Timer | undefined
  #halted = false

  constructor(
    readonly delivery: Delivery<RowBatch>,
    readonly limits: RetryLimits,
    readonly clock: Clock,
    readonly counts: Counts,
    readonly tallies: Tallies,
    readonly listener: SenderListener,
  ) {}

  get isHalted(): boolean {
    return this.#halted
  }

  /** Nothing more is sent; what is in flight may still be answered. */
  halt(): void {
    this.#halted = true
    this.#timer?.cancel()
  }

  sendDue(): void {
    if (this.#halted) return
    for (;;) {
      const request = this.delivery.due(this.clock.now())
      if (request === undefined) break
      void this.#send(request)
    }
    this.#timer?.cancel()
    this.#timer = undefined
    const dueMs = this.delivery.nextDueMs()
    if (dueMs !== undefined) {
      this.#timer = this.clock.setTimer(Math.max(0, dueMs - this.clock.now()), () => this.sendDue())
    }
  }

  async #send(request: Request<RowBatch>): Promise<void> {
    const { counts, tallies, clock } = this
    const message = new TimedRequest(this.#encodable(request), clock, tallies.stages)
    counts.requests++
    if (request.attempts > 1) counts.retries++
    const sentMs = clock.now()
    let error: RedkiteError | undefined
    try {
      await request.batch.lane.target.send(message)
      if (message.kind === 'delete') counts.deleted += message.rows
      else counts.written += message.rows
      counts.requestBytes += message.bytes
      tallies.lastWrittenMs = clock.now()
    } catch (thrown) {
      error = asFailure(thrown)
    }
    tallyRequest(tallies, message.kind, clock.now() - sentMs)
    const outcome = error === undefined ? 'written' : outcomeOf(error)
    if (outcome === undefined || ((outcome === 'retry' || outcome === 'slow-down') && this.#isSpent(request))) {
      this.halt()
      this.delivery.gaveUp(request)
      this.listener.failed(error!)
      return
    }
    const consequence = this.delivery.answered(request, outcome, this.clock.now())
    if (outcome === 'retry' || outcome === 'slow-down') {
      tallyRetry(tallies, error!.code)
      this.listener.troubled(error!, request)
    }
    this.listener.consequence(consequence, error)
    this.sendDue()
  }

  #encodable({ batch, from, to }: Request<RowBatch>): WriteRequest {
    const { write, kind } = batch.lane
    if (from < batch.puts) return write.write(kind, batch.columns.columns, from, to)
    const key = batch.deletedKeys.key!
    const keys = Array.from({ length: to - from }, (_, i) => key.keyAt(from - batch.puts + i))
    return write.delete(deleteExpression(key.field.name, keys), to - from)
  }

  #isSpent({ attempts, firstSentMs }: Request<RowBatch>): boolean {
    const { retriesMax, retryTimeoutMs } = this.limits
    if (retriesMax !== undefined && attempts > retriesMax) return true
    return retryTimeoutMs !== undefined && this.clock.now() - firstSentMs! >= retryTimeoutMs
  }
}

/** The same request, whose encoding, once the connection takes it, counts as that. */
class TimedRequest implements WriteRequest {
  readonly kind: WriteKind
  readonly collection: string
  readonly rows: number
  readonly bytes: number

  constructor(
    readonly request: WriteRequest,
    readonly clock: Clock,
    readonly stages: Stages,
  ) {
    this.kind = request.kind
    this.collection = request.collection
    this.rows = request.rows
    this.bytes = request.bytes
  }

  encode(out: Uint8Array, at: number): number {
    const startMs = this.clock.now()
    const end = this.request.encode(out, at)
    this.stages.encodeMs += this.clock.now() - startMs
    return end
  }
}

/** undefined: nothing that sending again, or less at once, could mend. */
function outcomeOf(error: RedkiteError): Outcome | undefined {
  if (error.code === 'MILVUS_REQUEST_TOO_LARGE') return 'too-large'
  if (error.code === 'MILVUS_RATE_LIMITED') return 'slow-down'
  switch (error.label) {
    case 'retriable':
      return 'retry'
    case 'record':
      return 'refused'
    case 'fatal':
      return undefined
  }
}
