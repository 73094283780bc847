/** What a run needs of Kafka: that it answers, lets the sink in, has the topics, and tells how far the group has come. */
import type { SinkSettings } from '../config/setup.ts'
import { RedkiteError } from '../errors/errors.ts'
import { Admin } from '../kafka/admin.ts'
import { plural } from '../ops/figures.ts'
import { askBounds, type TopicBounds } from '../sink/topic-bounds.ts'
import { FindingList } from './finding.ts'

/** As at the start of a run: a cluster that is there answers within a second or two. */
const answerTimeoutMs = 8_000

export interface KafkaInspection {
  readonly findings: FindingList
  /** Undefined where Kafka could not be asked. */
  readonly bounds: TopicBounds | undefined
}

export async function inspectKafka(settings: SinkSettings): Promise<KafkaInspection> {
  const findings = new FindingList('kafka')
  const bounds = await findings.attempt(() => askBounds(settings, answerTimeoutMs))
  if (bounds !== undefined) {
    sayTopics(settings, bounds, findings)
    sayGroup(settings, bounds, findings)
    await inspectDeadLetters(settings, findings)
  }
  return { findings, bounds }
}

function sayTopics({ topics, tasksMax, consumer }: SinkSettings, bounds: TopicBounds, findings: FindingList): void {
  const partitions = new Map<string, number>()
  for (const { topic } of bounds.stretches) partitions.set(topic, (partitions.get(topic) ?? 0) + 1)
  if (partitions.size === 0) {
    findings.warn(`no topic matches ${topics.text}; a run waits for one, and stops at once with --until-caught-up`)
    return
  }
  const named = Array.from(partitions, ([topic, number]) => `${topic} (${plural(number, 'partition')})`)
  const shown =
    named.length > topicsShown ? [...named.slice(0, topicsShown), `${named.length - topicsShown} more`] : named
  const brokers = String(consumer['bootstrap.servers'] ?? '')
  findings.ok(`${brokers} answers; ${shown.join(', ')}, ${plural(bounds.recordsMax, 'offset')} in all`)
  if (tasksMax > bounds.stretches.length) {
    const idle = tasksMax - bounds.stretches.length
    findings.warn(
      `tasks.max=${tasksMax}, but there are ${plural(bounds.stretches.length, 'partition')}: ${plural(idle, 'task')} would have nothing to do`,
    )
  }
}

const topicsShown = 5

function sayGroup(
  { groupId, consumer }: SinkSettings,
  { stretches, behind }: TopicBounds,
  findings: FindingList,
): void {
  if (stretches.length === 0) return
  const committed = stretches.filter((one) => one.committed !== undefined)
  if (committed.length === 0) {
    const reset = String(consumer['auto.offset.reset'] ?? 'earliest')
    findings.ok(`group ${groupId} has committed nothing yet: a run begins as auto.offset.reset=${reset} says`)
    return
  }
  findings.ok(`group ${groupId} is ${plural(behind, 'offset')} behind`)
  for (const { topic, partition, from, to, committed: next } of stretches) {
    if (next !== undefined && (next < from || next > to)) {
      const side = next < from ? `records up to ${from} are no longer in Kafka` : `the partition ends at ${to}`
      findings.warn(
        `group ${groupId} has committed ${next} of ${topic}[${partition}], but ${side}; was the topic made anew?`,
      )
    }
  }
}

async function inspectDeadLetters({ admin: config, errors }: SinkSettings, findings: FindingList): Promise<void> {
  const topic = errors.deadLetterTopic
  if (topic === undefined || errors.tolerance === 'none') return
  const admin = new Admin(config)
  try {
    await admin.topicPartitions([topic], answerTimeoutMs)
    findings.ok(`dead letters go to ${topic}`)
  } catch (error) {
    if (!(error instanceof RedkiteError)) throw error
    if (error.code !== 'TOPIC_MISSING') findings.fail(error.message, error.code)
    else
      findings.warn(
        `${topic} for dead letters does not exist; a run makes it, with ${plural(errors.deadLetterReplicationFactor, 'replica')}`,
      )
  } finally {
    await admin.close()
  }
}
