/** The admin API's request for where partitions begin and end. */
import type { Pointer } from 'bun:ffi'
import { type AdminRequest, type AdminRequests, operation, readArray } from './admin-request.ts'
import { librdkafka } from './symbols.ts'
import { makeList, readElement, type TopicPartition, type TopicPartitionOutcome } from './topic-partition-list.ts'

export type Isolation = 'read_committed' | 'read_uncommitted'

/** Offsets that ask for a place. */
export const place = { earliest: -2, latest: -1 } as const

export type Place = (typeof place)[keyof typeof place]

export function listOffsetsRequest(
  { handle }: AdminRequests,
  partitions: readonly TopicPartition[],
  where: Place,
  isolation: Isolation,
): AdminRequest<TopicPartitionOutcome[]> {
  const rd = librdkafka()
  return {
    operation: operation.listOffsets,
    what: 'offsets were not listed',
    topic: [...new Set(partitions.map(({ topic }) => topic))].join(', '),
    send: (options, queue) => {
      const level = isolation === 'read_committed' ? 1 : 0
      const error = rd.rd_kafka_AdminOptions_set_isolation_level(options, level)
      if (error !== null) rd.rd_kafka_error_destroy(error)
      const list = makeList(partitions.map(({ topic, partition }) => ({ topic, partition, offset: where })))
      rd.rd_kafka_ListOffsets(handle, list, options, queue)
      rd.rd_kafka_topic_partition_list_destroy(list)
    },
    read: (e: Pointer) =>
      readArray(rd.rd_kafka_ListOffsets_result_infos, rd.rd_kafka_event_ListOffsets_result(e)).map((info) =>
        readElement(rd.rd_kafka_ListOffsetsResultInfo_topic_partition(info)!),
      ),
  }
}
