/** A librdkafka queue read as events, each handed to one function and then destroyed. */
import type { Pointer } from 'bun:ffi'
import { librdkafka } from './symbols.ts'
import { Wakeup } from './wakeup.ts'

/** Events handled before other work of the process gets its turn. */
const eventsPerTurn = 256

export class EventQueue {
  readonly #handle: (event: Pointer, type: number) => void
  readonly #wakeup: Wakeup
  #closed = false
  #again = false

  /** Takes over `pointer`, a reference of the caller's. What `handle` wants to keep of an event it copies. */
  constructor(
    readonly pointer: Pointer,
    handle: (event: Pointer, type: number) => void,
  ) {
    this.#handle = handle
    this.#wakeup = new Wakeup(pointer, () => this.serve())
    this.serve()
  }

  /** Handles what waits. Also counts as the poll that `max.poll.interval.ms` asks for. */
  serve(): void {
    const rd = librdkafka()
    for (let served = 0; !this.#closed; served++) {
      if (served === eventsPerTurn) {
        this.#serveAgain()
        return
      }
      const event = rd.rd_kafka_queue_poll(this.pointer, 0)
      if (event === null) return
      try {
        this.#handle(event, rd.rd_kafka_event_type(event))
      } finally {
        rd.rd_kafka_event_destroy(event)
      }
    }
  }

  #serveAgain(): void {
    if (this.#again) return
    this.#again = true
    setImmediate(() => {
      this.#again = false
      this.serve()
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.serve()
    this.#closed = true
    await this.#wakeup.close()
    librdkafka().rd_kafka_queue_destroy(this.pointer)
  }
}
