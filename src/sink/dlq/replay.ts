/**
 * `redkite dlq replay`: the dead letters as a sink's source. They take the same way as all records, with a group of their own, so that a
 * letter is sent again once; what fails again is a new letter, with a higher count of attempts, behind the end that this replay reads up to.
 */
import { isSecretName } from '../../config/kafka/secret-names.ts'
import { hiding } from '../../config/secret.ts'
import type { SinkSettings } from '../../config/setup.ts'
import { namedTopics } from '../../config/topics.ts'
import { failure, RedkiteError } from '../../errors/errors.ts'

/** The group whose committed offsets say which letters were sent again. */
export function replayGroup({ groupId }: SinkSettings): string {
  return `${groupId}-dlq-replay`
}

export function deadLetterTopicOf({ file, errors }: SinkSettings): string {
  const key = 'errors.deadletterqueue.topic.name'
  if (errors.deadLetterTopic !== undefined) return errors.deadLetterTopic
  throw failure('KEY_MISSING', file, key, 'this sink has no dead-letter topic')
}

/** A failure to read the dead letters; that there is no such topic yet is no fault of `topics`. */
export function failureOfLetters(error: unknown, settings: SinkSettings): unknown {
  const isMissing = error instanceof RedkiteError && error.code === 'TOPIC_MISSING'
  return isMissing ? failure('DEAD_LETTER_TOPIC_MISSING', deadLetterTopicOf(settings), settings.name) : error
}

/** The settings of a sink that reads the dead letters of this one. */
export function replaySettings(settings: SinkSettings): SinkSettings {
  const groupId = replayGroup(settings)
  const consumer = {
    ...settings.consumer,
    'group.id': groupId,
    'auto.offset.reset': 'earliest',
  }
  return {
    ...settings,
    topics: namedTopics([deadLetterTopicOf(settings)]),
    groupId,
    consumer: hiding(consumer, isSecretName),
    // The topic has one partition, and letters are few.
    tasksMax: 1,
  }
}
