/**
 * One record with all that Kafka keeps of it, copied out of librdkafka. The data plane has no use for it: this is for records that are
 * looked at one by one, as dead letters are.
 */
import { type Pointer, ptr, read } from 'bun:ffi'
import type { Arena } from './arena.ts'
import { textAt } from './c-string.ts'
import { int64At } from './handle.ts'
import type { Header } from './header.ts'
import { message } from './layout.ts'
import { response } from './response.ts'
import { librdkafka } from './symbols.ts'
import type { TopicPartitionOffset } from './topic-partition-list.ts'

export interface FullRecord extends TopicPartitionOffset {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly Header[]
  /** undefined in the message formats of before Kafka 0.10. */
  readonly timestampMs: number | undefined
}

/** C writes results here: a header's name, value and size; a timestamp's type. Long-lived, so its address stays good. */
const results = new BigUint64Array(3)
const noTimestamp = 0

/** One for all records that have none. */
const noHeaders: readonly Header[] = Object.freeze([])

/** The message stays the caller's to destroy; nothing of the copy lies in it. */
export function copyRecord(pointer: Pointer): FullRecord {
  const rd = librdkafka()
  return {
    topic: textAt(rd.rd_kafka_topic_name(read.ptr(pointer, message.topic) as Pointer)),
    partition: read.i32(pointer, message.partition),
    offset: int64At(pointer, message.offset),
    key: copyBytes(read.ptr(pointer, message.key), read.u32(pointer, message.keyBytes)),
    value: copyBytes(read.ptr(pointer, message.payload), read.u32(pointer, message.payloadBytes)),
    headers: copyHeaders(pointer),
    timestampMs: timestampOf(pointer),
  }
}

/** Into the row of an arena whose reader wants them. */
export function copyDetails(pointer: Pointer, arena: Arena, row: number): void {
  arena.headers[row] = copyHeaders(pointer)
  arena.timestampMs[row] = timestampOf(pointer) ?? Number.NaN
}

function timestampOf(pointer: Pointer): number | undefined {
  const timestampMs = Number(librdkafka().rd_kafka_message_timestamp(pointer, ptr(results)))
  return read.i32(ptr(results), 0) === noTimestamp ? undefined : timestampMs
}

/** In the order of the record; a name may come more than once. */
export function copyHeaders(pointer: Pointer): readonly Header[] {
  const rd = librdkafka()
  const at = ptr(results)
  if (rd.rd_kafka_message_headers(pointer, at) !== response.noError) return noHeaders
  const list = read.ptr(at, 0) as Pointer
  const headers: Header[] = []
  while (
    rd.rd_kafka_header_get_all(list, headers.length, at, (at + 8) as Pointer, (at + 16) as Pointer) === response.noError
  ) {
    headers.push({
      name: textAt(read.ptr(at, 0) as Pointer),
      value: copyBytes(read.ptr(at, 8), read.u32(at, 16)),
    })
  }
  return headers
}

export function sizeOf({ key, value, headers }: FullRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0)
  for (const header of headers) bytes += header.name.length + (header.value?.length ?? 0)
  return bytes
}

function copyBytes(from: number, bytes: number): Uint8Array | null {
  if (from === 0) return null
  const copy = new Uint8Array(bytes)
  if (bytes > 0) librdkafka().memcpy(ptr(copy), from as Pointer, bytes)
  return copy
}
