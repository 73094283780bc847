/** What a sink has done since it started. Plain numbers, so that the data plane can count without a thought. */
export class Counts {
  /** Records taken from Kafka. */
  records = 0
  /** Rows that Milvus acknowledged. */
  written = 0
  /** Keys whose deletion Milvus acknowledged. */
  deleted = 0
  /** Rows that a later record of the same key replaced before they were sent. */
  superseded = 0
  /** Tombstones (null values) passed over. */
  tombstones = 0
  /** Records that a filter passed over. */
  dropped = 0
  /** Records passed over: `errors.tolerance=all` without a dead-letter topic. */
  skipped = 0
  /** Records that the dead-letter topic acknowledged. */
  deadLettered = 0
  /** Times that Kafka no longer had the next record of a partition, and records were never read. */
  offsetResets = 0
  /** Batches that were filled, or sealed before. */
  batches = 0
  requests = 0
  retries = 0
  commits = 0
  /** Bytes of the values of records that became rows. */
  valueBytes = 0
  /** Bytes of all requests that Milvus acknowledged. */
  requestBytes = 0
  /** Time spent on taking, decoding and batching records, in milliseconds: how busy the thread is with it. */
  intakeMs = 0
}
