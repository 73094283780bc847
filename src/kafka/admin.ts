/**
 * Questions to a Kafka cluster beside the consumer: topics, offsets, a group's commits. On a handle of its own, because on the consumer's
 * they would wait behind its fetches. Every answer comes as an event, within a deadline; the event loop never waits.
 */
import type { Pointer } from 'bun:ffi'
import { failure, type RedkiteError } from '../errors/errors.ts'
import { AdminRequests, operation } from './admin-request.ts'
import { textAt } from './c-string.ts'
import type { KafkaConfig } from './conf.ts'
import { committedRequest, moveRequest } from './group-requests.ts'
import { type Isolation, listOffsetsRequest, type Place, place } from './offset-request.ts'
import { explained, outcome } from './outcome.ts'
import { response } from './response.ts'
import { librdkafka } from './symbols.ts'
import { listTopics, type TopicDescription } from './topic-list.ts'
import type { TopicPartition, TopicPartitionOffset } from './topic-partition-list.ts'
import { createRequest, deleteRequest, describeRequest, type NewTopic, type TopicResult } from './topic-requests.ts'

export type { Isolation } from './offset-request.ts'

export interface CommittedOffset extends TopicPartition {
  /** The next offset the group reads; undefined when it never committed. */
  readonly offset: number | undefined
}

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
    await this.clusterId(deadlineMs)
  }

  /** The name that the cluster was given when it was made. */
  clusterId(deadlineMs = defaultDeadlineMs): Promise<string> {
    const rd = librdkafka()
    const request = {
      operation: operation.describeCluster,
      what: 'no answer from the cluster',
      send: (options: Pointer, queue: Pointer) => rd.rd_kafka_DescribeCluster(this.#requests.handle, options, queue),
      read: (e: Pointer) =>
        textAt(rd.rd_kafka_DescribeCluster_result_cluster_id(rd.rd_kafka_event_DescribeCluster_result(e))),
    }
    return this.#requests.send(request, deadlineMs)
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
      // The group's coordinator takes offsets of nobody else while it has members.
      if (error === response.unknownMember) throw failure('GROUP_IN_USE', group, explained(error, ''))
      if (error !== response.noError) throw outcome(error, '', { ...this.#requests.about, topic, partition, group })
    }
  }

  /** Resolves when the topics can be used. */
  async createTopics(topics: readonly NewTopic[], deadlineMs = defaultDeadlineMs): Promise<void> {
    this.#checkTopics(
      await this.#requests.send(createRequest(this.#requests, topics), deadlineMs),
      'could not be created',
    )
    await this.#untilDescribed(topics, performance.now() + deadlineMs)
  }

  async deleteTopics(names: readonly string[], deadlineMs = defaultDeadlineMs): Promise<void> {
    this.#checkTopics(
      await this.#requests.send(deleteRequest(this.#requests, names), deadlineMs),
      'could not be deleted',
    )
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
    return this.#requests.send(describeRequest(this.#requests, names), deadlineMs)
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
    where: Place,
    isolation: Isolation,
    deadlineMs: number,
  ): Promise<TopicPartitionOffset[]> {
    if (partitions.length === 0) return []
    const request = listOffsetsRequest(this.#requests, partitions, where, isolation)
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
