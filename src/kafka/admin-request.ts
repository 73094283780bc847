/**
 * One request of the admin API: sent with a number, answered by an event that carries it, within a deadline of ours, and explained by what
 * librdkafka said about its connections when it fails.
 */
import { type Pointer, read } from 'bun:ffi'
import { failure, type RedkiteError } from '../errors/errors.ts'
import { textAt, textIn } from './c-string.ts'
import type { KafkaConfig } from './conf.ts'
import { event } from './event.ts'
import { EventQueue } from './event-queue.ts'
import { destroyHandle, handleType, newHandle } from './handle.ts'
import { type Circumstances, circumstancesOf, explained, outcome } from './outcome.ts'
import { response } from './response.ts'
import { librdkafka } from './symbols.ts'
import { Troubles } from './troubles.ts'

/** Beyond librdkafka's own timeout, which is set to the same deadline and gives the better reason. */
const graceMs = 500

/** How often a request is sent again while the coordinator of a group is moving or loading. */
const retryMs = 100
const coordinatorNotReady: ReadonlySet<number> = new Set([
  response.coordinatorLoading,
  response.coordinatorNotAvailable,
  response.notCoordinator,
  response.waitForCoordinator,
])

/** `rd_kafka_admin_op_t`. */
export const operation = {
  createTopics: 1,
  deleteTopics: 2,
  listGroupOffsets: 14,
  alterGroupOffsets: 15,
  describeTopics: 19,
  describeCluster: 20,
  listOffsets: 21,
} as const

export interface AdminRequest<T> {
  /** `rd_kafka_admin_op_t`. */
  readonly operation: number
  /** What did not happen, when it fails. */
  readonly what: string
  readonly group?: string
  readonly topic?: string
  send(options: Pointer, queue: Pointer): void
  /** Copies what it gives: the event is destroyed after it. */
  read(event: Pointer): T
  /** The error of an answer that is about one thing only; belongs to the event. */
  readError?(event: Pointer): Pointer | null
}

type Refusal = { readonly code: number; readonly text: string }
type Answer<T> = { readonly value: T } | Refusal

interface Pending {
  readonly what: string
  resolve(event: Pointer): void
  reject(error: RedkiteError): void
}

export class AdminRequests {
  readonly handle: Pointer
  readonly about: Circumstances
  readonly #events: EventQueue
  readonly #troubles: Troubles
  readonly #pending = new Map<number, Pending>()
  #requests = 0
  /** Whether the cluster has answered anything yet. */
  #answered = false
  #closed = false

  /**
   * With a group the handle is that of a consumer, which never joins: librdkafka looks for the group's coordinator through the handle's own
   * group, and without one it reads address 0 when a coordinator answers that it is not the one (librdkafka issue 5040).
   */
  constructor(config: KafkaConfig, group?: string) {
    this.about = circumstancesOf(config)
    this.handle =
      group === undefined
        ? newHandle(handleType.producer, config, 0)
        : newHandle(handleType.consumer, { ...config, 'group.id': group }, 0)
    this.#troubles = new Troubles(this.handle, this.about)
    librdkafka().rd_kafka_set_log_queue(this.handle, null)
    this.#events = new EventQueue(librdkafka().rd_kafka_queue_get_main(this.handle)!, (e, type) => this.#serve(e, type))
  }

  /** Sends, again while the group's coordinator is not ready, and gives what `read` finds in the answer. */
  async send<T>(request: AdminRequest<T>, deadlineMs: number): Promise<T> {
    const end = performance.now() + deadlineMs
    for (;;) {
      const answer = await this.#sendOnce(request, Math.max(1, Math.ceil(end - performance.now())))
      if ('value' in answer) return answer.value
      const { code, text } = answer
      if (!coordinatorNotReady.has(code) || performance.now() + retryMs > end) {
        throw this.failed(code, text, request)
      }
      await Bun.sleep(retryMs)
    }
  }

