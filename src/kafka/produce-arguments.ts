/**
 * The arguments of `rd_kafka_produceva`, an array of tagged unions, filled anew for each record.
 *
 * Ownership: C reads the addresses at the call and copies what they point to. Until the next record what they belong to is pinned here: it
 * must not be collected between taking the address and the call.
 */
import { ptr } from 'bun:ffi'
import { cString } from './c-string.ts'
import type { Header } from './header.ts'
import { produceArgument } from './layout.ts'

/** `rd_kafka_vtype_t`. */
const type = { topic: 1, partition: 3, value: 4, key: 5, opaque: 6, flags: 7, timestamp: 8, header: 9 } as const
/** Those that each record has, in this order; its headers follow. */
const at = { topic: 0, partition: 1, flags: 2, value: 3, key: 4, opaque: 5, timestamp: 6, headers: 7 } as const
const copyPayload = 2
/** More than these make the array grow. */
const headersUsual = 64

/** What an empty key or value points to: C takes address 0 for null. */
const empty = new Uint8Array(8)
const none: readonly Buffer[] = []

export class ProduceArguments {
  /** The array as C reads it. */
  bytes = new Uint8Array(produceArgument.size * (at.headers + headersUsual))
  #view = new DataView(this.bytes.buffer)
  /** Topic names as C strings. */
  readonly #topics = new Map<string, Buffer>()
  readonly #pinned: Record<'key' | 'value' | 'headers' | 'names', unknown> = { key: 0, value: 0, headers: 0, names: 0 }

  constructor() {
    for (const name of ['topic', 'partition', 'flags', 'value', 'key', 'opaque', 'timestamp'] as const) {
      this.#setType(at[name], type[name])
    }
    this.#setInt32(at.flags, copyPayload)
  }

  /** How many arguments the record takes. */
  fill(
    id: number,
    topic: string,
    partition: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly Header[],
    timestampMs: number,
  ): number {
    this.#makeRoom(at.headers + headers.length)
    this.#setInt64(at.topic, produceArgument.value, ptr(this.#topicName(topic)))
    this.#setInt32(at.partition, partition)
    this.#setBytes(at.value, value)
    this.#setBytes(at.key, key)
    this.#setInt64(at.opaque, produceArgument.value, id)
    this.#setInt64(at.timestamp, produceArgument.value, timestampMs)
    const pinned = this.#pinned
    pinned.key = key
    pinned.value = value
    pinned.headers = headers
    pinned.names = headers.length === 0 ? none : this.#setHeaders(headers)
    return at.headers + headers.length
  }

  #setHeaders(headers: readonly Header[]): Buffer[] {
    return headers.map(({ name, value }, index) => {
      const header = at.headers + index
      const text = cString(name)
      this.#setType(header, type.header)
      this.#setInt64(header, produceArgument.value, ptr(text))
      this.#setInt64(header, produceArgument.valueBytes, value === null ? 0 : addressOf(value))
      this.#setInt64(header, produceArgument.headerSize, value?.length ?? 0)
      return text
    })
  }

  #setType(index: number, value: number): void {
    this.#view.setInt32(index * produceArgument.size, value, true)
  }

  #setInt32(index: number, value: number): void {
    this.#view.setInt32(index * produceArgument.size + produceArgument.value, value, true)
  }

  #setInt64(index: number, field: number, value: number): void {
    const view = this.#view
    view.setUint32(index * produceArgument.size + field, value >>> 0, true)
    view.setUint32(index * produceArgument.size + field + 4, Math.floor(value / 4_294_967_296), true)
  }

  #setBytes(index: number, bytes: Uint8Array | null): void {
    this.#setInt64(index, produceArgument.value, bytes === null ? 0 : addressOf(bytes))
    this.#view.setUint32(index * produceArgument.size + produceArgument.valueBytes, bytes?.length ?? 0, true)
  }

  #makeRoom(count: number): void {
    if (count * produceArgument.size <= this.bytes.length) return
    const grown = new Uint8Array(2 * count * produceArgument.size)
    grown.set(this.bytes)
    this.bytes = grown
    this.#view = new DataView(grown.buffer)
  }

  #topicName(topic: string): Buffer {
    let name = this.#topics.get(topic)
    if (name === undefined) {
      name = cString(topic)
      this.#topics.set(topic, name)
    }
    return name
  }
}

function addressOf(bytes: Uint8Array): number {
  return ptr(bytes.length === 0 ? empty : bytes)
}
