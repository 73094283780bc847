/* What changed from one look at a sink to the next, for the ten minutes that the page remembers. */
const samplesMax = 300

const histories = new Map()

export const historyOf = (sink) => histories.get(sink.name)

function difference(now, before) {
  return Object.fromEntries(Object.keys(now).map((key) => [key, now[key] - (before?.[key] ?? 0)]))
}

export const sum = (counts) => Object.values(counts).reduce((total, one) => total + one, 0)

/** The quantile of what was answered since the last look, in ms; a straight line is drawn through its bucket. */
function quantile(share, buckets, bounds) {
  const total = buckets.reduce((all, one) => all + one, 0)
  if (total === 0) return null
  let rank = share * total
  for (let i = 0; i < buckets.length; i++) {
    if (rank > buckets[i]) rank -= buckets[i]
    else {
      const low = i === 0 ? 0 : bounds[i - 1]
      const high = bounds[i] ?? bounds[bounds.length - 1]
      return low + ((high - low) * rank) / (buckets[i] || 1)
    }
  }
  return bounds[bounds.length - 1]
}

const bucketsOf = ({ requests }) =>
  Object.values(requests).reduce((all, { counts }) => counts.map((one, i) => one + (all[i] ?? 0)), [])

export function remember(sink, { now, durationBoundsMs }) {
  const history = histories.get(sink.name) ?? { samples: [] }
  histories.set(sink.name, history)
  const nowMs = Date.parse(now)
  const before = history.sink
  /* Counts that have gone back are those of another process. */
  if (before && sink.counts.records >= before.counts.records && nowMs > history.nowMs) {
    const span = (nowMs - history.nowMs) / 1000
    const counts = difference(sink.counts, before.counts)
    const buckets = bucketsOf(sink).map((one, i) => one - (bucketsOf(before)[i] ?? 0))
    history.samples.push({
      at: nowMs / 1000,
      rows: counts.written / span,
      records: counts.records / span,
      bytes: counts.requestBytes / span,
      median: quantile(0.5, buckets, durationBoundsMs),
      p99: quantile(0.99, buckets, durationBoundsMs),
      retries: sum(difference(sink.retries, before.retries)) / span,
      rejects: (counts.deadLettered + counts.skipped) / span,
      lags: new Map(sink.partitions.map(({ topic, partition, lag }) => [`${topic}-${partition}`, lag])),
    })
    if (history.samples.length > samplesMax) history.samples.shift()
  } else if (before && sink.counts.records < before.counts.records) history.samples.length = 0
  history.sink = sink
  history.looks = (history.looks ?? 0) + 1
  history.nowMs = nowMs
  return history
}
