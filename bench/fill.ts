import { Producer } from '../src/kafka/producer.ts'

export interface Filling {
  readonly topic: string
  readonly rows: number
  partitionAt(row: number): number
  /** Copied at once: it may give the same memory for the next row. */
  valueAt(row: number): Uint8Array
}

/** Rows between two turns of the event loop, in which reports are read. */
const rowsPerTurn = 2_048

/** Fills a topic as fast as Kafka takes records; their bytes in all. */
export async function fillTopic(bootstrap: string, { topic, rows, partitionAt, valueAt }: Filling): Promise<number> {
  const producer = new Producer({
    'bootstrap.servers': bootstrap,
    'linger.ms': 20,
    'batch.size': 1_000_000,
    'queue.buffering.max.kbytes': 131_072,
    'queue.buffering.max.messages': 1_000_000,
    acks: 1,
  })
  let bytes = 0
  for (let row = 0; row < rows; row++) {
    const value = valueAt(row)
    bytes += value.length
    while (producer.produce(topic, partitionAt(row), null, value) === 0) {
      await producer.room(Math.floor(producer.unsettled / 2))
    }
    if (row % rowsPerTurn === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await producer.flush(120_000)
  await producer.close(10_000)
  return bytes
}
