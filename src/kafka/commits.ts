/**
 * Commits offsets, one request at a time, the newest asked for, again until it works or the deadline of whoever asked has come.
 *
 * Kafka does not fence a commit for a partition that was revoked while the member lives, so ownership is looked at before each request.
 * librdkafka does not repeat failed commits, and gives no answer at all while the coordinator cannot be reached: both are ours.
 */
import type { Pointer } from 'bun:ffi'
import { failure, type RedkiteError } from '../errors/errors.ts'
import type { Assignment } from './assignments.ts'
import { textAt } from './c-string.ts'
import { event } from './event.ts'
import { EventQueue } from './event-queue.ts'
import { explained, fatalOutcome, outcome } from './outcome.ts'
import { response } from './response.ts'
import { librdkafka } from './symbols.ts'
import { readList, withList } from './topic-partition-list.ts'

export interface Position {
  /** Index of the assignment. */
  readonly assignment: number
  /** The next offset to read. */
  readonly offset: number
}

interface Waiter {
  readonly positions: readonly Position[]
  readonly final: boolean
  settle(error?: RedkiteError): void
}

/** An answer takes milliseconds; after this the request is taken for lost. */
const attemptMs = 10_000
const backoffFirstMs = 50
const backoffMaxMs = 1_000

/** The group moved on: trying again helps only once this member has joined anew. */
const movedOn: readonly number[] = [
  response.illegalGeneration,
  response.unknownMember,
  response.rebalanceInProgress,
  response.fencedMemberEpoch,
]
/** Somebody has to change something. */
const hopeless: readonly number[] = [
  response.groupDenied,
  response.topicDenied,
  response.fencedInstance,
  response.fencedByBroker,
  response.fatal,
]

export class Commits {
  readonly #queue: EventQueue
  readonly #wanted = new Map<number, number>()
  readonly #committed = new Map<number, number>()
  readonly #waiters = new Set<Waiter>()
  #attempts = 0
  #answered: ((code: number, text: string) => void) | undefined
  #running = false
  #wakeFromBackoff: (() => void) | undefined

  constructor(
    readonly handle: Pointer,
    readonly assignments: readonly Assignment[],
    readonly group: string,
    readonly bootstrap: string,
  ) {
    this.#queue = new EventQueue(librdkafka().rd_kafka_queue_new(handle)!, (commit, type) => this.#answer(commit, type))
  }

