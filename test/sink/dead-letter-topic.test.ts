import { expect, test } from 'bun:test'
import { failure, type RedkiteError } from '../../src/errors/errors.ts'
import type { FullRecord } from '../../src/kafka/full-record.ts'
import type { Header } from '../../src/kafka/header.ts'
import type { ProducerListener } from '../../src/kafka/producer.ts'
import { createLog } from '../../src/ops/log.ts'
import { readHeaders } from '../../src/sink/dead-letter-headers.ts'
import { DeadLetterTopic, type DeadLetterTopicOptions } from '../../src/sink/dead-letter-topic.ts'
import type { DeadLetter } from '../../src/sink/dead-letters.ts'
import { until } from '../e2e/until.ts'

interface Produced {
  readonly id: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly Header[]
  readonly timestampMs: number
}

const bytes = (text: string) => new TextEncoder().encode(text)

function letterOf(offset: number, more: Partial<DeadLetter> = {}): DeadLetter {
  const assignment = { index: 0, topic: 'orders', partition: 3, owned: true }
  return { assignment, offset, error: failure('RECORD_NULL'), stage: 'convert', ...more }
}

function recordAt(offset: number, more: Partial<FullRecord> = {}): FullRecord {
  const place = { topic: 'orders', partition: 3, offset }
  return { ...place, key: bytes('k'), value: bytes(`v${offset}`), headers: [], timestampMs: 42, ...more }
}

/** A topic whose producers do what the test says, and records that lie where it says. */
function open(
  records: readonly (FullRecord | undefined)[],
  answer: (letter: Produced, report: ProducerListener) => void,
  more: Partial<DeadLetterTopicOptions> = {},
) {
  const produced: Produced[] = []
  const lines: string[] = []
  const listeners: ProducerListener[] = []
  const reads = { open: 0, openMax: 0 }
  const topic = new DeadLetterTopic({
    topic: 'dlq',
    connector: 'sink',
    task: 0,
    contextHeaders: true,
    isReplay: false,
    keyConverter: 'K',
    valueConverter: 'V',
    log: createLog({ write: (line) => lines.push(line), now: () => new Date(0) }),
    openProducer(listener) {
      listeners.push(listener)
      return {
        produce(_topic, _partition, key, value, headers, timestampMs) {
          const letter = { id: produced.length + 1, key, value, headers, timestampMs }
          produced.push(letter)
          setImmediate(() => answer(letter, listener))
          return letter.id
        },
        room: async () => {},
        unsettled: 0,
        close: async () => {},
      }
    },
    openOriginals: () => ({
      async read({ offset }) {
        reads.openMax = Math.max(reads.openMax, ++reads.open)
        await Bun.sleep(1)
        reads.open--
        return records[offset]
      },
      close: async () => {},
    }),
    ...more,
  })
  return { topic, produced, lines, listeners, reads }
}

const acknowledge = ({ id }: Produced, report: ProducerListener) => report.delivered?.(id, 0, id)

test('an acknowledgement without a place in the topic is not believed: the letter is written again', async () => {
  let unplaced = 2
  const { topic, produced } = open([recordAt(0)], ({ id }, report) => {
    report.delivered?.(id, 0, unplaced-- > 0 ? -1001 : 7)
  })
  await topic.send(letterOf(0))
  expect(produced.length).toBe(3)
})

test('what a producer that was given up still reports settles no letter of the next one', async () => {
  let settled = false
  const { topic, listeners, produced } = open([recordAt(0)], ({ id }, report) => {
    if (listeners.length === 1) report.failed?.(failure('KAFKA_BROKEN', 'gave up'))
    else listeners[0]!.delivered?.(id, 0, 0)
  })
  void topic.send(letterOf(0)).then(() => {
    settled = true
  })
  await until('the next one has it', () => listeners.length === 2 && produced.length === 2)
  await Bun.sleep(50)
  expect(settled).toBe(false)
  listeners[1]!.delivered?.(produced.at(-1)!.id, 0, 0)
  await until('it is settled', () => settled)
})

test('a letter holds the record as it was, and is done when it is acknowledged', async () => {
  let report: () => void = () => {}
  const own = [{ name: 'trace', value: bytes('1') }]
  const { topic, produced } = open([recordAt(0, { headers: own })], (letter, listener) => {
    report = () => acknowledge(letter, listener)
  })
  let done = false
  const sending = topic.send(letterOf(0)).then(() => {
    done = true
  })
  await until('it is produced', () => produced.length === 1)
  await Bun.sleep(20)
  expect(done).toBe(false)
  report()
  await sending
  const [{ key, value, timestampMs, headers }] = produced as [Produced]
  expect({ key, value, timestampMs }).toEqual({ key: bytes('k'), value: bytes('v0'), timestampMs: 42 })
  const { own: kept, ...context } = readHeaders(headers)
  expect(kept).toEqual(own)
  expect(context).toMatchObject({
    attempts: 1,
    code: 'RECORD_NULL',
    origin: { topic: 'orders', partition: 3, offset: 0 },
  })
})

