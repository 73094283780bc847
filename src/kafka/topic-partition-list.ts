/** librdkafka's list of partitions: made from ours, read into ours. Who makes one destroys it. */
import { type Pointer, read } from 'bun:ffi'
import { cString, textThrough } from './c-string.ts'
import { int64At } from './handle.ts'
import { topicPartition, topicPartitionList } from './layout.ts'
import { librdkafka } from './symbols.ts'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export interface TopicPartitionOffset extends TopicPartition {
  readonly offset: number
}

/** With what librdkafka said of this partition; 0 when nothing is wrong. */
export interface TopicPartitionOutcome extends TopicPartitionOffset {
  readonly error: number
}

/** A partition number that stands for "the topic as a whole", in subscriptions. */
export const anyPartition = -1

/** An entry without `offset` gets none, which in `assign` means "the committed one, else auto.offset.reset". */
export function makeList(partitions: Iterable<TopicPartition & { readonly offset?: number }>): Pointer {
  const rd = librdkafka()
  const list = rd.rd_kafka_topic_partition_list_new(16)!
  for (const { topic, partition, offset } of partitions) {
    const element = rd.rd_kafka_topic_partition_list_add(list, cString(topic), partition)!
    if (offset !== undefined) writeInt64(element, topicPartition.offset, offset)
  }
  return list
}

/** Reads the list; leaves it as it is. */
export function readList(list: Pointer | null): TopicPartitionOutcome[] {
  if (list === null) return []
  const partitions: TopicPartitionOutcome[] = []
  const elements = read.ptr(list, topicPartitionList.elements)
  const count = read.i32(list, topicPartitionList.count)
  for (let at = 0; at < count; at++) partitions.push(readElement((elements + at * topicPartition.size) as Pointer))
  return partitions
}

export function readElement(element: Pointer): TopicPartitionOutcome {
  return {
    topic: textThrough(element, topicPartition.topic),
    partition: read.i32(element, topicPartition.partition),
    offset: int64At(element, topicPartition.offset),
    error: read.i32(element, topicPartition.error),
  }
}

/** Makes a list for the length of one call. */
export function withList<T>(
  partitions: Iterable<TopicPartition & { readonly offset?: number }>,
  use: (list: Pointer) => T,
): T {
  const list = makeList(partitions)
  try {
    return use(list)
  } finally {
    librdkafka().rd_kafka_topic_partition_list_destroy(list)
  }
}

const scratch = new BigInt64Array(1)

/** Bun's FFI reads foreign memory, but writes it only by memcpy. */
function writeInt64(pointer: Pointer, offset: number, value: number): void {
  scratch[0] = BigInt(value)
  librdkafka().memcpy((pointer + offset) as Pointer, scratch, 8)
}
