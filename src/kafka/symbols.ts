/**
 * librdkafka's C interface, as much as redkite uses, and the five libc functions it needs beside. All are looked up in one library handle:
 * the linker's lookup covers what librdkafka itself is linked to, so libc and (in old systems) libpthread need no name of their own.
 *
 * Ownership, in short: who calls a `…_new`, `…_copy` or `queue_get_…` calls the matching `…_destroy`; an event and all read from it live
 * until `event_destroy`; a message is ours until `message_destroy`. One thing not given back makes `rd_kafka_destroy` wait for ever.
 */
import { dlopen, type Library } from 'bun:ffi'
import { librdkafkaPath } from './library.ts'

const declarations = {
  rd_kafka_version: { args: [], returns: 'i32' },
  rd_kafka_version_str: { args: [], returns: 'ptr' },
  rd_kafka_err2name: { args: ['i32'], returns: 'ptr' },
  rd_kafka_err2str: { args: ['i32'], returns: 'ptr' },
  rd_kafka_error_code: { args: ['ptr'], returns: 'i32' },
  rd_kafka_error_string: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_error_destroy: { args: ['ptr'], returns: 'void' },
  rd_kafka_fatal_error: { args: ['ptr', 'ptr', 'usize'], returns: 'i32' },

  // Handles
  rd_kafka_conf_new: { args: [], returns: 'ptr' },
  rd_kafka_conf_destroy: { args: ['ptr'], returns: 'void' },
  rd_kafka_conf_set: { args: ['ptr', 'ptr', 'ptr', 'ptr', 'usize'], returns: 'i32' },
  rd_kafka_conf_set_events: { args: ['ptr', 'i32'], returns: 'void' },
  rd_kafka_conf_set_log_cb: { args: ['ptr', 'ptr'], returns: 'void' },
  rd_kafka_conf_enable_sasl_queue: { args: ['ptr', 'i32'], returns: 'void' },
  rd_kafka_sasl_background_callbacks_enable: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_new: { args: ['i32', 'ptr', 'ptr', 'usize'], returns: 'ptr' },
  rd_kafka_destroy: { args: ['ptr'], returns: 'void' },
  rd_kafka_set_log_queue: { args: ['ptr', 'ptr'], returns: 'i32' },
  rd_kafka_mem_free: { args: ['ptr', 'ptr'], returns: 'void' },

  // Queues and events
  rd_kafka_queue_new: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_queue_destroy: { args: ['ptr'], returns: 'void' },
  rd_kafka_queue_get_main: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_queue_get_consumer: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_queue_get_partition: { args: ['ptr', 'ptr', 'i32'], returns: 'ptr' },
  rd_kafka_queue_forward: { args: ['ptr', 'ptr'], returns: 'void' },
  rd_kafka_queue_io_event_enable: { args: ['ptr', 'i32', 'ptr', 'usize'], returns: 'void' },
  rd_kafka_queue_poll: { args: ['ptr', 'i32'], returns: 'ptr' },
  rd_kafka_event_type: { args: ['ptr'], returns: 'i32' },
  rd_kafka_event_destroy: { args: ['ptr'], returns: 'void' },
  rd_kafka_event_error: { args: ['ptr'], returns: 'i32' },
  rd_kafka_event_error_string: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_event_error_is_fatal: { args: ['ptr'], returns: 'i32' },
  rd_kafka_event_opaque: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_event_log: { args: ['ptr', 'ptr', 'ptr', 'ptr'], returns: 'i32' },
  rd_kafka_event_stats: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_event_topic_partition: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_event_topic_partition_list: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_event_message_array: { args: ['ptr', 'ptr', 'usize'], returns: 'usize' },

  // Lists of partitions
  rd_kafka_topic_partition_list_new: { args: ['i32'], returns: 'ptr' },
  rd_kafka_topic_partition_list_copy: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_topic_partition_list_destroy: { args: ['ptr'], returns: 'void' },
  rd_kafka_topic_partition_list_add: { args: ['ptr', 'ptr', 'i32'], returns: 'ptr' },
  rd_kafka_topic_partition_destroy: { args: ['ptr'], returns: 'void' },

  // The consumer
  rd_kafka_poll_set_consumer: { args: ['ptr'], returns: 'i32' },
  rd_kafka_subscribe: { args: ['ptr', 'ptr'], returns: 'i32' },
  rd_kafka_unsubscribe: { args: ['ptr'], returns: 'i32' },
  rd_kafka_rebalance_protocol: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_consumer_group_metadata: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_consumer_group_metadata_generation_id: { args: ['ptr'], returns: 'i32' },
  rd_kafka_consumer_group_metadata_destroy: { args: ['ptr'], returns: 'void' },
  rd_kafka_assign: { args: ['ptr', 'ptr'], returns: 'i32' },
  rd_kafka_incremental_assign: { args: ['ptr', 'ptr'], returns: 'ptr' },
  rd_kafka_incremental_unassign: { args: ['ptr', 'ptr'], returns: 'ptr' },
  rd_kafka_assignment_lost: { args: ['ptr'], returns: 'i32' },
  rd_kafka_get_watermark_offsets: { args: ['ptr', 'ptr', 'i32', 'ptr', 'ptr'], returns: 'i32' },
  rd_kafka_pause_partitions: { args: ['ptr', 'ptr'], returns: 'i32' },
  rd_kafka_resume_partitions: { args: ['ptr', 'ptr'], returns: 'i32' },
  rd_kafka_consume_batch_queue: { args: ['ptr', 'i32', 'ptr', 'usize'], returns: 'i32' },
  rd_kafka_message_destroy: { args: ['ptr'], returns: 'void' },
  rd_kafka_message_errstr: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_message_headers: { args: ['ptr', 'ptr'], returns: 'i32' },
  rd_kafka_message_timestamp: { args: ['ptr', 'ptr'], returns: 'i64' },
  rd_kafka_header_get_all: { args: ['ptr', 'usize', 'ptr', 'ptr', 'ptr'], returns: 'i32' },
  rd_kafka_topic_name: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_commit_queue: { args: ['ptr', 'ptr', 'ptr', 'ptr', 'ptr'], returns: 'i32' },
  rd_kafka_consumer_close_queue: { args: ['ptr', 'ptr'], returns: 'ptr' },
  rd_kafka_consumer_closed: { args: ['ptr'], returns: 'i32' },

  // The producer
  rd_kafka_produceva: { args: ['ptr', 'ptr', 'usize'], returns: 'ptr' },
  rd_kafka_outq_len: { args: ['ptr'], returns: 'i32' },
  rd_kafka_purge: { args: ['ptr', 'i32'], returns: 'i32' },

  // Administration
  rd_kafka_AdminOptions_new: { args: ['ptr', 'i32'], returns: 'ptr' },
  rd_kafka_AdminOptions_destroy: { args: ['ptr'], returns: 'void' },
  rd_kafka_AdminOptions_set_request_timeout: { args: ['ptr', 'i32', 'ptr', 'usize'], returns: 'i32' },
  rd_kafka_AdminOptions_set_isolation_level: { args: ['ptr', 'i32'], returns: 'ptr' },
  rd_kafka_AdminOptions_set_opaque: { args: ['ptr', 'ptr'], returns: 'void' },
  rd_kafka_TopicCollection_of_topic_names: { args: ['ptr', 'usize'], returns: 'ptr' },
  rd_kafka_TopicCollection_destroy: { args: ['ptr'], returns: 'void' },
  rd_kafka_DescribeTopics: { args: ['ptr', 'ptr', 'ptr', 'ptr'], returns: 'void' },
  rd_kafka_DescribeTopics_result_topics: { args: ['ptr', 'ptr'], returns: 'ptr' },
  rd_kafka_event_DescribeTopics_result: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_TopicDescription_name: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_TopicDescription_error: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_TopicDescription_partitions: { args: ['ptr', 'ptr'], returns: 'ptr' },
  rd_kafka_DescribeCluster: { args: ['ptr', 'ptr', 'ptr'], returns: 'void' },
  rd_kafka_event_DescribeCluster_result: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_DescribeCluster_result_cluster_id: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_ListOffsets: { args: ['ptr', 'ptr', 'ptr', 'ptr'], returns: 'void' },
  rd_kafka_event_ListOffsets_result: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_ListOffsets_result_infos: { args: ['ptr', 'ptr'], returns: 'ptr' },
  rd_kafka_ListOffsetsResultInfo_topic_partition: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_ListConsumerGroupOffsets_new: { args: ['ptr', 'ptr'], returns: 'ptr' },
  rd_kafka_ListConsumerGroupOffsets_destroy: { args: ['ptr'], returns: 'void' },
  rd_kafka_ListConsumerGroupOffsets: { args: ['ptr', 'ptr', 'usize', 'ptr', 'ptr'], returns: 'void' },
  rd_kafka_event_ListConsumerGroupOffsets_result: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_ListConsumerGroupOffsets_result_groups: { args: ['ptr', 'ptr'], returns: 'ptr' },
  rd_kafka_AlterConsumerGroupOffsets_new: { args: ['ptr', 'ptr'], returns: 'ptr' },
  rd_kafka_AlterConsumerGroupOffsets_destroy: { args: ['ptr'], returns: 'void' },
  rd_kafka_AlterConsumerGroupOffsets: { args: ['ptr', 'ptr', 'usize', 'ptr', 'ptr'], returns: 'void' },
  rd_kafka_event_AlterConsumerGroupOffsets_result: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_AlterConsumerGroupOffsets_result_groups: { args: ['ptr', 'ptr'], returns: 'ptr' },
  rd_kafka_group_result_error: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_group_result_partitions: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_NewTopic_new: { args: ['ptr', 'i32', 'i32', 'ptr', 'usize'], returns: 'ptr' },
  rd_kafka_NewTopic_set_config: { args: ['ptr', 'ptr', 'ptr'], returns: 'i32' },
  rd_kafka_NewTopic_destroy: { args: ['ptr'], returns: 'void' },
  rd_kafka_CreateTopics: { args: ['ptr', 'ptr', 'usize', 'ptr', 'ptr'], returns: 'void' },
  rd_kafka_event_CreateTopics_result: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_CreateTopics_result_topics: { args: ['ptr', 'ptr'], returns: 'ptr' },
  rd_kafka_DeleteTopic_new: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_DeleteTopic_destroy: { args: ['ptr'], returns: 'void' },
  rd_kafka_DeleteTopics: { args: ['ptr', 'ptr', 'usize', 'ptr', 'ptr'], returns: 'void' },
  rd_kafka_event_DeleteTopics_result: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_DeleteTopics_result_topics: { args: ['ptr', 'ptr'], returns: 'ptr' },
  rd_kafka_topic_result_error: { args: ['ptr'], returns: 'i32' },
  rd_kafka_topic_result_error_string: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_topic_result_name: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_metadata: { args: ['ptr', 'i32', 'ptr', 'ptr', 'i32'], returns: 'i32' },
  rd_kafka_metadata_destroy: { args: ['ptr'], returns: 'void' },

  // The embedded broker
  rd_kafka_mock_cluster_new: { args: ['ptr', 'i32'], returns: 'ptr' },
  rd_kafka_mock_cluster_destroy: { args: ['ptr'], returns: 'void' },
  rd_kafka_mock_cluster_bootstraps: { args: ['ptr'], returns: 'ptr' },
  rd_kafka_mock_topic_create: { args: ['ptr', 'ptr', 'i32', 'i32'], returns: 'i32' },
  rd_kafka_mock_topic_set_error: { args: ['ptr', 'ptr', 'i32'], returns: 'void' },
  rd_kafka_mock_push_request_errors_array: { args: ['ptr', 'i16', 'usize', 'ptr'], returns: 'void' },
  rd_kafka_mock_clear_request_errors: { args: ['ptr', 'i16'], returns: 'void' },
  rd_kafka_mock_broker_set_down: { args: ['ptr', 'i32'], returns: 'i32' },
  rd_kafka_mock_broker_set_up: { args: ['ptr', 'i32'], returns: 'i32' },
  rd_kafka_mock_broker_remove_from_metadata: { args: ['ptr', 'i32'], returns: 'i32' },
  rd_kafka_mock_broker_add: { args: ['ptr', 'i32'], returns: 'i32' },
  rd_kafka_mock_broker_set_rtt: { args: ['ptr', 'i32', 'i32'], returns: 'i32' },
  rd_kafka_mock_coordinator_set: { args: ['ptr', 'ptr', 'ptr', 'i32'], returns: 'i32' },
  rd_kafka_mock_set_controller_id: { args: ['ptr', 'i32'], returns: 'void' },
  rd_kafka_mock_group_initial_rebalance_delay_ms: { args: ['ptr', 'i32'], returns: 'void' },
  rd_kafka_mock_partition_delete_records: { args: ['ptr', 'ptr', 'i32', 'i64'], returns: 'i32' },

  // libc
  memcpy: { args: ['ptr', 'ptr', 'usize'], returns: 'ptr' },
  pipe2: { args: ['ptr', 'i32'], returns: 'i32' },
  close: { args: ['i32'], returns: 'i32' },
  pthread_create: { args: ['ptr', 'ptr', 'ptr', 'ptr'], returns: 'i32' },
  pthread_tryjoin_np: { args: ['usize', 'ptr'], returns: 'i32' },
} as const

/** Bun types a returned pointer as perhaps a bigint; user-space addresses of all our platforms are below 2^53, so it is a number. */
type PointerAsNumber<Call> = Call extends (...args: infer Arguments) => infer Result
  ? (...args: Arguments) => null extends Result ? Exclude<Result, bigint> : Result
  : never

type Declared = Library<typeof declarations>['symbols']
export type Librdkafka = { readonly [Name in keyof Declared]: PointerAsNumber<Declared[Name]> }

let loaded: Librdkafka | undefined

/** Loads the library at the first call: it takes about 15 ms, which commands without Kafka shall not pay. */
export function librdkafka(): Librdkafka {
  loaded ??= dlopen(librdkafkaPath(), declarations).symbols as unknown as Librdkafka
  return loaded
}