test('what passes is tried again until it succeeds, and said', async () => {
  let refusals = 3
  const { topic, produced, lines } = open([recordAt(0)], (letter, listener) => {
    if (refusals-- > 0) listener.undelivered?.(letter.id, failure('PRODUCE_FAILED', 'dlq', 'no replicas'))
    else acknowledge(letter, listener)
  })
  await topic.send(letterOf(0))
  expect(produced).toHaveLength(4)
  expect(lines.filter((line) => line.includes('no replicas'))).toHaveLength(1)
})

test('what somebody has to mend rejects the letter, those that wait, and those that come later', async () => {
  const { topic } = open([recordAt(0), recordAt(1)], ({ id }, listener) => {
    listener.undelivered?.(id, failure('TOPIC_DENIED', 'dlq', 'denied'))
  })
  const code = (sending: Promise<void>) => sending.catch((error: RedkiteError) => error.code)
  expect(await Promise.all([code(topic.send(letterOf(0))), code(topic.send(letterOf(1)))])).toEqual([
    'TOPIC_DENIED',
    'TOPIC_DENIED',
  ])
  expect(await code(topic.send(letterOf(0)))).toBe('TOPIC_DENIED')
})

test('a producer that librdkafka gave up is replaced, and its letters are sent again', async () => {
  let broken = false
  const { topic, produced, listeners } = open([recordAt(0)], (letter, listener) => {
    if (broken) return acknowledge(letter, listener)
    broken = true
    listener.failed?.(failure('KAFKA_BROKEN', 'sequence numbers'))
  })
  await topic.send(letterOf(0))
  expect([listeners.length, produced.length]).toEqual([2, 2])
})

test('a record that is gone from Kafka is a letter without key and value that says so, and a log line', async () => {
  const { topic, produced, lines } = open([undefined], acknowledge, { contextHeaders: false })
  await topic.send(letterOf(0))
  const [{ key, value, headers }] = produced as [Produced]
  expect([key, value]).toEqual([null, null])
  expect(readHeaders(headers)).toMatchObject({ removed: true, origin: { topic: 'orders', partition: 3, offset: 0 } })
  expect(lines.join('')).toContain('orders-3@0 is no longer in Kafka')
})

test('a letter that fails again in a replay keeps its origin, and has one attempt more', async () => {
  const first = open([recordAt(0, { headers: [{ name: 'a', value: null }] })], acknowledge)
  await first.topic.send(letterOf(0))
  const letter = recordAt(0, { topic: 'dlq', partition: 0, offset: 0, headers: first.produced[0]!.headers })
  const replay = open([letter], acknowledge, { isReplay: true })
  const assignment = { index: 0, topic: 'dlq', partition: 0, owned: true }
  await replay.topic.send(letterOf(0, { assignment, error: failure('TOMBSTONE') }))
  expect(readHeaders(replay.produced[0]!.headers)).toMatchObject({
    own: [{ name: 'a', value: null }],
    attempts: 2,
    code: 'TOMBSTONE',
    origin: { topic: 'orders', partition: 3, offset: 0 },
  })
})

test('few large originals are held at once, many small ones', async () => {
  const held = async (size: number) => {
    const value = new Uint8Array(size)
    const records = Array.from({ length: 2_000 }, (_, offset) => recordAt(offset, { value }))
    const { topic, reads } = open(records, acknowledge)
    await Promise.all(records.slice(0, 1_000).map((_, offset) => topic.send(letterOf(offset))))
    reads.openMax = 0
    await Promise.all(records.slice(1_000).map((_, i) => topic.send(letterOf(1_000 + i))))
    return reads.openMax
  }
  expect(await held(100)).toBe(512)
  expect(await held(4 * 1024 * 1024)).toBeLessThanOrEqual(5)
})

test('the stage is that of Connect', async () => {
  const cases: [DeadLetter['stage'], RedkiteError, string, string][] = [
    ['convert', failure('RECORD_NULL'), 'VALUE_CONVERTER', 'V'],
    ['convert', failure('KEY_ABSENT', 'id'), 'KEY_CONVERTER', 'K'],
    ['convert', failure('TOMBSTONE'), 'TASK_PUT', 'com.milvus.io.kafka.MilvusSinkTask'],
    ['write', failure('RECORD_NULL'), 'TASK_PUT', 'com.milvus.io.kafka.MilvusSinkTask'],
  ]
  const { topic, produced } = open(
    cases.map((_, offset) => recordAt(offset)),
    acknowledge,
  )
  for (const [offset, [stage, error]] of cases.entries()) await topic.send(letterOf(offset, { stage, error }))
  const said = produced.map(({ headers }) => {
    const of = (name: string) => new TextDecoder().decode(headers.find((header) => header.name === name)!.value!)
    return [of('__connect.errors.stage'), of('__connect.errors.class.name')]
  })
  expect(said).toEqual(cases.map(([, , stage, className]) => [stage, className]))
})
