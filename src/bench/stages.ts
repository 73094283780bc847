/**
 * Where the time of a run went, as shares of one thread's time that add up to 1, and what to call the bottleneck. Pure: from counters to figures.
 *
 * Fetch, decode, keys and encode are measured around their calls. Send is what is left of the time that the thread was at work: gRPC, HTTP/2, the socket,
 * answers. The rest is waiting, for Milvus or for Kafka in the proportion in which there was no room or nothing to read.
 */
import type { ThreadTime } from '../ops/thread-time.ts'
import type { Stages } from '../sink/stages.ts'

export const shareNames = ['fetch', 'decode', 'keys', 'encode', 'send', 'waitForMilvus', 'waitForKafka'] as const
export type Share = (typeof shareNames)[number]
export type Shares = Readonly<Record<Share, number>>

export interface Bottleneck {
  readonly where: 'milvus' | 'kafka' | 'cores' | 'sink'
  /** Of the sink's own work, what takes most. */
  readonly stage: 'fetch' | 'decode' | 'keys' | 'encode' | 'send'
}

/** Waiting for less than this share of the time is no bottleneck: answers and fetches always take their moment. */
const waitShareMin = 0.15
/** Ready to work and without a core for so much of the time, it would be another stage's turn on a machine of its own. */
const coreWaitMin = 0.3

/** `wallMs` of all threads together; `thread` what they did meanwhile, where the system says so. */
export function sharesOf(wallMs: number, stages: Stages, thread: ThreadTime | undefined): Shares {
  const { fetchMs, decodeMs, sealMs, encodeMs, blockedMs, starvedMs } = stages
  const measuredMs = fetchMs + decodeMs + sealMs + encodeMs
  const waitedMs = blockedMs + starvedMs
  const idleMs =
    thread === undefined
      ? Math.min(waitedMs, Math.max(0, wallMs - measuredMs))
      : Math.max(0, wallMs - Math.max(measuredMs, thread.cpuMs + thread.coreWaitMs))
  const sendMs = Math.max(0, wallMs - idleMs - measuredMs)
  const forKafka = waitedMs === 0 ? 0 : starvedMs / waitedMs
  const allMs = measuredMs + sendMs + idleMs
  const share = (ms: number) => (allMs === 0 ? 0 : ms / allMs)
  return {
    fetch: share(fetchMs),
    decode: share(decodeMs),
    keys: share(sealMs),
    encode: share(encodeMs),
    send: share(sendMs),
    waitForMilvus: share(idleMs * (1 - forKafka)),
    waitForKafka: share(idleMs * forKafka),
  }
}

/** `coreWait` is the share of the time, within the stages, in which no core was free. */
export function bottleneckOf(shares: Shares, coreWait = 0): Bottleneck {
  const own = ['fetch', 'decode', 'keys', 'encode', 'send'] as const
  const stage = own.reduce((most, one) => (shares[one] > shares[most] ? one : most))
  const { waitForMilvus, waitForKafka } = shares
  const longest = Math.max(waitForMilvus, waitForKafka)
  if (coreWait >= coreWaitMin && coreWait > longest) return { where: 'cores', stage }
  if (longest < waitShareMin) return { where: 'sink', stage }
  return { where: waitForMilvus >= waitForKafka ? 'milvus' : 'kafka', stage }
}