  /**
   * Resolves when Kafka has acknowledged these positions, or newer ones; partitions that are not owned (any more) are skipped. `final`: the
   * partitions are about to be given up, so when the group has moved on there is nothing to wait for.
   */
  commit(positions: readonly Position[], deadlineMs: number, final = false): Promise<void> {
    for (const { assignment, offset } of positions) {
      if (offset > (this.#committed.get(assignment) ?? -1) && offset > (this.#wanted.get(assignment) ?? -1)) {
        this.#wanted.set(assignment, offset)
      }
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(() => waiter.settle(this.#timedOut(positions, deadlineMs)), deadlineMs)
    const waiter: Waiter = {
      positions,
      final,
      settle: (error) => {
        clearTimeout(timer)
        if (!this.#waiters.delete(waiter)) return
        if (error === undefined) resolve()
        else reject(error)
      },
    }
    this.#waiters.add(waiter)
    this.#wakeFromBackoff?.()
    void this.#run()
    return promise
  }

  /** For partitions that were given up: nothing is owed for them any more. */
  forget(leaving: readonly Assignment[]): void {
    for (const { index } of leaving) this.#wanted.delete(index)
    this.#settleDone()
  }

  async close(): Promise<void> {
    for (const waiter of this.#waiters)
      waiter.settle(failure('COMMIT_FAILED', this.group, waiter.positions.length, 'closed'))
    this.#answered?.(response.timedOut, 'closed')
    this.#wakeFromBackoff?.()
    await this.#queue.close()
  }

  #lastWhy = ''

  async #run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    let backoffMs = backoffFirstMs
    while (this.#waiters.size > 0) {
      this.#settleDone()
      if (this.#waiters.size === 0) break
      const positions = this.#next()
      const { code, text } = await this.#attempt(positions)
      if (code === response.noError) {
        for (const { assignment, offset } of positions) this.#acknowledge(assignment, offset)
        backoffMs = backoffFirstMs
        continue
      }
      this.#lastWhy = explained(code, text)
      this.#giveUpAfter(code, text)
      if (this.#waiters.size > 0) await this.#backoff(backoffMs)
      backoffMs = Math.min(2 * backoffMs, backoffMaxMs)
    }
    this.#running = false
  }

  /** What is wanted and still ours. */
  #next(): Position[] {
    return [...this.#wanted].map(([assignment, offset]) => ({ assignment, offset }))
  }

  #acknowledge(assignment: number, offset: number): void {
    this.#committed.set(assignment, offset)
    if (this.#wanted.get(assignment) === offset) this.#wanted.delete(assignment)
  }

  #settleDone(): void {
    for (const index of this.#wanted.keys()) if (!this.assignments[index]?.owned) this.#wanted.delete(index)
    for (const waiter of this.#waiters) {
      const open = waiter.positions.some(
        ({ assignment, offset }) =>
          this.assignments[assignment]?.owned === true && (this.#committed.get(assignment) ?? -1) < offset,
      )
      if (!open) waiter.settle()
    }
  }

  #giveUpAfter(code: number, text: string): void {
    for (const waiter of this.#waiters) {
      if (hopeless.includes(code)) {
        const about = { bootstrap: this.bootstrap, group: this.group, what: 'the commit failed' }
        const fatal = code === response.fatal
        waiter.settle(fatal ? fatalOutcome(this.handle, text, about) : outcome(code, text, about))
      } else if (waiter.final && movedOn.includes(code)) {
        waiter.settle(failure('COMMIT_FAILED', this.group, waiter.positions.length, this.#lastWhy))
      }
    }
  }

  #timedOut(positions: readonly Position[], deadlineMs: number): RedkiteError {
    const why = this.#lastWhy === '' ? `no answer within ${deadlineMs} ms` : `within ${deadlineMs} ms; ${this.#lastWhy}`
    return failure('COMMIT_FAILED', this.group, positions.length, why)
  }

  #attempt(positions: readonly Position[]): Promise<{ code: number; text: string }> {
    const id = ++this.#attempts
    const { promise, resolve } = Promise.withResolvers<{ code: number; text: string }>()
    const timer = setTimeout(() => this.#answered?.(response.timedOut, 'no answer to the commit'), attemptMs)
    this.#answered = (code, text) => {
      clearTimeout(timer)
      this.#answered = undefined
      resolve({ code, text })
    }
    const partitions = positions.map(({ assignment, offset }) => ({ ...this.assignments[assignment]!, offset }))
    const code = withList(partitions, (list) =>
      librdkafka().rd_kafka_commit_queue(this.handle, list, this.#queue.pointer, null, id as Pointer),
    )
    if (code !== response.noError) this.#answered(code, '')
    return promise
  }

  #answer(commit: Pointer, type: number): void {
    const rd = librdkafka()
    if (type !== event.offsetCommit || Number(rd.rd_kafka_event_opaque(commit)) !== this.#attempts) return
    const code = rd.rd_kafka_event_error(commit)
    const bad = readList(rd.rd_kafka_event_topic_partition_list(commit)).find(({ error }) => error !== response.noError)
    this.#answered?.(
      code === response.noError ? (bad?.error ?? code) : code,
      textAt(rd.rd_kafka_event_error_string(commit)),
    )
  }

  async #backoff(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    this.#wakeFromBackoff = resolve
    await promise
    clearTimeout(timer)
    this.#wakeFromBackoff = undefined
  }
}
