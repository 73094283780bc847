/**
 * Where the fields of librdkafka's public structs lie (rdkafka.h of 2.15, on the 64-bit platforms redkite is built for), and the check
 * that the loaded library agrees.
 */
import { type Pointer, read } from 'bun:ffi'
import { failure } from '../errors/errors.ts'
import { cString, textAt, textThrough } from './c-string.ts'
import { type Librdkafka, librdkafka } from './symbols.ts'

/** `rd_kafka_message_t`. */
export const message = {
  error: 0,
  topic: 8,
  partition: 16,
  payload: 24,
  payloadBytes: 32,
  key: 40,
  keyBytes: 48,
  offset: 56,
  /** In a delivery report: the number given to produce. */
  opaque: 64,
} as const

/** `rd_kafka_topic_partition_t`. */
export const topicPartition = { topic: 0, partition: 8, offset: 16, error: 48, size: 64 } as const

/** `rd_kafka_topic_partition_list_t`. */
export const topicPartitionList = { count: 0, elements: 8 } as const

/** `rd_kafka_vu_t`, an argument of produceva. */
export const produceArgument = { type: 0, value: 8, valueBytes: 16, headerSize: 24, size: 72 } as const

/** `struct rd_kafka_metadata` and what it points to. */
export const metadata = { topicCount: 16, topics: 24 } as const
export const metadataTopic = { name: 0, partitionCount: 8, partitions: 16, error: 24, size: 32 } as const

/** `RD_KAFKA_VERSION` without revision and build: struct layouts do not change within it. */
const versionWanted = 0x020f

let checked = false

/** Throws LIBRARY_MISMATCH unless the library is the one these numbers were read from. Costs a few microseconds, once. */
export function assertLayout(): void {
  if (checked) return
  checkLayout(librdkafka())
  checked = true
}

/** The same of any library. */
export function checkLayout(rd: Librdkafka): void {
  const found = textAt(rd.rd_kafka_version_str())
  if (rd.rd_kafka_version() >>> 16 !== versionWanted) throw failure('LIBRARY_MISMATCH', '2.15', found)
  if (!listReadsBack(rd)) throw failure('LIBRARY_MISMATCH', '2.15', `${found} with other struct layouts`)
}

/** Lets the library write a list and reads it by our offsets: a library with other padding or order is found at once. */
function listReadsBack(rd: Librdkafka): boolean {
  const list = rd.rd_kafka_topic_partition_list_new(2)!
  rd.rd_kafka_topic_partition_list_add(list, cString('first'), 7)
  rd.rd_kafka_topic_partition_list_add(list, cString('second'), 11)
  const first = read.ptr(list, topicPartitionList.elements) as Pointer
  const second = (first + topicPartition.size) as Pointer
  const agrees =
    read.i32(list, topicPartitionList.count) === 2 &&
    textThrough(first, topicPartition.topic) === 'first' &&
    read.i32(first, topicPartition.partition) === 7 &&
    textThrough(second, topicPartition.topic) === 'second' &&
    read.i32(second, topicPartition.partition) === 11 &&
    read.i64(second, topicPartition.offset) === -1001n &&
    read.i32(second, topicPartition.error) === 0
  rd.rd_kafka_topic_partition_list_destroy(list)
  return agrees
}
