/** What Kafka is asked about topics before they are read: where each partition begins and ends, and how far a group has come. */
import type { SinkSettings } from '../config/setup.ts'
import type { Place } from '../delivery/place.ts'
import type { Admin, CommittedOffset, Isolation } from '../kafka/admin.ts'
import type { TopicPartitionOffset } from '../kafka/topic-partition-list.ts'

/** A coordinator that is moving is worth a wait. */
export const askTimeoutMs = 15_000

export interface TopicOffsets {
  readonly beginnings: readonly TopicPartitionOffset[]
  readonly ends: readonly TopicPartitionOffset[]
  readonly committed: readonly CommittedOffset[]
}

/** Each partition of topics whose numbers of partitions are known by name. */
export function partitionsOf(topics: ReadonlyMap<string, number>): Place[] {
  return [...topics].flatMap(([topic, count]) =>
    Array.from({ length: count }, (_, partition) => ({ topic, partition })),
  )
}

export async function askOffsets(
  admin: Admin,
  partitions: readonly Place[],
  group: string,
  isolation: Isolation,
): Promise<TopicOffsets> {
  const [ends, beginnings, committed] = await Promise.all([
    admin.endOffsets(partitions, isolation, askTimeoutMs),
    admin.beginningOffsets(partitions, askTimeoutMs),
    admin.committed(group, partitions, askTimeoutMs),
  ])
  return { beginnings, ends, committed }
}

/** How the sink reads: to the last record, or to the first of a transaction still open. */
export function isolationOf({ consumer }: Pick<SinkSettings, 'consumer'>): Isolation {
  return consumer['isolation.level'] === 'read_uncommitted' ? 'read_uncommitted' : 'read_committed'
}
