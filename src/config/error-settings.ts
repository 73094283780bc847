/** `errors.*`: how long a passing trouble is borne, and what becomes of records that cannot be written. */
import { failure } from '../errors/errors.ts'
import type { Findings } from './entry.ts'
import type { SinkValues } from './keys.ts'
import { type Subscription, topicNameProblem } from './topics.ts'

export interface ErrorSettings {
  readonly tolerance: 'none' | 'all'
  /** undefined is for ever. */
  readonly retryTimeoutMs: number | undefined
  readonly retryDelayMaxMs: number
  readonly logEnable: boolean
  readonly logIncludeMessages: boolean
  readonly deadLetterTopic: string | undefined
  readonly deadLetterReplicationFactor: number
  readonly deadLetterContextHeaders: boolean
}

export function readErrors(
  values: SinkValues,
  topics: Subscription,
  at: (key: string) => string,
  findings: Findings,
): ErrorSettings {
  checkDeadLetters(values, topics, at, findings)
  return {
    tolerance: values['errors.tolerance'],
    retryTimeoutMs: values['errors.retry.timeout'] < 0 ? undefined : values['errors.retry.timeout'],
    retryDelayMaxMs: values['errors.retry.delay.max.ms'],
    logEnable: values['errors.log.enable'],
    logIncludeMessages: values['errors.log.include.messages'],
    deadLetterTopic: values['errors.deadletterqueue.topic.name'],
    deadLetterReplicationFactor: values['errors.deadletterqueue.topic.replication.factor'],
    deadLetterContextHeaders: values['errors.deadletterqueue.context.headers.enable'],
  }
}

function checkDeadLetters(
  values: SinkValues,
  topics: Subscription,
  at: (key: string) => string,
  findings: Findings,
): void {
  const key = 'errors.deadletterqueue.topic.name'
  const topic = values[key]
  if (topic === undefined) return
  const wanted = topicNameProblem(topic)
  if (wanted !== undefined) {
    findings.problem(failure('VALUE_INVALID', at(key), key, wanted, `"${topic}"`))
  } else if (topics.matches(topic)) {
    const circle = `\`${key}\` is "${topic}", which the sink itself reads: dead letters would go round in circles; name another topic`
    findings.problem(failure('KEYS_CONFLICT', at(key), circle))
  }
}
