import type { NullMilvus } from '../../src/bench/null-milvus/start.ts'
import { ColumnBatch } from '../../src/columns/batch.ts'
import { compileJsonPlan } from '../../src/decode/json/plan.ts'
import { scannable } from '../../src/decode/json/simd/float-scanner.ts'
import { Producer } from '../../src/kafka/producer.ts'
import { connect } from '../../src/milvus/connect.ts'
import { WriteTarget } from '../../src/milvus/request.ts'
import type { Workload } from '../decode/workloads.ts'
import { busyPercent, usageOf } from '../process-usage.ts'
import { NumberedRecords } from './numbered-records.ts'
import { type SinkUnderTest, startRedkite } from './redkite.ts'

/** A sink that has nothing to do, and then a record now and then. */
export interface AtRest {
  readonly lingerMs: number
  /** Of one core, with nothing to do; measured where it was asked for, as it takes a while. */
  readonly idleCpuPercent: number | undefined
  /** From a record's produce to the null Milvus' answer: linger and Kafka included. */
  readonly record: Percentiles
  /** From a request of the same row to its answer, on a connection of the bench's own, in turns with the records. */
  readonly request: Percentiles
}

export interface Percentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** Bun looks for garbage once a second until the heap has not grown for 30 s, then each 30 s. */
const settleMs = 45_000
const idleMs = 15_000
const recordsSent = 300
/** Not in step with any timer, and long enough for everything to be at rest again. */
const pausesMs = [13, 29, 41, 17, 37, 23]
const answerTimeoutMs = 10_000

export async function measureAtRest(
  sink: SinkUnderTest,
  workload: Workload,
  milvus: NullMilvus,
  { lingerMs, wantsIdle }: { readonly lingerMs: number; readonly wantsIdle: boolean },
): Promise<AtRest> {
  const { child, said } = startRedkite({ ...sink, settings: { ...sink.settings, 'linger.ms': lingerMs } }, [])
  const producer = new Producer({ 'bootstrap.servers': sink.bootstrap, 'linger.ms': 0 })
  const own = await ownRequests(workload, milvus.port)
  const numbered = new NumberedRecords(workload)
  const latencyOf = (id: number) =>
    recordLatency(milvus, () => void producer.produce(sink.topic, 0, null, numbered.record(id)))
  try {
    await latencyOf(0)
    await own.send()
    const idleCpuPercent = wantsIdle ? await idleCpu(child.pid, said) : undefined
    const records: number[] = []
    const requests: number[] = []
    for (let id = 1; id <= recordsSent; id++) {
      await Bun.sleep(pausesMs[id % pausesMs.length]!)
      requests.push(await own.send())
      records.push(await latencyOf(id))
    }
    return {
      lingerMs,
      idleCpuPercent,
      record: percentiles(records),
      request: percentiles(requests),
    }
  } finally {
    await producer.close(1_000)
    await own.close()
    child.kill('SIGTERM')
    await child.exited
  }
}

async function idleCpu(pid: number, said: Promise<string>): Promise<number> {
  await Bun.sleep(settleMs)
  const before = usageOf(pid)
  await Bun.sleep(idleMs)
  const after = usageOf(pid)
  if (before === undefined || after === undefined) throw new Error(`redkite has ended\n${await said}`)
  return busyPercent(before, after)
}

async function recordLatency(milvus: NullMilvus, send: () => void): Promise<number> {
  const { rows } = await milvus.counts()
  const sentMs = performance.timeOrigin + performance.now()
  send()
  const deadline = performance.now() + answerTimeoutMs
  while (performance.now() < deadline) {
    await Bun.sleep(10)
    const counts = await milvus.counts()
    if (counts.rows > rows) return counts.lastMs - sentMs
  }
  throw new Error(`a record was not written within ${answerTimeoutMs} ms`)
}

/** The workload's first record as a request, on a connection like redkite's. */
async function ownRequests({ schema, bytes: made, starts }: Workload, port: number) {
  const bytes = scannable(made.length)
  bytes.set(made)
  const batch = new ColumnBatch(schema)
  const plan = compileJsonPlan(schema, { envelope: false })
  if (plan.decode(bytes, starts[0]!, starts[1]! - 1, batch) !== 0) throw plan.failure()
  const connection = await connect({ endpoint: { host: '127.0.0.1', port, tls: false }, requestTimeoutMs: 5_000 })
  const target = new WriteTarget(schema.collection)
  return {
    async send(): Promise<number> {
      const startMs = performance.now()
      await connection.send(target.write('upsert', batch.columns, 0, batch.rows))
      return performance.now() - startMs
    },
    close: () => connection.close(),
  }
}

function percentiles(valuesMs: readonly number[]): Percentiles {
  const sorted = valuesMs.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1)! }
}
