/**
 * An embedded Kafka on loopback: librdkafka's mock cluster, which speaks the real protocol. For the demo, the bench and tests.
 *
 * It keeps 5 MB or 100,000 records a partition at most, so consume while producing. It knows range and KIP-848 groups; no cooperative
 * ones, no SASL, no CreateTopics. Joining a group that has or had members takes the session timeout less 1 s: make that short.
 */
import type { Pointer } from 'bun:ffi'
import { failure } from '../errors/errors.ts'
import { cString, textAt } from './c-string.ts'
import { destroyHandle, handleType, newHandle } from './handle.ts'
import { explained } from './outcome.ts'
import { librdkafka } from './symbols.ts'

export class MockCluster {
  readonly #handle: Pointer
  readonly #cluster: Pointer
  readonly bootstrap: string
  #destroyed: Promise<void> | undefined

  /** A real cluster waits 3 s for more members before a group begins; nobody wants to here, unless several come at once. */
  constructor(
    readonly brokers = 1,
    groupDelayMs = 0,
  ) {
    const rd = librdkafka()
    this.#handle = newHandle(handleType.producer, {}, 0)
    this.#cluster = rd.rd_kafka_mock_cluster_new(this.#handle, brokers)!
    // It names none by itself, and requests of an admin client wait for one.
    rd.rd_kafka_mock_set_controller_id(this.#cluster, 1)
    rd.rd_kafka_mock_group_initial_rebalance_delay_ms(this.#cluster, groupDelayMs)
    this.bootstrap = textAt(rd.rd_kafka_mock_cluster_bootstraps(this.#cluster))
  }

  createTopic(name: string, partitions: number): void {
    const replicas = Math.min(this.brokers, 3)
    this.#check(librdkafka().rd_kafka_mock_topic_create(this.#cluster, cString(name), partitions, replicas))
  }

  /** Every answer about this topic has the error from now on; 0 ends it. */
  setTopicError(name: string, error: number): void {
    librdkafka().rd_kafka_mock_topic_set_error(this.#cluster, cString(name), error)
  }

  /** The next requests of this kind (Kafka's API key) get these errors, one each. */
  pushRequestErrors(apiKey: number, errors: readonly number[]): void {
    librdkafka().rd_kafka_mock_push_request_errors_array(this.#cluster, apiKey, errors.length, Int32Array.from(errors))
  }

  clearRequestErrors(apiKey: number): void {
    librdkafka().rd_kafka_mock_clear_request_errors(this.#cluster, apiKey)
  }

  /** Brokers count from 1. */
  setBrokerDown(broker: number): void {
    this.#check(librdkafka().rd_kafka_mock_broker_set_down(this.#cluster, broker))
  }

  setBrokerUp(broker: number): void {
    this.#check(librdkafka().rd_kafka_mock_broker_set_up(this.#cluster, broker))
  }

  /** It answers, and no answer names it any more, not even its own: as a real one that the cluster has put out. */
  hideBroker(broker: number): void {
    this.#check(librdkafka().rd_kafka_mock_broker_remove_from_metadata(this.#cluster, broker))
  }

  addBroker(broker: number): void {
    this.#check(librdkafka().rd_kafka_mock_broker_add(this.#cluster, broker))
  }

  setRoundTrip(broker: number, ms: number): void {
    this.#check(librdkafka().rd_kafka_mock_broker_set_rtt(this.#cluster, broker, ms))
  }

  /** As retention does. */
  deleteRecordsBefore(topic: string, partition: number, offset: number): void {
    const before = BigInt(offset)
    this.#check(librdkafka().rd_kafka_mock_partition_delete_records(this.#cluster, cString(topic), partition, before))
  }

  /** Which broker coordinates a group. */
  setGroupCoordinator(group: string, broker: number): void {
    this.#check(librdkafka().rd_kafka_mock_coordinator_set(this.#cluster, cString('group'), cString(group), broker))
  }

  destroy(): Promise<void> {
    this.#destroyed ??= this.#destroy()
    return this.#destroyed
  }

  async #destroy(): Promise<void> {
    librdkafka().rd_kafka_mock_cluster_destroy(this.#cluster)
    await destroyHandle(this.#handle, 5_000)
  }

  #check(code: number): void {
    if (code !== 0) throw failure('KAFKA_FAILED', 'the embedded broker refused', explained(code, ''))
  }
}
