/**
 * Retention passed the group's offset, and `auto.offset.reset` says where to go on: records were never read, and nobody hears of it except
 * through a line in librdkafka's log. (With `auto.offset.reset=error` it is an error: OFFSET_LOST.)
 *
 * A group without an offset begins the same way, but librdkafka says that only when debugging, so a line always means a loss.
 */
import type { TopicPartition } from './topic-partition-list.ts'

export interface OffsetReset extends TopicPartition {
  /** The next record to read, which Kafka no longer has. */
  readonly from: number
  /** Where reading goes on; undefined when librdkafka still has to ask. */
  readonly to: number | undefined
}

const facility = 'OFFSET'
const line = /(\S+) \[(\d+)\]: offset reset \(at offset (\d+) .*?\) to (?:cached BEGINNING )?offset (\w+)/

export function offsetResetIn(log: { readonly facility: string; readonly text: string }): OffsetReset | undefined {
  const [, topic, partition, from, to] = (log.facility === facility && line.exec(log.text)) || []
  if (topic === undefined) return undefined
  return { topic, partition: Number(partition), from: Number(from), to: /^\d+$/.test(to!) ? Number(to) : undefined }
}