  #sendOnce<T>(request: AdminRequest<T>, deadlineMs: number): Promise<Answer<T>> {
    if (this.#closed) return Promise.reject(failure('KAFKA_FAILED', request.what, 'closed'))
    const rd = librdkafka()
    const id = ++this.#requests
    const { promise, resolve, reject } = Promise.withResolvers<Answer<T>>()
    const settle = () => {
      clearTimeout(timer)
      this.#pending.delete(id)
    }
    const pending: Pending = {
      what: request.what,
      resolve: (e) => {
        settle()
        const refusal = refusalIn(e, request)
        if (refusal === undefined) this.noteAnswer()
        resolve(refusal ?? { value: request.read(e) })
      },
      reject: (error) => {
        settle()
        reject(error)
      },
    }
    const timer = setTimeout(() => {
      settle()
      resolve({ code: response.timedOut, text: '' })
    }, deadlineMs + graceMs)
    this.#pending.set(id, pending)
    const options = rd.rd_kafka_AdminOptions_new(this.handle, request.operation)!
    const why = Buffer.alloc(256)
    const refused = rd.rd_kafka_AdminOptions_set_request_timeout(options, deadlineMs, why, why.length)
    rd.rd_kafka_AdminOptions_set_opaque(options, id as Pointer)
    if (refused === 0) request.send(options, this.#events.pointer)
    else pending.reject(failure('INTERNAL', textIn(why)))
    rd.rd_kafka_AdminOptions_destroy(options)
    return promise
  }

  #serve(e: Pointer, type: number): void {
    if (type === event.log) this.#troubles.noteLine(e)
    else if (type === event.error) this.#giveUp(this.#troubles.noteError(e))
    else this.#pending.get(Number(librdkafka().rd_kafka_event_opaque(e)))?.resolve(e)
  }

  /** A refused login does not mend itself: no use in waiting for the deadline. */
  #giveUp(cause: RedkiteError): void {
    if (this.#answered || cause.label !== 'fatal') return
    for (const pending of this.#pending.values()) pending.reject(cause)
  }

  /** The cluster is there: what was wrong before is over. */
  noteAnswer(): void {
    this.#answered = true
    this.#troubles.forget()
  }

  /** Timeouts and lost connections are explained by what librdkafka said before them. */
  failed(code: number, text: string, about: Omit<Circumstances, 'bootstrap'>): RedkiteError {
    const vague = code === response.timedOut || code === response.transport || code === response.allBrokersDown
    if (!vague) return outcome(code, text, { ...this.about, ...about })
    const cause = this.#troubles.cause()
    if (cause !== undefined) return cause
    if (!this.#answered) return failure('KAFKA_UNREACHABLE', this.about.bootstrap, explained(code, text))
    return failure('KAFKA_FAILED', about.what ?? 'a request failed', explained(code, text))
  }

  /** Requests still open are rejected. */
  async close(deadlineMs: number): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const { what, reject } of this.#pending.values()) reject(failure('KAFKA_FAILED', what, 'closed'))
    await this.#events.close()
    await destroyHandle(this.handle, deadlineMs)
  }
}

function refusalIn(e: Pointer, request: AdminRequest<unknown>): Refusal | undefined {
  const rd = librdkafka()
  const code = rd.rd_kafka_event_error(e)
  if (code !== response.noError) return { code, text: textAt(rd.rd_kafka_event_error_string(e)) }
  const error = request.readError?.(e) ?? null
  if (error === null) return undefined
  return { code: rd.rd_kafka_error_code(error), text: textAt(rd.rd_kafka_error_string(error)) }
}

export type ArrayGetter = (result: Pointer | null, count: BigUint64Array) => Pointer | null

/** The array of pointers that most results give, with its length through a second argument. */
export function readArray(getter: ArrayGetter, result: Pointer | null): Pointer[] {
  const count = new BigUint64Array(1)
  const array = getter(result, count)
  return Array.from({ length: Number(count[0]) }, (_, at) => read.ptr(array!, 8 * at) as Pointer)
}
