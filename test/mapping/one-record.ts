/** One record as decoders meet it: in an arena, with a key, headers and a time. */
import { Arena } from '../../src/kafka/arena.ts'
import type { Header } from '../../src/kafka/header.ts'

export interface OneRecord {
  readonly value: string | Uint8Array | null
  readonly key?: string | null
  readonly headers?: readonly Header[]
  readonly timestampMs?: number
}

const encoder = new TextEncoder()

export function arenaWith({ value, key = null, headers = [], timestampMs = Number.NaN }: OneRecord): Arena {
  const valueBytes = typeof value === 'string' ? encoder.encode(value) : value
  const keyBytes = key === null ? null : encoder.encode(key)
  const arena = new Arena(64 + (valueBytes?.length ?? 0) + (keyBytes?.length ?? 0), 4)
  let at = 0
  const put = (bytes: Uint8Array | null, starts: Int32Array, ends: Int32Array) => {
    starts[0] = bytes === null ? -1 : at
    if (bytes !== null) arena.bytes.set(bytes, at)
    at += bytes?.length ?? 0
    ends[0] = bytes === null ? -1 : at
  }
  put(keyBytes, arena.keyStart, arena.keyEnd)
  put(valueBytes, arena.valueStart, arena.valueEnd)
  arena.headers[0] = headers
  arena.timestampMs[0] = timestampMs
  arena.offset[0] = 42
  arena.rows = 1
  return arena
}
