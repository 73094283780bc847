/** Puts records into a topic and waits until they are acknowledged. */
import type { KafkaConfig } from '../../src/kafka/conf.ts'
import type { Header } from '../../src/kafka/header.ts'
import { Producer } from '../../src/kafka/producer.ts'

export interface ToSend {
  readonly partition?: number
  readonly key?: string | null
  readonly value: string | null
  readonly headers?: readonly Header[]
  readonly timestampMs?: number
}

const bytes = (text: string | null | undefined) => (text === null || text === undefined ? null : Buffer.from(text))

export async function send(config: KafkaConfig, topic: string, records: Iterable<ToSend>): Promise<void> {
  const failures: string[] = []
  const producer = new Producer(config, { undelivered: (_id, error) => void failures.push(error.message) })
  for (const { partition = 0, key, value, headers, timestampMs } of records) {
    while (producer.produce(topic, partition, bytes(key), bytes(value), headers, timestampMs) === 0)
      await producer.room(1_000)
  }
  await producer.flush(20_000)
  await producer.close(5_000)
  if (failures.length > 0) throw new Error(`${failures.length} records were not taken: ${failures[0]}`)
}

/** `count` records `stem-0`, `stem-1`… over `partitions`. */
export function* numbered(count: number, partitions = 1, stem = 'record'): Generator<ToSend> {
  for (let i = 0; i < count; i++) yield { partition: i % partitions, key: `k${i}`, value: `${stem}-${i}` }
}
