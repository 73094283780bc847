/** What a bench found, as a person reads it. Pure. */
import { count } from '../ops/figures.ts'
import type { Machine } from './machine.ts'
import type { BenchResult, Percentiles, RunReport } from './result.ts'
import { type Bottleneck, type Share, shareNames } from './stages.ts'

const stageTexts: Record<Share, string> = {
  fetch: 'fetch',
  decode: 'decode',
  keys: 'keys',
  encode: 'encode',
  send: 'send',
  waitForMilvus: 'wait for Milvus',
  waitForKafka: 'wait for Kafka',
}

export function headLines({ machine, source, target }: Pick<BenchResult, 'machine' | 'source' | 'target'>): string[] {
  const format = source.format === undefined ? 'records' : `${source.format} records`
  const from = source.kind === 'embedded' ? 'an embedded Kafka' : 'the topic'
  const milvus =
    target.kind === 'null' ? 'a null Milvus that only counts' : `Milvus ${target.version} at ${target.endpoint}`
  return [
    machineLine(machine),
    `${format} of ${count(source.recordBytes)} bytes with ${count(source.dims)} numbers, from ${from} into ${milvus}`,
  ]
}

function machineLine({ redkite, bun, librdkafka, cpu, cores, memoryBytes, system, load }: Machine): string {
  const memory = `${(memoryBytes / 1e9).toFixed(0)} GB`
  return `redkite ${redkite} (Bun ${bun}, librdkafka ${librdkafka}) on ${cores} cores of ${cpu}, ${memory}, ${system}; load before ${load.toFixed(1)}`
}

export function runLines(run: RunReport): string[] {
  const { settings, stages, load } = run
  const shares = shareNames.map((name) => `${stageTexts[name]} ${percent(stages[name])}`)
  const start = run.includesStart ? ', with the start: a longer run says more' : ''
  const pairs: [string, string][] = [
    ['rows', `${count(run.rows)} in ${run.seconds.toFixed(2)} s${start}`],
    ['rows/s', count(run.rowsPerSecond)],
    [
      'vectors',
      `${run.vectorMegabytesPerSecond.toFixed(1)} MB/s, of records ${run.recordMegabytesPerSecond.toFixed(1)} MB/s`,
    ],
    ['CPU', `${run.cpuUsPerRow.toFixed(2)} µs a row, all threads`],
    ['peak RSS', `${(run.peakRssBytes / 1e6).toFixed(0)} MB`],
    ['requests', `${count(run.requests)} of ${count(run.rowsPerRequest)} rows, ${count(run.retries)} sent again`],
    ['latency', percentilesText(run.requestLatencyMs)],
    ...(run.recordLatencyMs ? [['record', percentilesText(run.recordLatencyMs)] as [string, string]] : []),
    ['time', shares.join(', ')],
    ...(run.coreWait === undefined || run.coreWait < coreWaitWorthSaying
      ? []
      : [['', `${percent(run.coreWait)} of it ready to work, with every core taken`] as [string, string]]),
    ['bottleneck', bottleneckText(run.bottleneck, run.recordLatencyMs !== undefined)],
    [
      'settings',
      `batch.size=${settings.batchRows} batch.bytes=${settings.batchBytes} max.in.flight.requests=${settings.inFlight} tasks.max=${settings.tasks} linger.ms=${settings.lingerMs}`,
    ],
    ...(load.batchBytes === settings.batchBytes && load.inFlight === settings.inFlight
      ? []
      : [
          ['at the end', `batches of ${count(load.batchBytes)} bytes, ${load.inFlight} requests in flight`] as [
            string,
            string,
          ],
        ]),
  ]
  return pairs.map(([name, text]) => `  ${name.padEnd(11)} ${text}`)
}

const coreWaitWorthSaying = 0.05

/** A line for each run of a sweep. */
export function sweepLines(runs: readonly RunReport[]): string[] {
  const head = [
    'batch.size',
    'batch.bytes',
    'in flight',
    'rows/s',
    'CPU µs/row',
    'p50 ms',
    'p99 ms',
    'RSS MB',
    'bottleneck',
  ]
  const rows = runs.map((run) => [
    String(run.settings.batchRows),
    String(run.settings.batchBytes),
    String(run.settings.inFlight),
    count(run.rowsPerSecond),
    run.cpuUsPerRow.toFixed(2),
    run.requestLatencyMs.p50.toFixed(1),
    run.requestLatencyMs.p99.toFixed(1),
    (run.peakRssBytes / 1e6).toFixed(0),
    run.bottleneck.where === 'sink' ? run.bottleneck.stage : run.bottleneck.where,
  ])
  const table = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...table.map((line) => line[column]!.length)))
  return table.map((line) => `  ${line.map((cell, column) => cell.padStart(widths[column]!)).join('  ')}`)
}

export function recommendationLines(lines: readonly string[]): string[] {
  return ['', '# as fast as the fastest within 5 %, and of these answered soonest', ...lines]
}

function bottleneckText({ where, stage }: Bottleneck, isPaced: boolean): string {
  if (isPaced && where === 'kafka') return 'none: the sink keeps up with the rate'
  if (where === 'milvus') return 'Milvus: the sink waits for its answers'
  if (where === 'kafka') return 'Kafka: the sink waits for records'
  if (where === 'cores') return `the machine: every core is taken; of redkite's own work most is ${stageTexts[stage]}`
  return `redkite's own work, of it most ${stageTexts[stage]}`
}

function percentilesText({ p50, p95, p99, max }: Percentiles): string {
  const ms = (value: number) => (value < 10 ? value.toFixed(2) : value.toFixed(0))
  return `p50 ${ms(p50)} ms, p95 ${ms(p95)} ms, p99 ${ms(p99)} ms, max ${ms(max)} ms`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`
}
