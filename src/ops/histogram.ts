/**
 * How long things took, as counts in buckets that grow with what they hold: 16 to each doubling, so that a percentile is off by 4.4 % at most,
 * from a hundredth of a millisecond up to days. Plain numbers, which can be posted between threads and added up.
 */
export interface Histogram {
  /** By bucket; as long as the longest of them needs. */
  readonly counts: number[]
  total: number
  /** Not rounded to a bucket. */
  maxMs: number
}

const bucketsADoubling = 16
const leastMs = 0.01

export function noHistogram(): Histogram {
  return { counts: [], total: 0, maxMs: 0 }
}

export function addDuration(histogram: Histogram, ms: number, times = 1): void {
  const { counts } = histogram
  const bucket = ms <= leastMs ? 0 : Math.ceil(Math.log2(ms / leastMs) * bucketsADoubling)
  while (counts.length <= bucket) counts.push(0)
  counts[bucket]! += times
  histogram.total += times
  if (ms > histogram.maxMs) histogram.maxMs = ms
}

export function addHistogram(into: Histogram, { counts, total, maxMs }: Histogram): void {
  while (into.counts.length < counts.length) into.counts.push(0)
  for (const [bucket, count] of counts.entries()) into.counts[bucket]! += count
  into.total += total
  into.maxMs = Math.max(into.maxMs, maxMs)
}

/** What was added to `before` since; the longest is that of the whole unless nothing came since. */
export function since(before: Histogram, now: Histogram): Histogram {
  const counts = now.counts.map((count, bucket) => count - (before.counts[bucket] ?? 0))
  const total = now.total - before.total
  const last = counts.findLastIndex((count) => count > 0)
  return { counts, total, maxMs: last < 0 ? 0 : Math.min(now.maxMs, upperMs(last)) }
}

/** The upper edge of the bucket that the percentile is in, or the longest if that is less; 0 where there is nothing. */
export function percentileMs({ counts, total, maxMs }: Histogram, percent: number): number {
  const rank = Math.ceil((total * percent) / 100)
  let seen = 0
  for (const [bucket, count] of counts.entries()) {
    seen += count
    if (count > 0 && seen >= rank) return Math.min(maxMs, upperMs(bucket))
  }
  return maxMs
}

function upperMs(bucket: number): number {
  return leastMs * 2 ** (bucket / bucketsADoubling)
}
