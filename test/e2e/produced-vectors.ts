/** Topics full of vectors whose truth is numpy's: Python writes the texts and what they are, and the lines of its file become records. */
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { Producer } from '../../src/kafka/producer.ts'
import { diesWithParent } from '../servers/child.ts'
import { installed } from '../servers/place.ts'

export interface VectorRecords {
  readonly rows: number
  readonly dim: number
  readonly seed: number
  /** Gets a record a line. */
  readonly records: string
  /** Gets what `compareVectors` reads. */
  readonly expected: string
}

export async function writeVectors(wanted: VectorRecords): Promise<void> {
  const python = installed('python', 'venv', 'bin', 'python')
  const child = Bun.spawn(
    [...diesWithParent, python, join(import.meta.dir, 'write_vectors.py'), JSON.stringify(wanted)],
    {
      stdout: 'inherit',
      stderr: 'inherit',
    },
  )
  if ((await child.exited) !== 0) throw new Error('write_vectors.py failed')
}

/** Records that may wait for their acknowledgement: as many as a fast producer needs, and no gigabyte of them. */
const waitingMax = 20_000
const lineFeed = 10

/** One record a line, over the partitions in turn; returns how many. */
export async function produceLines(
  bootstrap: string,
  topic: string,
  path: string,
  partitions: number,
): Promise<number> {
  const failures: string[] = []
  const producer = new Producer(
    { 'bootstrap.servers': bootstrap, 'linger.ms': 20, 'batch.size': 1_000_000 },
    { undelivered: (_id, error) => void failures.push(error.message) },
  )
  let count = 0
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = Buffer.concat([rest, chunk as Buffer])
    let start = 0
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      const value = bytes.subarray(start, end)
      while (producer.produce(topic, count % partitions, null, value) === 0) await producer.room(waitingMax / 2)
      count++
      start = end + 1
    }
    rest = bytes.subarray(start)
    await producer.room(waitingMax)
  }
  await producer.flush(60_000)
  await producer.close(5_000)
  if (failures.length > 0) throw new Error(`${failures.length} records were not taken: ${failures[0]}`)
  return count
}
