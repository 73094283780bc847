/** Makes a sink's dead-letter topic ready: sees that it exists, creates it as Connect does when it does not, and opens the way to it. */

import { converterClass } from '../config/converters.ts'
import { jsonConverter } from '../config/keys/converters.ts'
import type { SinkSettings } from '../config/setup.ts'
import { failure, RedkiteError } from '../errors/errors.ts'
import { Admin } from '../kafka/admin.ts'
import { Originals } from '../kafka/originals.ts'
import { Producer } from '../kafka/producer.ts'
import type { Log } from '../ops/log.ts'
import { DeadLetterTopic } from './dead-letter-topic.ts'

export interface OpenDeadLetters {
  readonly settings: SinkSettings
  readonly topic: string
  readonly isReplay: boolean
  readonly log: Log
}

/** How long a topic that somebody else has just made may take to be known. */
const knownAfterMs = 2_000

/** As Connect creates it. */
const partitions = 1
const askTimeoutMs = 15_000

/** librdkafka tells nothing of a letter that waits until this has passed; then it is said, and tried again. */
const deliveryTimeoutMs = 10_000

/** Whatever the topics of the sink let pass: the broker has the last word. */
const recordBytesMax = 1_000_000_000

export async function openDeadLetters({ settings, topic, isReplay, log }: OpenDeadLetters): Promise<DeadLetterTopic> {
  await ensureTopic(settings, topic, log)
  const { producer, consumer, name, keyConverter, errors } = settings
  const task = /-(\d+)$/.exec(consumer['client.id'] ?? '')?.[1] ?? '0'
  const clientId = (role: string) => `connector-${role}-${name}-${task}`
  const producing = {
    'client.id': clientId('dlq-producer'),
    'message.max.bytes': recordBytesMax,
    ...producer,
    acks: 'all',
    'enable.idempotence': true,
    'message.timeout.ms': deliveryTimeoutMs,
  }
  return new DeadLetterTopic({
    topic,
    connector: name,
    task: Number(task),
    contextHeaders: errors.deadLetterContextHeaders,
    isReplay,
    keyConverter: keyConverter === undefined ? jsonConverter : converterClass(keyConverter),
    valueConverter: converterClass(settings.valueConverter),
    openProducer: (listener) => new Producer(producing, listener),
    openOriginals: (failed) => new Originals({ ...consumer, 'client.id': clientId('originals') }, failed),
    log,
  })
}

async function ensureTopic(settings: SinkSettings, topic: string, log: Log): Promise<void> {
  const admin = new Admin(settings.admin)
  const isThere = async () => {
    try {
      await admin.topicPartitions([topic], askTimeoutMs)
      return true
    } catch (error) {
      if (error instanceof RedkiteError && error.code === 'TOPIC_MISSING') return false
      throw error
    }
  }
  try {
    if (await isThere()) return
    const replicationFactor = settings.errors.deadLetterReplicationFactor
    try {
      await admin.createTopics([{ name: topic, partitions, replicationFactor }], askTimeoutMs)
      log.info(`created the dead-letter topic ${topic}`)
    } catch (error) {
      // Another sink, task or process may have been faster, and a broker may know a topic a moment later than the one that made it.
      for (const began = performance.now(); performance.now() - began < knownAfterMs; await Bun.sleep(100)) {
        if (await isThere()) return
      }
      if (!(error instanceof RedkiteError)) throw error
      throw failure('DEAD_LETTER_TOPIC_UNCREATED', topic, error.message)
    }
  } finally {
    await admin.close()
  }
}
