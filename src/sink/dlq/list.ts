/** `redkite dlq list`: what is in a sink's dead-letter topic, by reason. Reads the topic to its end, and changes nothing. */
import type { SinkSettings } from '../../config/setup.ts'
import { failure, type RedkiteError } from '../../errors/errors.ts'
import { Admin } from '../../kafka/admin.ts'
import { DetachedConsumer } from '../../kafka/detached-consumer.ts'
import type { FullRecord } from '../../kafka/full-record.ts'
import type { TopicPartitionOffset } from '../../kafka/topic-partition-list.ts'
import { readHeaders } from '../dead-letter-headers.ts'
import { askOffsets, askTimeoutMs, partitionsOf } from '../topic-offsets.ts'
import { deadLetterTopicOf, failureOfLetters, replayGroup } from './replay.ts'

export interface LetterSighting {
  /** Where the sink read the record; where its letter lies, when that does not say. */
  readonly place: string
  /** The record's own time. */
  readonly time: string | undefined
}

export interface LetterReason {
  /** redkite's error code, the class of the exception in a letter that Connect wrote, or `unknown`. */
  readonly reason: string
  letters: number
  /** Those that no replay has read yet. */
  waiting: number
  /** The most attempts that one of them has had. */
  attemptsMax: number
  /** Letters whose record had been removed from Kafka before it could be copied. */
  removed: number
  /** What the last one says; of letters of redkite, which hold no values of rows. */
  message: string | undefined
  readonly first: LetterSighting
  last: LetterSighting
}

export interface LetterList {
  readonly sink: string
  readonly topic: string
  readonly letters: number
  readonly waiting: number
  /** The most frequent first. */
  readonly reasons: readonly LetterReason[]
}

interface Stretch extends TopicPartitionOffset {
  readonly end: number
  /** Letters from here on wait for a replay. */
  readonly waitingFrom: number
}

const stallTimeoutMs = 30_000

export async function listLetters(settings: SinkSettings): Promise<LetterList> {
  const topic = deadLetterTopicOf(settings)
  const reasons = new Map<string, LetterReason>()
  const stretches = await stretchesOf(settings, topic)
  await readAll(settings, stretches, (record, { waitingFrom }) => book(reasons, record, record.offset >= waitingFrom))
  const sorted = [...reasons.values()].sort((a, b) => b.letters - a.letters)
  const sum = (of: (reason: LetterReason) => number) => sorted.reduce((total, reason) => total + of(reason), 0)
  return {
    sink: settings.name,
    topic,
    letters: sum(({ letters }) => letters),
    waiting: sum(({ waiting }) => waiting),
    reasons: sorted,
  }
}

async function stretchesOf(settings: SinkSettings, topic: string): Promise<Stretch[]> {
  const admin = new Admin(settings.admin)
  try {
    const partitions = partitionsOf(await admin.topicPartitions([topic], askTimeoutMs))
    const group = replayGroup(settings)
    const { beginnings, ends, committed } = await askOffsets(admin, partitions, group, 'read_uncommitted')
    const of = (offsets: readonly { partition: number; offset: number | undefined }[], partition: number) =>
      offsets.find((one) => one.partition === partition)?.offset ?? 0
    return partitions.map(({ partition }) => ({
      topic,
      partition,
      offset: of(beginnings, partition),
      end: of(ends, partition),
      waitingFrom: of(committed, partition),
    }))
  } catch (error) {
    throw failureOfLetters(error, settings)
  } finally {
    await admin.close()
  }
}

async function readAll(
  settings: SinkSettings,
  stretches: readonly Stretch[],
  each: (record: FullRecord, stretch: Stretch) => void,
): Promise<void> {
  const open = new Map(stretches.filter(({ offset, end }) => offset < end).map((one) => [one.partition, one]))
  if (open.size === 0) return
  let wake: () => void = () => {}
  let fatal: RedkiteError | undefined
  let trouble = ''
  const consumer = new DetachedConsumer(settings.consumer, {
    woken: () => wake(),
    failed(error) {
      trouble = error.message
      if (error.label !== 'fatal') return
      fatal = error
      wake()
    },
  })
  try {
    consumer.assign([...open.values()])
    while (open.size > 0) {
      const taken = consumer.next()
      if (fatal !== undefined) throw fatal
      if (taken === undefined) {
        const late = await new Promise<boolean>((resolve) => {
          const timer = setTimeout(() => resolve(true), stallTimeoutMs)
          wake = () => {
            clearTimeout(timer)
            resolve(false)
          }
        })
        if (late)
          throw failure('KAFKA_TIMED_OUT', 'the dead letters were not read to their end', stallTimeoutMs, trouble)
        continue
      }
      const stretch = open.get(taken.partition)
      if (stretch === undefined) continue
      if (taken.kind === 'record' && taken.offset < stretch.end) each(taken.copy(), stretch)
      if (taken.kind !== 'record' || taken.offset >= stretch.end - 1) open.delete(taken.partition)
    }
  } finally {
    await consumer.close(5_000)
  }
}

function book(reasons: Map<string, LetterReason>, record: FullRecord, waits: boolean): void {
  const { attempts, code, exception, message, origin, removed } = readHeaders(record.headers)
  const reason = code ?? exception ?? 'unknown'
  const { topic, partition, offset } = origin ?? record
  const { timestampMs } = record
  const last = {
    place: `${topic}-${partition}@${offset}`,
    time: timestampMs === undefined ? undefined : new Date(timestampMs).toISOString(),
  }
  let booked = reasons.get(reason)
  if (booked === undefined) {
    booked = { reason, letters: 0, waiting: 0, attemptsMax: 0, removed: 0, message: undefined, first: last, last }
    reasons.set(reason, booked)
  }
  booked.letters++
  if (waits) booked.waiting++
  if (removed) booked.removed++
  booked.attemptsMax = Math.max(booked.attemptsMax, attempts ?? 1)
  if (code !== undefined) booked.message = message
  booked.last = last
}
