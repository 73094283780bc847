/**
 * When to try again: exponential, with full jitter between half and the whole of the interval, so that many sinks that lost one Milvus do
 * not come back in step. Bounded, because an outage of hours must not make the first success wait for hours.
 */
export interface Backoff {
  readonly firstMs: number
  readonly maxMs: number
}

/** Connect users know `retry.backoff.ms`; a second or two is what Milvus needs after a hiccup, and 30 s bounds the wait after an outage. */
export const defaultBackoff: Backoff = { firstMs: 200, maxMs: 30_000 }

/**
 * @param attempts how often the request was sent, from 1
 * @param random in [0, 1)
 */
export function backoffMs({ firstMs, maxMs }: Backoff, attempts: number, random: number): number {
  const interval = Math.min(maxMs, firstMs * 2 ** Math.min(attempts - 1, 30))
  return interval * (0.5 + random / 2)
}
