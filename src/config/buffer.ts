/**
 * `buffer.bytes`: one limit for all that a sink holds between Kafka and Milvus. A quarter is for the records that librdkafka has queued and
 * another for the fetch that comes on top of a queue nearly full; half is for batches of `batch.bytes`: the one being filled, one that
 * waits, and those in flight.
 *
 * What is beside it does not grow: the program itself, JavaScript's heap, one arena of 2 MiB, the keys of the batches.
 */
import { failure } from '../errors/errors.ts'
import type { Findings } from './entry.ts'
import { requestBytesDefault, requestBytesGrown } from './keys/milvus.ts'
import type { SinkValues } from './keys.ts'

export interface BufferShares {
  /** Of librdkafka. */
  readonly consumer: Readonly<Record<'queued.max.messages.kbytes' | 'fetch.max.bytes', string>>
  readonly requestsInFlightMax: number
}

/** Batches that a sink has beside those in flight; sink/sink.ts makes as many. */
export const batchesBeside = 2

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

/** Only what nobody has set a limit to may grow. */
export function readBatchBytes(values: SinkValues): {
  readonly batchBytesMax: number
  readonly batchBytesGrown: number
} {
  const { 'buffer.bytes': bufferBytes, 'batch.bytes': batchBytesMax = requestBytesDefault } = values
  const isLimited = values['batch.bytes'] !== undefined || bufferBytes !== undefined
  return { batchBytesMax, batchBytesGrown: isLimited ? batchBytesMax : requestBytesGrown }
}

export function readBuffer(
  values: SinkValues,
  at: (key: string) => string,
  findings: Findings,
): Pick<BufferShares, 'requestsInFlightMax'> & Partial<BufferShares> {
  const requestsInFlightMax = values['max.in.flight.requests']
  const { 'buffer.bytes': bufferBytes, 'batch.bytes': batchBytes = requestBytesDefault } = values
  if (bufferBytes === undefined) return { requestsInFlightMax }
  const least = leastBufferBytes(batchBytes)
  if (bufferBytes >= least) return shareBuffer(bufferBytes, batchBytes, requestsInFlightMax)
  const wanted = `${least} or more, six times \`batch.bytes\``
  findings.problem(failure('VALUE_INVALID', at('buffer.bytes'), 'buffer.bytes', wanted, String(bufferBytes)))
  return { requestsInFlightMax }
}
