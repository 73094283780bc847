/**
 * Questions to a Kafka cluster beside the consumer: topics, offsets, a group's commits. On a handle of its own, because on the consumer's
 * they would wait behind its fetches. Every answer comes as an event, within a deadline; the event loop never waits.
 */
import type { Pointer } from 'bun:ffi'
import { failure, type RedkiteError } from '../errors/errors.ts'
import { type AdminRequest, AdminRequests, type ArrayGetter, readArray } from './admin-request.ts'
import { cString, cStringArray, pointerArray, textAt, textIn } from './c-string.ts'
import type { KafkaConfig } from './conf.ts'
import { outcome } from './outcome.ts'
import { response } from './response.ts'
import { librdkafka } from './symbols.ts'
import { listTopics, type TopicDescription } from './topic-list.ts'
import {
  makeList,
  readElement,
  readList,
  type TopicPartition,
  type TopicPartitionOffset,
  type TopicPartitionOutcome,
} from './topic-partition-list.ts'

export interface NewTopic {
  readonly name: string
  readonly partitions: number
  /** The broker's default when missing. */
  readonly replicationFactor?: number
  readonly config?: Readonly<Record<string, string>>
}

export interface CommittedOffset extends TopicPartition {
  /** The next offset the group reads; undefined when it never committed. */
  readonly offset: number | undefined
}

export type Isolation = 'read_committed' | 'read_uncommitted'

/** `rd_kafka_admin_op_t`. */
const operation = {
  createTopics: 1,
  deleteTopics: 2,
  listGroupOffsets: 14,
  alterGroupOffsets: 15,
  describeTopics: 19,
  describeCluster: 20,
  listOffsets: 21,
} as const
/** Offsets that ask for a place. */
const place = { earliest: -2, latest: -1 } as const
const defaultDeadlineMs = 30_000

/** Kafka's own, which its Java consumers leave out of expressions too. */
const internalTopics = new Set([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
  '__cluster_metadata',
])

export class Admin {
  readonly #config: KafkaConfig
  readonly #requests: AdminRequests
  /** A handle for each group that was asked about. */
  readonly #groups = new Map<string, AdminRequests>()
  readonly #listing = new Set<Promise<unknown>>()

  constructor(config: KafkaConfig) {
    this.#config = config
    this.#requests = new AdminRequests(config)
  }

