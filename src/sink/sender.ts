import type { Outcome, Request } from '../delivery/batch.ts'
import type { Consequence, Delivery } from '../delivery/delivery.ts'
import { RedkiteError } from '../errors/errors.ts'
import type { WriteTarget } from '../milvus/request.ts'
import type { Counts } from './counts.ts'
import type { Clock, Target, Timer } from './ports.ts'
import type { RowBatch } from './row-batch.ts'

export interface SenderListener {
  /** A batch has settled, or a row was refused by itself. */
  consequence(consequence: Consequence<RowBatch>, cause: RedkiteError | undefined): void
  /** An error that a retry may mend; said again and again while an outage lasts. */
  troubled(error: RedkiteError, request: Request<RowBatch>): void
  /** An error that somebody has to mend; nothing is sent from here on. */
  failed(error: RedkiteError): void
}

/** The thin shell around delivery/: sends what is due and tells delivery what came of it. */
export class Sender {
  #timer: Timer | undefined
  #halted = false

  constructor(
    readonly delivery: Delivery<RowBatch>,
    readonly target: Target,
    readonly write: WriteTarget,
    readonly kind: 'insert' | 'upsert',
    readonly clock: Clock,
    readonly counts: Counts,
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
    const { batch, from, to } = request
    const message = this.write.write(this.kind, batch.columns.columns, from, to)
    this.counts.requests++
    if (request.attempts > 1) this.counts.retries++
    let error: RedkiteError | undefined
    try {
      await this.target.send(message)
      this.counts.written += to - from
      this.counts.requestBytes += message.bytes
    } catch (thrown) {
      if (!(thrown instanceof RedkiteError)) throw thrown
      error = thrown
    }
    const outcome = error === undefined ? 'written' : outcomeOf(error)
    if (outcome === undefined) {
      this.halt()
      this.listener.failed(error!)
      return
    }
    const consequence = this.delivery.answered(request, outcome, this.clock.now())
    if (outcome === 'retry' || outcome === 'slow-down') this.listener.troubled(error!, request)
    this.listener.consequence(consequence, error)
    this.sendDue()
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
