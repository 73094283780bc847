/**
 * `buffer.bytes`: one limit for all that a sink holds between Kafka and Milvus. A quarter is for the records that librdkafka has queued and
 * another for the fetch that comes on top of a queue nearly full; half is for batches of `batch.bytes`: the one being filled, one that
 * waits, and those in flight.
 *
 * What is beside it does not grow: the program itself, JavaScript's heap, one arena of 2 MiB, the keys of the batches.
 */
import { batchesBeside, type LoadLimits } from '../delivery/load.ts'
import { failure } from '../errors/errors.ts'
import type { Findings } from './entry.ts'
import { requestBytesDefault, requestBytesGrown, requestsDefault, requestsGrown } from './keys/milvus.ts'
import type { SinkValues } from './keys.ts'

export interface BufferShares {
  /** Of librdkafka. */
  readonly consumer: Readonly<Record<'queued.max.messages.kbytes' | 'fetch.max.bytes', string>>
  readonly requestsInFlightMax: number
}

/** The least `buffer.bytes` that lets one request be in flight. */
export function leastBufferBytes(batchBytes: number): number {
  return (batchesBeside + 1) * batchBytes * 2
}

/** `bufferBytes` is at least `leastBufferBytes`. */
export function shareBuffer(bufferBytes: number, batchBytes: number, requestsMax: number): BufferShares {
  const quarter = Math.floor(bufferBytes / 4)
  return {
    consumer: {
      'queued.max.messages.kbytes': String(Math.max(1, Math.floor(quarter / 1024))),
      'fetch.max.bytes': String(quarter),
    },
    requestsInFlightMax: Math.min(requestsMax, Math.floor((2 * quarter) / batchBytes) - batchesBeside),
  }
}

export interface Buffer extends Partial<Pick<BufferShares, 'consumer'>> {
  readonly load: LoadLimits
}

/** Only what nobody has set a limit to may change. */
export function readBuffer(values: SinkValues, at: (key: string) => string, findings: Findings): Buffer {
  const { 'buffer.bytes': bufferBytes, 'batch.bytes': batchBytes, 'max.in.flight.requests': requestsSet } = values
  const least = batchBytes ?? requestBytesDefault
  const most = batchBytes === undefined && bufferBytes === undefined ? requestBytesGrown : least
  const requests = requestsWithin(requestsSet, requestsGrown)
  const load = { bytes: { least, most }, requests }
  if (bufferBytes === undefined) return { load }
  const leastBuffer = leastBufferBytes(least)
  if (bufferBytes < leastBuffer) {
    const wanted = `${leastBuffer} or more, six times \`batch.bytes\``
    findings.problem(failure('VALUE_INVALID', at('buffer.bytes'), 'buffer.bytes', wanted, String(bufferBytes)))
    return { load }
  }
  const { consumer, requestsInFlightMax } = shareBuffer(bufferBytes, least, requests.first)
  const within = requestsWithin(requestsSet === undefined ? undefined : requestsInFlightMax, requestsInFlightMax)
  return { consumer, load: { ...load, requests: within } }
}

function requestsWithin(set: number | undefined, most: number): LoadLimits['requests'] {
  return { least: set ?? 1, first: Math.min(set ?? requestsDefault, most), most: set ?? most }
}