  /** Resolves when a broker has answered a request; else rejects with the reason: unreachable, login refused, TLS failed. */
  async reachable(deadlineMs = defaultDeadlineMs): Promise<void> {
    const request = {
      operation: operation.describeCluster,
      what: 'no answer from the cluster',
      send: (options: Pointer, queue: Pointer) =>
        librdkafka().rd_kafka_DescribeCluster(this.#requests.handle, options, queue),
      read: () => undefined,
    }
    await this.#requests.send(request, deadlineMs)
  }

  /**
   * How many partitions each topic has, by name; a topic that begins with `^` is a regular expression. A named topic that does not exist
   * or may not be seen throws; an expression may match nothing.
   */
  async topicPartitions(topics: readonly string[], deadlineMs = defaultDeadlineMs): Promise<Map<string, number>> {
    const named = [...new Set(topics.filter((topic) => !topic.startsWith('^')))]
    const patterns = topics.filter((topic) => topic.startsWith('^')).map((topic) => new RegExp(topic))
    const descriptions = named.length === 0 ? [] : await this.#describe(named, deadlineMs)
    for (const { name, error } of descriptions) {
      if (error !== response.noError) throw this.#outcome(error, '', name, `topic ${name} cannot be described`)
    }
    const all = patterns.length === 0 ? [] : await this.#listAll(deadlineMs)
    const matching = all.filter(({ name, error }) => error === 0 && patterns.some((pattern) => pattern.test(name)))
    return new Map([...descriptions, ...matching].map(({ name, partitions }) => [name, partitions]))
  }

  /** One past the last record, or with `read_committed` the first of a transaction still open. */
  endOffsets(
    partitions: readonly TopicPartition[],
    isolation: Isolation = 'read_committed',
    deadlineMs = defaultDeadlineMs,
  ): Promise<TopicPartitionOffset[]> {
    return this.#listOffsets(partitions, place.latest, isolation, deadlineMs)
  }

  /** The oldest record that retention has left. */
  beginningOffsets(
    partitions: readonly TopicPartition[],
    deadlineMs = defaultDeadlineMs,
  ): Promise<TopicPartitionOffset[]> {
    return this.#listOffsets(partitions, place.earliest, 'read_uncommitted', deadlineMs)
  }

  async committed(
    group: string,
    partitions: readonly TopicPartition[],
    deadlineMs = defaultDeadlineMs,
  ): Promise<CommittedOffset[]> {
    if (partitions.length === 0) return []
    const requests = this.#requestsOf(group)
    const offsets = await requests.send(committedRequest(requests, group, partitions), deadlineMs)
    return offsets.map(({ topic, partition, offset, error }) => {
      if (error !== response.noError) throw outcome(error, '', { ...this.#requests.about, topic, partition, group })
      return { topic, partition, offset: offset < 0 ? undefined : offset }
    })
  }

  /** Sets where the group goes on; Kafka refuses while the group has members. */
  async moveGroup(
    group: string,
    positions: readonly TopicPartitionOffset[],
    deadlineMs = defaultDeadlineMs,
  ): Promise<void> {
    const requests = this.#requestsOf(group)
    const moved = await requests.send(moveRequest(requests, group, positions), deadlineMs)
    for (const { topic, partition, error } of moved) {
      if (error !== response.noError) throw outcome(error, '', { ...this.#requests.about, topic, partition, group })
    }
  }

  /** Resolves when the topics can be used. */
  async createTopics(topics: readonly NewTopic[], deadlineMs = defaultDeadlineMs): Promise<void> {
    const rd = librdkafka()
    const request = {
      operation: operation.createTopics,
      what: 'topics were not created',
      send: (options: Pointer, queue: Pointer) => {
        const news = topics.map(newTopic)
        rd.rd_kafka_CreateTopics(this.#requests.handle, pointerArray(news), news.length, options, queue)
        for (const topic of news) rd.rd_kafka_NewTopic_destroy(topic)
      },
      read: (e: Pointer) =>
        topicResults(rd.rd_kafka_CreateTopics_result_topics, rd.rd_kafka_event_CreateTopics_result(e)),
    }
    this.#checkTopics(await this.#requests.send(request, deadlineMs), 'could not be created')
    await this.#untilDescribed(topics, performance.now() + deadlineMs)
  }

  async deleteTopics(names: readonly string[], deadlineMs = defaultDeadlineMs): Promise<void> {
    const rd = librdkafka()
    const request = {
      operation: operation.deleteTopics,
      what: 'topics were not deleted',
      send: (options: Pointer, queue: Pointer) => {
        const topics = names.map((name) => rd.rd_kafka_DeleteTopic_new(cString(name))!)
        rd.rd_kafka_DeleteTopics(this.#requests.handle, pointerArray(topics), topics.length, options, queue)
        for (const topic of topics) rd.rd_kafka_DeleteTopic_destroy(topic)
      },
      read: (e: Pointer) =>
        topicResults(rd.rd_kafka_DeleteTopics_result_topics, rd.rd_kafka_event_DeleteTopics_result(e)),
    }
    this.#checkTopics(await this.#requests.send(request, deadlineMs), 'could not be deleted')
  }

  /** Requests still open are rejected. */
  async close(deadlineMs = 5_000): Promise<void> {
    await Promise.allSettled(this.#listing)
    await Promise.all([this.#requests, ...this.#groups.values()].map((requests) => requests.close(deadlineMs)))
  }

  #requestsOf(group: string): AdminRequests {
    let requests = this.#groups.get(group)
    if (requests === undefined) {
      requests = new AdminRequests(this.#config, group)
      this.#groups.set(group, requests)
    }
    return requests
  }

  /** The controller has a new topic before the broker that is asked next hears of it. */
  async #untilDescribed(topics: readonly NewTopic[], end: number): Promise<void> {
    const names = topics.map(({ name }) => name)
    while (performance.now() < end) {
      const descriptions = await this.#describe(names, Math.max(1, Math.ceil(end - performance.now())))
      if (descriptions.every(({ error }) => error === response.noError)) return
      await Bun.sleep(20)
    }
  }

  #describe(names: readonly string[], deadlineMs: number): Promise<TopicDescription[]> {
    const rd = librdkafka()
    const request = {
      operation: operation.describeTopics,
      what: 'topics were not described',
      send: (options: Pointer, queue: Pointer) => {
        const topics = rd.rd_kafka_TopicCollection_of_topic_names(cStringArray(names), names.length)!
        rd.rd_kafka_DescribeTopics(this.#requests.handle, topics, options, queue)
        rd.rd_kafka_TopicCollection_destroy(topics)
      },
      read: (e: Pointer) =>
        readArray(rd.rd_kafka_DescribeTopics_result_topics, rd.rd_kafka_event_DescribeTopics_result(e)).map(
          description,
        ),
    }
    return this.#requests.send(request, deadlineMs)
  }

  async #listAll(deadlineMs: number): Promise<readonly TopicDescription[]> {
    const listing = listTopics(this.#requests.handle, deadlineMs)
    this.#listing.add(listing)
    try {
      const topics = await listing
      if (typeof topics === 'number') throw this.#requests.failed(topics, '', { what: 'topics were not listed' })
      this.#requests.noteAnswer()
      return topics.filter(({ name }) => !internalTopics.has(name))
    } finally {
      this.#listing.delete(listing)
    }
  }

  async #listOffsets(
    partitions: readonly TopicPartition[],
    where: number,
    isolation: Isolation,
    deadlineMs: number,
  ): Promise<TopicPartitionOffset[]> {
    if (partitions.length === 0) return []
    const rd = librdkafka()
    const request = {
      operation: operation.listOffsets,
      what: 'offsets were not listed',
      topic: [...new Set(partitions.map(({ topic }) => topic))].join(', '),
      send: (options: Pointer, queue: Pointer) => {
        const level = isolation === 'read_committed' ? 1 : 0
        const error = rd.rd_kafka_AdminOptions_set_isolation_level(options, level)
        if (error !== null) rd.rd_kafka_error_destroy(error)
        const list = makeList(partitions.map(({ topic, partition }) => ({ topic, partition, offset: where })))
        rd.rd_kafka_ListOffsets(this.#requests.handle, list, options, queue)
        rd.rd_kafka_topic_partition_list_destroy(list)
      },
      read: (e: Pointer) =>
        readArray(rd.rd_kafka_ListOffsets_result_infos, rd.rd_kafka_event_ListOffsets_result(e)).map((info) =>
          readElement(rd.rd_kafka_ListOffsetsResultInfo_topic_partition(info)!),
        ),
    }
    const offsets = await this.#requests.send(request, deadlineMs)
    return offsets.map(({ topic, partition, offset, error }) => {
      if (error === response.noError) return { topic, partition, offset }
      const what = `the offsets of ${topic}[${partition}] were not listed`
      throw outcome(error, '', { ...this.#requests.about, topic, partition, what })
    })
  }

  #outcome(code: number, text: string, topic: string, what: string): RedkiteError {
    return outcome(code, text, { ...this.#requests.about, topic, what })
  }

  #checkTopics(results: readonly TopicResult[], what: string): void {
    for (const { name, error, text } of results) {
      if (error !== response.noError) throw this.#outcome(error, text, name, `topic ${name} ${what}`)
    }
  }
}

function committedRequest(
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

function moveRequest(
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

interface TopicResult {
  readonly name: string
  readonly error: number
  readonly text: string
}

function topicResults(getter: ArrayGetter, result: Pointer | null): TopicResult[] {
  const rd = librdkafka()
  return readArray(getter, result).map((topic) => ({
    name: textAt(rd.rd_kafka_topic_result_name(topic)),
    error: rd.rd_kafka_topic_result_error(topic),
    text: textAt(rd.rd_kafka_topic_result_error_string(topic)),
  }))
}

function description(topic: Pointer): TopicDescription {
  const rd = librdkafka()
  const error = rd.rd_kafka_TopicDescription_error(topic)
  return {
    name: textAt(rd.rd_kafka_TopicDescription_name(topic)),
    partitions: readArray(rd.rd_kafka_TopicDescription_partitions, topic).length,
    error: error === null ? response.noError : rd.rd_kafka_error_code(error),
  }
}

function newTopic({ name, partitions, replicationFactor, config }: NewTopic): Pointer {
  const rd = librdkafka()
  const why = Buffer.alloc(256)
  const topic = rd.rd_kafka_NewTopic_new(cString(name), partitions, replicationFactor ?? -1, why, why.length)
  if (topic === null) throw failure('KAFKA_FAILED', `topic ${name} could not be created`, textIn(why))
  for (const [key, value] of Object.entries(config ?? {})) {
    rd.rd_kafka_NewTopic_set_config(topic, cString(key), cString(value))
  }
  return topic
}
