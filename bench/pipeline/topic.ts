import { Producer } from '../../src/kafka/producer.ts'
import type { Workload } from '../decode/workloads.ts'

/**
 * Fills a topic with a workload's records, over and over, each with a key of its own: what is measured is a topic of as many rows, not
 * one of as many repetitions. All ids have nine digits, so that a record is written by patching its digits.
 */
export async function fillTopic(bootstrap: string, topic: Topic, workload: Workload): Promise<Filled> {
  const producer = new Producer({
    'bootstrap.servers': bootstrap,
    'linger.ms': 20,
    'batch.size': 1_000_000,
    'queue.buffering.max.kbytes': 131_072,
    'queue.buffering.max.messages': 1_000_000,
    acks: 1,
  })
  const records = recordsOf(workload)
  let bytes = 0
  for (let row = 0; row < topic.rows; row++) {
    const record = records[row % records.length]!
    writeId(record, firstId + row)
    bytes += record.bytes.length
    while (producer.produce(topic.name, row % topic.partitions, null, record.bytes) === 0) {
      await producer.room(Math.floor(producer.unsettled / 2))
    }
    // Reports are read between two turns of the event loop.
    if (row % 2048 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await producer.flush(120_000)
  await producer.close(10_000)
  return { recordBytes: bytes / topic.rows }
}

export interface Topic {
  readonly name: string
  readonly partitions: number
  readonly rows: number
}

export interface Filled {
  /** Mean size of a record's value. */
  readonly recordBytes: number
}

export interface PatchableRecord {
  readonly bytes: Uint8Array
  readonly idAt: number
}

const firstId = 100_000_000
const idDigits = 9

/** The workload's records with room for an id of nine digits. */
export function recordsOf({ bytes, starts, records }: Workload): PatchableRecord[] {
  const decoder = new TextDecoder()
  const idKey = '"id": '
  return Array.from({ length: records }, (_, i) => {
    const text = decoder.decode(bytes.subarray(starts[i]!, starts[i + 1]! - 1))
    return {
      bytes: new TextEncoder().encode(text.replace(/"id": \d+/, `${idKey}${firstId}`)),
      idAt: text.indexOf(idKey) + idKey.length,
    }
  })
}

export function writeId({ bytes, idAt }: PatchableRecord, id: number): void {
  let rest = id
  for (let at = idAt + idDigits - 1; at >= idAt; at--) {
    bytes[at] = 48 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
}
