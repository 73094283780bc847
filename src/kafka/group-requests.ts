/** What a group has committed, and to set that: requests of the admin API for one group, whose coordinator answers. */
import type { Pointer } from 'bun:ffi'
import { type AdminRequest, type AdminRequests, operation, readArray } from './admin-request.ts'
import { cString, pointerArray } from './c-string.ts'
import { librdkafka } from './symbols.ts'
import {
  makeList,
  readList,
  type TopicPartition,
  type TopicPartitionOffset,
  type TopicPartitionOutcome,
} from './topic-partition-list.ts'

export function committedRequest(
  { handle }: AdminRequests,
  group: string,
  partitions: readonly TopicPartition[],
): AdminRequest<TopicPartitionOutcome[]> {
  const rd = librdkafka()
  const groupIn = (e: Pointer) =>
    readArray(
      rd.rd_kafka_ListConsumerGroupOffsets_result_groups,
      rd.rd_kafka_event_ListConsumerGroupOffsets_result(e),
    )[0]!
  return {
    operation: operation.listGroupOffsets,
    what: `committed offsets of group ${group} were not listed`,
    group,
    send: (options, queue) => {
      const list = makeList(partitions)
      const question = rd.rd_kafka_ListConsumerGroupOffsets_new(cString(group), list)!
      rd.rd_kafka_topic_partition_list_destroy(list)
      rd.rd_kafka_ListConsumerGroupOffsets(handle, pointerArray([question]), 1, options, queue)
      rd.rd_kafka_ListConsumerGroupOffsets_destroy(question)
    },
    readError: (e) => rd.rd_kafka_group_result_error(groupIn(e)),
    read: (e) => readList(rd.rd_kafka_group_result_partitions(groupIn(e))),
  }
}

export function moveRequest(
  { handle }: AdminRequests,
  group: string,
  positions: readonly TopicPartitionOffset[],
): AdminRequest<TopicPartitionOutcome[]> {
  const rd = librdkafka()
  const groupIn = (e: Pointer) =>
    readArray(
      rd.rd_kafka_AlterConsumerGroupOffsets_result_groups,
      rd.rd_kafka_event_AlterConsumerGroupOffsets_result(e),
    )[0]!
  return {
    operation: operation.alterGroupOffsets,
    what: `offsets of group ${group} were not changed`,
    group,
    send: (options, queue) => {
      const list = makeList(positions)
      const order = rd.rd_kafka_AlterConsumerGroupOffsets_new(cString(group), list)!
      rd.rd_kafka_topic_partition_list_destroy(list)
      rd.rd_kafka_AlterConsumerGroupOffsets(handle, pointerArray([order]), 1, options, queue)
      rd.rd_kafka_AlterConsumerGroupOffsets_destroy(order)
    },
    readError: (e) => rd.rd_kafka_group_result_error(groupIn(e)),
    read: (e) => readList(rd.rd_kafka_group_result_partitions(groupIn(e))),
  }
}
