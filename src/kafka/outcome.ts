/** Which error of redkite's table an error of librdkafka is. */
import type { Pointer } from 'bun:ffi'
import { failure, type RedkiteError } from '../errors/errors.ts'
import { textAt } from './c-string.ts'
import type { KafkaConfig } from './conf.ts'
import { fatalErrorOf } from './handle.ts'
import { response } from './response.ts'
import { librdkafka } from './symbols.ts'
import type { TopicPartition } from './topic-partition-list.ts'

/** What the messages name; each as far as known. */
export interface Circumstances {
  readonly bootstrap: string
  readonly group?: string | undefined
  readonly topic?: string | undefined
  readonly partition?: number | undefined
  /** What was tried. */
  readonly what?: string | undefined
}

export function circumstancesOf(config: KafkaConfig): Circumstances {
  const group = config['group.id']
  return {
    bootstrap: String(config['bootstrap.servers'] ?? ''),
    group: group === undefined ? undefined : String(group),
  }
}

export function outcome(code: number, text: string, about: Circumstances): RedkiteError {
  const why = explained(code, text)
  const topic = about.topic ?? 'of the subscription'
  const group = about.group ?? ''
  switch (code) {
    case response.transport:
    case response.resolve:
    case response.allBrokersDown:
      return failure('KAFKA_UNREACHABLE', about.bootstrap, why)
    case response.authentication:
    case response.saslFailed:
    case response.unsupportedSaslMechanism:
      return failure('KAFKA_AUTH_REFUSED', about.bootstrap, why)
    case response.ssl:
      return failure('KAFKA_TLS_FAILED', about.bootstrap, why)
    case response.unknownTopicOrPartition:
    case response.unknownTopicLocally:
    case response.unknownPartition:
    // ListOffsets says so when no partition of the topic has a leader.
    case response.noEntry:
      return failure('TOPIC_MISSING', topic, why)
    case response.topicDenied:
      return failure('TOPIC_DENIED', topic, why)
    case response.groupDenied:
      return failure('GROUP_DENIED', group, why)
    case response.clusterDenied:
      return failure('CLUSTER_DENIED', why)
    case response.autoOffsetReset:
    case response.offsetOutOfRange:
      return failure('OFFSET_LOST', topic, about.partition ?? -1, why)
    // librdkafka goes on behind what it cannot read.
    case response.badMessage:
    case response.badCompression:
    case response.notImplemented:
      return about.partition === undefined
        ? failure('KAFKA_FAILED', about.what ?? 'a request failed', why)
        : failure('RECORDS_DAMAGED', topic, about.partition, why)
    case response.maxPollExceeded:
      return failure('MAX_POLL_EXCEEDED', why)
    case response.fencedInstance:
    case response.fencedByBroker:
    case response.unreleasedInstance:
      return failure('MEMBER_FENCED', group, why)
    case response.inconsistentGroupProtocol:
    case response.unsupportedAssignor:
      return failure('GROUP_CONFLICT', group, why)
    default:
      return failure('KAFKA_FAILED', about.what ?? 'a request failed', why)
  }
}

/** Something is wrong with one partition. */
export function partitionOutcome(
  code: number,
  text: string,
  about: Circumstances,
  { topic, partition }: TopicPartition,
): RedkiteError {
  return outcome(code, text, { ...about, topic, partition, what: `${topic}[${partition}] cannot be read` })
}

/** `_FATAL` is only a name for it: what ended the handle's work is asked for. The handle does nothing any more, whatever it was. */
export function fatalOutcome(handle: Pointer, text: string, about: Circumstances): RedkiteError {
  const fatal = fatalErrorOf(handle)
  const error = outcome(fatal?.code ?? response.fatal, fatal?.why ?? text, about)
  return error.label === 'fatal' ? error : failure('KAFKA_BROKEN', fatal?.why ?? text)
}

/** What librdkafka says of itself behind a reason: ` (after 0ms in state CONNECT, 1 identical error(s) suppressed)`. */
const bookkeeping = / \(after \d+ms in state [A-Z_]+(?:, \d+ identical error\(s\) suppressed)?\)$/

/** `_TRANSPORT: ssl://…: Connection refused`; the name alone when there is no text. */
export function explained(code: number, text: string): string {
  const name = textAt(librdkafka().rd_kafka_err2name(code))
  const said = text === '' ? textAt(librdkafka().rd_kafka_err2str(code)) : text.replace(bookkeeping, '')
  return said.startsWith(name) ? said : `${name}: ${said}`
}
