/** What all consumers of redkite are set to: those of groups, and those that read what they are told to. */

/** Which offsets count is redkite's to say. */
export const ownOffsets = {
  'enable.auto.commit': false,
  'enable.auto.offset.store': false,
} as const

/**
 * How much is fetched ahead, and how. A full queue makes librdkafka's fetcher sleep for `fetch.queue.backoff.ms`, 1 s by default: 10 ms
 * keep it busy and wake it a hundred times a second while Milvus is waited for. The queue is limited in bytes, not in records.
 */
export const fetching = {
  // As in Java's consumer; librdkafka passes damaged records over in silence otherwise.
  'check.crcs': true,
  'fetch.queue.backoff.ms': 10,
  'queued.min.messages': 1_000_000,
  'queued.max.messages.kbytes': 16_384,
} as const
