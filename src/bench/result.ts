/** What a bench found, as `--json` prints it; docs/bench.md describes each field. Pure. */
import { type Histogram, percentileMs } from '../ops/histogram.ts'
import type { Cell } from './grid.ts'
import type { Format } from './kafka/records.ts'
import type { Machine } from './machine.ts'
import type { RunResult } from './run.ts'
import type { GivenLoad } from './sample.ts'
import { type Bottleneck, bottleneckOf, type Shares, sharesOf } from './stages.ts'

export interface BenchResult {
  readonly version: 1
  readonly machine: Machine
  readonly source: Source
  readonly target: { readonly kind: 'null' | 'milvus'; readonly endpoint: string; readonly version: string }
  readonly runs: readonly RunReport[]
  /** Of a sweep: lines for the sink's file. */
  readonly recommended?: readonly string[]
}

export interface Source {
  readonly kind: 'embedded' | 'topic'
  /** Undefined where the files say it. */
  readonly format: Format | undefined
  /** Numbers in all vectors of a row. */
  readonly dims: number
  /** Mean size of a record; of a topic that is read, of its values. */
  readonly recordBytes: number
}

export interface RunSettings {
  readonly batchRows: number
  readonly batchBytes: number
  readonly inFlight: number
  readonly tasks: number
  readonly lingerMs: number
}

export interface Percentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

export interface RunReport {
  readonly settings: RunSettings
  readonly rows: number
  /** With those of the warm-up, and those acknowledged after the time was up. */
  readonly rowsWritten: number
  readonly seconds: number
  readonly rowsPerSecond: number
  readonly vectorMegabytesPerSecond: number
  readonly recordMegabytesPerSecond: number
  readonly requests: number
  readonly retries: number
  readonly rowsPerRequest: number
  readonly cpuUsPerRow: number
  readonly peakRssBytes: number
  /** What a task gave Milvus at once at the end of the run. */
  readonly load: GivenLoad
  readonly stages: Shares
  /** Share of the time in which the sink's threads were ready to work and every core was taken; it lies within the stages. */
  readonly coreWait: number | undefined
  readonly bottleneck: Bottleneck
  readonly requestLatencyMs: Percentiles
  readonly recordLatencyMs?: Percentiles
  readonly includesStart: boolean
}

const bytesANumber = 4

export function reportOf(result: RunResult, settings: RunSettings, source: Source): RunReport {
  const { counts, seconds, stages, thread, tasks } = result
  const rows = counts.written
  // Those that were answered, as the rows were.
  const requests = result.latencies.total
  const wallMs = seconds * 1_000 * tasks
  const shares = sharesOf(wallMs, stages, thread)
  const coreWait = thread === undefined || wallMs === 0 ? undefined : Math.min(1, thread.coreWaitMs / wallMs)
  const perSecond = (amount: number) => (seconds > 0 ? amount / seconds : 0)
  return {
    settings,
    rows,
    rowsWritten: result.written,
    seconds,
    rowsPerSecond: perSecond(rows),
    vectorMegabytesPerSecond: perSecond(rows * source.dims * bytesANumber) / 1e6,
    recordMegabytesPerSecond: perSecond(rows * result.valueBytes) / 1e6,
    requests,
    retries: counts.retries,
    rowsPerRequest: requests > 0 ? rows / requests : 0,
    cpuUsPerRow: rows > 0 ? (result.cpuMs * 1_000) / rows : 0,
    peakRssBytes: result.peakRssBytes,
    load: result.load,
    stages: shares,
    coreWait,
    bottleneck: bottleneckOf(shares, coreWait),
    requestLatencyMs: percentiles(result.latencies),
    ...(result.recordLatencies === undefined ? {} : { recordLatencyMs: percentiles(result.recordLatencies) }),
    includesStart: result.includesStart,
  }
}

/** Of the settings, what a sweep is over. */
export function cellOf({ batchRows, batchBytes, inFlight }: RunSettings, tried: Cell): Cell {
  return {
    batchRows: tried.batchRows === undefined ? undefined : batchRows,
    batchBytes: tried.batchBytes === undefined ? undefined : batchBytes,
    inFlight: tried.inFlight === undefined ? undefined : inFlight,
  }
}

function percentiles(histogram: Histogram): Percentiles {
  const [p50, p95, p99] = [50, 95, 99].map((percent) => percentileMs(histogram, percent))
  return { p50: p50!, p95: p95!, p99: p99!, max: histogram.maxMs }
}
