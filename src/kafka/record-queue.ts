/**
 * Takes records out of librdkafka's data queue into an arena, without an object a record.
 *
 * Ownership: each message that `consume_batch_queue` gives is ours until `message_destroy`, which follows its copy at once. Messages that
 * do not fit the arena are held, in order, for the next call; `drop…` gives them back.
 */
import { type Pointer, ptr, read } from 'bun:ffi'
import { failure, type RedkiteError } from '../errors/errors.ts'
import type { Arena } from './arena.ts'
import type { Assignment, Assignments } from './assignments.ts'
import { textAt } from './c-string.ts'
import { copyDetails } from './full-record.ts'
import { int64At } from './handle.ts'
import { message } from './layout.ts'
import { type Circumstances, partitionOutcome } from './outcome.ts'
import { response } from './response.ts'
import { librdkafka } from './symbols.ts'

/** Message pointers asked for at once: above some hundreds more gives no more speed. */
const batchMax = 4096

/** A record larger than this is refused: it is librdkafka's own default limit of a whole response. */
export const messageBytesMax = 100_000_000

/** What comes between the records, within `take`: its arena has all that was there before. */
export interface RecordQueueListener {
  /** No record at `offset` yet. */
  ended(assignment: Assignment, offset: number): void
  /** A partition cannot be read, or a record of it is too large. */
  failed(error: RedkiteError): void
}

export class RecordQueue {
  /** Message pointers as C writes them, two 32-bit halves each; `#table` keeps the memory, `#halves` reads it. */
  readonly #table = new BigUint64Array(batchMax)
  readonly #halves = new Uint32Array(this.#table.buffer)
  /** Whether headers and timestamps are put into the arena too. */
  wantsDetails = false
  #next = 0
  #count = 0
  /** Mean size of recent records: how many to ask for, so that few are held. */
  #meanBytes = 1024

  constructor(
    readonly pointer: Pointer,
    readonly assignments: Assignments,
    readonly about: Circumstances,
    readonly listener: RecordQueueListener,
  ) {}

  /** Empties the arena and fills it with what waits; the number of rows. */
  take(arena: Arena): number {
    arena.clear()
    const { valueStart, valueEnd, keyStart, keyEnd, assignment, offset, rowsMax } = arena
    const rd = librdkafka()
    const { assignments } = this
    let room = arena.bytes.length
    let base = ptr(arena.bytes) as number
    let at = 0
    let row = 0
    while (row < rowsMax) {
      if (this.#next === this.#count && !this.#pull(rowsMax - row, room - at)) break
      const pointer = this.#pointerAt(this.#next)
      const index = assignments.indexOf(pointer)
      if (index < 0 || read.i32(pointer, message.error) !== 0) {
        this.#next++
        if (index >= 0) this.#mark(index, pointer)
        rd.rd_kafka_message_destroy(pointer)
        continue
      }
      const payload = read.ptr(pointer, message.payload)
      const key = read.ptr(pointer, message.key)
      const payloadBytes = read.u32(pointer, message.payloadBytes)
      const keyBytes = read.u32(pointer, message.keyBytes)
      const needed = payloadBytes + keyBytes
      if (needed > room - at) {
        if (row > 0) break
        if (needed > messageBytesMax) {
          const { topic, partition } = assignments.all[index]!
          const place = int64At(pointer, message.offset)
          this.listener.failed(failure('MESSAGE_TOO_LARGE', topic, partition, place, needed, messageBytesMax))
          break
        }
        arena.enlarge(needed)
        room = needed
        base = ptr(arena.bytes)
      }
      if (key === 0) {
        keyStart[row] = -1
        keyEnd[row] = -1
      } else {
        rd.memcpy((base + at) as Pointer, key as Pointer, keyBytes)
        keyStart[row] = at
        at += keyBytes
        keyEnd[row] = at
      }
      if (payload === 0) {
        valueStart[row] = -1
        valueEnd[row] = -1
      } else {
        rd.memcpy((base + at) as Pointer, payload as Pointer, payloadBytes)
        valueStart[row] = at
        at += payloadBytes
        valueEnd[row] = at
      }
      assignment[row] = index
      offset[row] = int64At(pointer, message.offset)
      if (this.wantsDetails) copyDetails(pointer, arena, row)
      row++
      this.#next++
      rd.rd_kafka_message_destroy(pointer)
    }
    if (row > 0) this.#meanBytes = at / row + 1
    arena.rows = row
    return row
  }

  /** Gives back the held messages of partitions that are no longer read. */
  dropRevoked(): void {
    let kept = 0
    for (let held = this.#next; held < this.#count; held++) {
      const pointer = this.#pointerAt(held)
      if (this.assignments.indexOf(pointer) < 0) librdkafka().rd_kafka_message_destroy(pointer)
      else this.#table[kept++] = this.#table[held]!
    }
    this.#next = 0
    this.#count = kept
  }

  dropAll(): void {
    while (this.#next < this.#count) librdkafka().rd_kafka_message_destroy(this.#pointerAt(this.#next++))
  }

  #pull(rows: number, bytes: number): boolean {
    const wanted = Math.min(rows, batchMax, Math.ceil(bytes / this.#meanBytes))
    if (wanted <= 0) return false
    this.#next = 0
    this.#count = Math.max(0, librdkafka().rd_kafka_consume_batch_queue(this.pointer, 0, this.#table, wanted))
    return this.#count > 0
  }

  #pointerAt(index: number): Pointer {
    return (this.#halves[2 * index]! + this.#halves[2 * index + 1]! * 4_294_967_296) as Pointer
  }

  /** A message that is not a record: the end of a partition, or an error of one. */
  #mark(index: number, pointer: Pointer): void {
    const assignment = this.assignments.all[index]!
    const code = read.i32(pointer, message.error)
    if (code === response.partitionEof) {
      this.listener.ended(assignment, int64At(pointer, message.offset))
      return
    }
    const text = textAt(librdkafka().rd_kafka_message_errstr(pointer))
    this.listener.failed(partitionOutcome(code, text, this.about, assignment))
  }
}
