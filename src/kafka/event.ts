/** Numbers of librdkafka's events that redkite reads (RD_KAFKA_EVENT_…). */
export const event = {
  deliveryReport: 0x1,
  log: 0x4,
  error: 0x8,
  rebalance: 0x10,
  offsetCommit: 0x20,
  stats: 0x40,
  createTopics: 100,
  deleteTopics: 101,
  listConsumerGroupOffsets: 0x8000,
  describeTopics: 0x10_0000,
  describeCluster: 0x20_0000,
  listOffsets: 0x40_0000,
} as const
