/**
 * `make bench`, or `bun bench/bench.ts [--quick]`: all figures of docs/performance.md in one run, so that each stands beside what it is
 * compared with on the same machine at the same time. `--quick` takes a tenth of the rows: too few to see memory grow.
 */
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { machine } from '../src/bench/machine.ts'
import { startNullMilvus } from '../src/bench/null-milvus/start.ts'
import { startKafka } from '../test/servers/kafka.ts'
import { measureDecode } from './decode/measure.ts'
import { printFormats } from './decode/measure-formats.ts'
import { printDecode } from './decode/report.ts'
import { workloads } from './decode/workloads.ts'
import { fillTopic } from './fill.ts'
import { NumberedRecords } from './pipeline/numbered-records.ts'
import { measureAtRest } from './pipeline/rest.ts'
import { best, drain, type PipelineRun } from './pipeline/run.ts'
import { run } from './run.ts'
import { type Cell, print } from './table.ts'

const { values: flags } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })

const pipelines = [
  { workload: '768-d, 8 digits', rows: 200_000 },
  { workload: '8-d, 17 digits', rows: 5_000_000 },
  { workload: 'quick start', rows: 5_000_000 },
] as const
const partitions = 4
const drains = 2
const baselineSeconds = 4
/** The default, and one that hides less of what redkite and Kafka take. */
const lingersMs = [100, 5]

const mb = (bytes: number) => (bytes / 1e6).toFixed(0)
const whole = (value: number) => Math.round(value).toLocaleString('en-US')

console.log(machineLine())
const decode = await measureDecode()
printDecode(decode)
await printFormats()

const kafka = await startKafka()
try {
  const rows: Cell[][] = []
  for (const pipeline of pipelines) rows.push(await measurePipeline(pipeline.workload, pipeline.rows))
  print(
    `the whole pipeline, one process: Kafka 4.1 (a filled topic, ${partitions} partitions) to a Milvus that only counts`,
    [
      ...['records', 'rows', 'rows/s', 'JSON', 'of decode', 'CPU/row', 'main thread'],
      ...['JSON.parse + SDK', 'times', 'times, main', 'RSS peak', 'first quarter', 'load'],
    ],
    rows,
  )
  await printAtRest()
} finally {
  await kafka.stop()
}
process.exit(0)

async function measurePipeline(name: string, rowsMax: number): Promise<Cell[]> {
  const workload = workloads(name)[0]!
  const topic = `bench-${name.replaceAll(/[^a-z0-9]/g, '')}`
  await kafka.tools.createTopic(topic, partitions)
  const records = new NumberedRecords(workload)
  const filling = {
    topic,
    rows: flags.quick ? rowsMax / 10 : rowsMax,
    partitionAt: (row: number) => row % partitions,
    valueAt: (row: number) => records.record(row),
  }
  const recordBytes = (await fillTopic(kafka.bootstrap, filling)) / filling.rows
  const milvus = await startNullMilvus({ schema: workload.schema })
  const runs: PipelineRun[] = []
  const load = loadavg()[0]!
  for (let i = 0; i < drains; i++) {
    const sink = { name: `${topic}-${i}`, bootstrap: kafka.bootstrap, topic, milvusPort: milvus.port }
    runs.push(await drain({ ...sink, collection: workload.schema.collection }, milvus))
  }
  const baseline = await measureBaseline(name, milvus.port)
  await milvus.stop()
  await kafka.tools.deleteTopic(topic)
  const { rowsPerSecond, cpuUsPerRow, mainThreadUsPerRow, rows, rssPeakBytes, rssPeakEarlyBytes } = best(runs)
  const decoded = decode.rows.find((row) => row.workload === name)!.recordsPerSecond.redkite
  return [
    name,
    whole(rows),
    whole(rowsPerSecond),
    `${mb(rowsPerSecond * recordBytes)} MB/s`,
    (rowsPerSecond / decoded).toFixed(2),
    `${cpuUsPerRow.toFixed(2)} µs`,
    `${mainThreadUsPerRow.toFixed(2)} µs`,
    `${baseline.cpuUsPerRow.toFixed(1)} µs`,
    (baseline.cpuUsPerRow / cpuUsPerRow).toFixed(1),
    // The baseline has no Kafka in it; neither has the main thread, but for taking records over.
    (baseline.cpuUsPerRow / mainThreadUsPerRow).toFixed(1),
    `${mb(rssPeakBytes)} MB`,
    `${mb(rssPeakEarlyBytes)} MB`,
    load.toFixed(1),
  ]
}

async function measureBaseline(name: string, port: number): Promise<{ cpuUsPerRow: number; rowsPerSecond: number }> {
  const program = join(import.meta.dir, 'baseline', 'sdk-insert.ts')
  const said = await run([process.execPath, program, name, String(port), String(baselineSeconds)])
  return JSON.parse(said)
}

async function printAtRest(): Promise<void> {
  const workload = workloads('quick start')[0]!
  const rows: Cell[][] = []
  for (const lingerMs of lingersMs) {
    const topic = `bench-at-rest-${lingerMs}`
    await kafka.tools.createTopic(topic, partitions)
    const milvus = await startNullMilvus({ schema: workload.schema })
    const sink = { name: topic, bootstrap: kafka.bootstrap, topic, milvusPort: milvus.port }
    const how = { lingerMs, wantsIdle: rows.length === 0 }
    const rest = await measureAtRest({ ...sink, collection: workload.schema.collection }, workload, milvus, how)
    await milvus.stop()
    const { record, request, idleCpuPercent } = rest
    const ms = (value: number) => `${value.toFixed(1)} ms`
    rows.push([
      lingerMs,
      idleCpuPercent === undefined ? '' : `${idleCpuPercent.toFixed(2)} % of a core`,
      ...[record.p50, record.p95, record.p99, record.max, request.p50, request.p99].map(ms),
      ms(record.p99 - lingerMs - request.p99),
    ])
  }
  print(
    'at rest: quick start',
    [
      ...['linger.ms', 'idle CPU', 'record to answer, p50', 'p95', 'p99', 'longest'],
      ...["Milvus' own, p50", 'p99', 'p99 beyond linger and Milvus'],
    ],
    rows,
  )
}

function machineLine(): string {
  const { cpu, cores, memoryBytes, bun, load } = machine()
  const loads = `load average before start ${load.toFixed(1)} (5 min: ${loadavg()[1]!.toFixed(1)})`
  return `redkite bench, ${new Date().toISOString().slice(0, 10)}: ${cores} cores of ${cpu}, ${mb(memoryBytes)} MB, Bun ${bun}; ${loads}`
}
