import type { NullMilvus } from '../../src/bench/null-milvus/start.ts'
import { Producer } from '../../src/kafka/producer.ts'
import type { Workload } from '../decode/workloads.ts'
import { type SinkUnderTest, startRedkite } from './redkite.ts'
import { recordsOf, writeId } from './topic.ts'
import { usageOf } from './usage.ts'

/** A sink that has nothing to do, and then a record now and then. */
export interface AtRest {
  /** Of one core, with nothing to do. */
  readonly idleCpuPercent: number
  /** From the record's produce to the null Milvus' answer: linger and Kafka included. */
  readonly latencyMedianMs: number
  readonly latencyMaxMs: number
  readonly lingerMs: number
}

/** The compiler and the collector are at what the start has left for some seconds. */
const settleMs = 10_000
const idleMs = 10_000
const recordsSent = 20
/** Not in step with any timer. */
const betweenRecordsMs = 337
const answerTimeoutMs = 10_000

export async function measureAtRest(
  sink: SinkUnderTest,
  workload: Workload,
  milvus: NullMilvus,
  lingerMs: number,
): Promise<AtRest> {
  const { child, said } = startRedkite({ ...sink, settings: { ...sink.settings, 'linger.ms': lingerMs } }, [])
  const producer = new Producer({ 'bootstrap.servers': sink.bootstrap, 'linger.ms': 0 })
  try {
    await latencyOf(producer, sink.topic, workload, milvus, 0)
    await Bun.sleep(settleMs)
    const before = usageOf(child.pid)
    await Bun.sleep(idleMs)
    const after = usageOf(child.pid)
    if (before === undefined || after === undefined) throw new Error(`redkite has ended\n${await said}`)
    const latencies: number[] = []
    for (let i = 1; i <= recordsSent; i++) {
      await Bun.sleep(betweenRecordsMs)
      latencies.push(await latencyOf(producer, sink.topic, workload, milvus, i))
    }
    latencies.sort((a, b) => a - b)
    return {
      idleCpuPercent: (100 * (after.threadsMs - before.threadsMs)) / (after.atMs - before.atMs),
      latencyMedianMs: latencies[latencies.length >> 1]!,
      latencyMaxMs: latencies.at(-1)!,
      lingerMs,
    }
  } finally {
    await producer.close(1_000)
    child.kill('SIGTERM')
    await child.exited
  }
}

async function latencyOf(
  producer: Producer,
  topic: string,
  workload: Workload,
  milvus: NullMilvus,
  id: number,
): Promise<number> {
  const record = recordsOf(workload)[0]!
  writeId(record, 900_000_000 + id)
  const { rows } = await milvus.counts()
  const sentMs = performance.timeOrigin + performance.now()
  producer.produce(topic, 0, null, record.bytes)
  const deadline = performance.now() + answerTimeoutMs
  while (performance.now() < deadline) {
    await Bun.sleep(20)
    const counts = await milvus.counts()
    if (counts.rows > rows) return counts.lastMs - sentMs
  }
  throw new Error(`a record was not written within ${answerTimeoutMs} ms`)
}
