/** Requests of the admin API about topics: make them, remove them, describe them. */
import type { Pointer } from 'bun:ffi'
import { failure } from '../errors/errors.ts'
import { type AdminRequest, type AdminRequests, type ArrayGetter, operation, readArray } from './admin-request.ts'
import { cString, cStringArray, pointerArray, textAt, textIn } from './c-string.ts'
import { response } from './response.ts'
import { librdkafka } from './symbols.ts'
import type { TopicDescription } from './topic-list.ts'

export interface NewTopic {
  readonly name: string
  readonly partitions: number
  /** The broker's default when missing. */
  readonly replicationFactor?: number
  readonly config?: Readonly<Record<string, string>>
}

export interface TopicResult {
  readonly name: string
  readonly error: number
  readonly text: string
}

export function createRequest({ handle }: AdminRequests, topics: readonly NewTopic[]): AdminRequest<TopicResult[]> {
  const rd = librdkafka()
  return {
    operation: operation.createTopics,
    what: 'topics were not created',
    send: (options, queue) => {
      const news = topics.map(newTopic)
      rd.rd_kafka_CreateTopics(handle, pointerArray(news), news.length, options, queue)
      for (const topic of news) rd.rd_kafka_NewTopic_destroy(topic)
    },
    read: (e) => topicResults(rd.rd_kafka_CreateTopics_result_topics, rd.rd_kafka_event_CreateTopics_result(e)),
  }
}

export function deleteRequest({ handle }: AdminRequests, names: readonly string[]): AdminRequest<TopicResult[]> {
  const rd = librdkafka()
  return {
    operation: operation.deleteTopics,
    what: 'topics were not deleted',
    send: (options, queue) => {
      const topics = names.map((name) => rd.rd_kafka_DeleteTopic_new(cString(name))!)
      rd.rd_kafka_DeleteTopics(handle, pointerArray(topics), topics.length, options, queue)
      for (const topic of topics) rd.rd_kafka_DeleteTopic_destroy(topic)
    },
    read: (e) => topicResults(rd.rd_kafka_DeleteTopics_result_topics, rd.rd_kafka_event_DeleteTopics_result(e)),
  }
}

export function describeRequest({ handle }: AdminRequests, names: readonly string[]): AdminRequest<TopicDescription[]> {
  const rd = librdkafka()
  return {
    operation: operation.describeTopics,
    what: 'topics were not described',
    send: (options, queue) => {
      const topics = rd.rd_kafka_TopicCollection_of_topic_names(cStringArray(names), names.length)!
      rd.rd_kafka_DescribeTopics(handle, topics, options, queue)
      rd.rd_kafka_TopicCollection_destroy(topics)
    },
    read: (e) =>
      readArray(rd.rd_kafka_DescribeTopics_result_topics, rd.rd_kafka_event_DescribeTopics_result(e)).map(description),
  }
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
