/**
 * Reads some records of a sink's topics, without a group: what `auto.create` takes a schema from, and what `check` and `plan` look at.
 */
import type { SinkSettings } from '../config/setup.ts'
import type { Arena } from '../kafka/arena.ts'
import type { Reader, Stretch } from '../kafka/reader.ts'
import type { PartitionBounds } from '../sink/topic-bounds.ts'
import { openReader } from '../sink/topic-reader.ts'

/** A partition that is compacted may have few records among many offsets, but a sample that takes longer helps nobody. */
const stallTimeoutMs = 20_000

export function newReader(settings: SinkSettings, options: { readonly wantsDetails?: boolean } = {}): Reader {
  return openReader(settings, { ...options, stallTimeoutMs })
}

/**
 * The stretches of about `records` records in all, shared evenly among partitions that have so many: the first ones there are, or (`next`) those
 * that the sink's group would read next, and the last ones where it has read all.
 */
export function sampleStretches(
  partitions: readonly PartitionBounds[],
  records: number,
  which: 'first' | 'next',
): Stretch[] {
  const isBehind = waitingOf(partitions) > 0
  const whole = partitions.map(({ topic, partition, from, to, committed }) => {
    const next = Math.min(to, Math.max(from, committed ?? 0))
    return { topic, partition, from: which === 'next' && isBehind ? next : from, to }
  })
  const shares = evenShares(
    whole.map(({ from, to }) => to - from),
    records,
  )
  return whole.map(({ topic, partition, from, to }, index) => {
    const share = shares[index]!
    return which === 'next' && !isBehind
      ? { topic, partition, from: to - share, to }
      : { topic, partition, from, to: from + share }
  })
}

/** Where the group has committed nothing, a run begins as `auto.offset.reset` says: with `latest`, behind all that is there. */
export function asRunBegins(
  { consumer }: Pick<SinkSettings, 'consumer'>,
  partitions: readonly PartitionBounds[],
): readonly PartitionBounds[] {
  if (!/^(latest|largest|end)$/.test(String(consumer['auto.offset.reset']))) return partitions
  return partitions.map((one) => ({ ...one, committed: one.committed ?? one.to }))
}

/** Offsets that a run has before it. */
export function waitingOf(partitions: readonly PartitionBounds[]): number {
  return partitions.reduce((sum, { from, to, committed }) => sum + Math.max(0, to - Math.max(from, committed ?? 0)), 0)
}

/** Calls back with each arena of the stretches. */
export async function readStretches(
  reader: Reader,
  stretches: readonly Stretch[],
  arena: Arena,
  each: (arena: Arena) => boolean | Promise<boolean>,
): Promise<void> {
  await reader.read(
    stretches.filter(({ from, to }) => to > from),
    arena,
    each,
  )
}

/** How much each may give so that all together give `total`, if they have it, and none gives more than it must. */
export function evenShares(available: readonly number[], total: number): number[] {
  const shares = available.map(() => 0)
  const order = available.map((_, index) => index).sort((a, b) => available[a]! - available[b]!)
  let left = total
  for (const [done, index] of order.entries()) {
    shares[index] = Math.min(available[index]!, Math.ceil(left / (order.length - done)))
    left -= shares[index]!
  }
  return shares
}
