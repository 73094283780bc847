/**
 * Wakes the event loop when a librdkafka queue gets something, without a thread that waits and without polling: librdkafka writes a byte
 * to a non-blocking pipe, whose other end Bun reads as a stream.
 *
 * librdkafka writes once until the queue is read again, so whoever is woken reads until the queue is empty.
 */
import { type Pointer, ptr } from 'bun:ffi'
import { failure } from '../errors/errors.ts'
import { librdkafka } from './symbols.ts'

const nonBlockingAndCloseOnExec = 0o4000 | 0o2000000

/** The byte librdkafka writes. Never collected: C holds its address as long as the queue lives. */
const wakeByte = new Uint8Array(1024).fill(1)

export class Wakeup {
  readonly #queue: Pointer
  readonly #readEnd: number
  readonly #writeEnd: number
  readonly #reader: { read(): Promise<{ done: boolean }>; cancel(): Promise<void> }
  readonly #woke: () => void
  #closed = false

  constructor(queue: Pointer, woke: () => void) {
    const ends = new Int32Array(2)
    if (librdkafka().pipe2(ends, nonBlockingAndCloseOnExec) !== 0) {
      throw failure('INTERNAL', 'no pipe could be opened (too many open files?)')
    }
    this.#queue = queue
    this.#readEnd = ends[0]!
    this.#writeEnd = ends[1]!
    this.#woke = woke
    this.#reader = Bun.file(this.#readEnd).stream().getReader()
    librdkafka().rd_kafka_queue_io_event_enable(queue, this.#writeEnd, ptr(wakeByte), 1)
    void this.#listen()
  }

  async #listen(): Promise<void> {
    while (!this.#closed) {
      const { done } = await this.#reader.read()
      if (done || this.#closed) return
      this.#woke()
    }
  }

  /** Must come before the queue is destroyed. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const rd = librdkafka()
    rd.rd_kafka_queue_io_event_enable(this.#queue, -1, null, 0)
    await this.#reader.cancel()
    rd.close(this.#writeEnd)
    rd.close(this.#readEnd)
  }
}
