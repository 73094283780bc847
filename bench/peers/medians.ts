/** Runs of several rounds as medians with their spread, beside redkite's. */
import { print } from '../table.ts'
import type { PeerRun } from './setup.ts'

/** CPU of the servers from the program's start, of Kafka to its exit, of Milvus until it rests: it acknowledges rows before it has done all their work. */
export interface ServersCpu {
  readonly kafkaCpuSeconds: number
  readonly milvusCpuSeconds: number | undefined
}

export interface Measured extends PeerRun, ServersCpu {
  readonly server: string
  readonly dims: number
  readonly contender: string
  readonly round: number
}

export interface Median {
  readonly contender: string
  readonly rowsPerSecond: number
  /** Half of the distance between the slowest and the fastest round, as a share of the median. */
  readonly spread: number
  readonly cpuUsPerRow: number
  readonly kafkaCpuUsPerRow: number
  readonly milvusCpuUsPerRow: number | undefined
  readonly peakRssBytes: number
}

export function mediansOf(runs: readonly Measured[]): Median[] {
  const names = [...new Set(runs.map(({ contender }) => contender))]
  return names.map((contender) => {
    const own = runs.filter((run) => run.contender === contender)
    const rates = own.map(({ rows, seconds }) => rows / seconds)
    const rowsPerSecond = median(rates)
    return {
      contender,
      rowsPerSecond,
      spread: (Math.max(...rates) - Math.min(...rates)) / 2 / rowsPerSecond,
      cpuUsPerRow: median(own.map(({ rows, cpuSeconds }) => (cpuSeconds * 1e6) / rows)),
      kafkaCpuUsPerRow: median(own.map(({ written, kafkaCpuSeconds }) => (kafkaCpuSeconds * 1e6) / written)),
      milvusCpuUsPerRow: own.some(({ milvusCpuSeconds }) => milvusCpuSeconds === undefined)
        ? undefined
        : median(own.map(({ written, milvusCpuSeconds }) => (milvusCpuSeconds! * 1e6) / written)),
      peakRssBytes: Math.max(...own.map(({ peakRssBytes }) => peakRssBytes)),
    }
  })
}

export function printMedians(title: string, runs: readonly Measured[]): void {
  const medians = mediansOf(runs)
  const redkite = medians.find(({ contender }) => contender === 'redkite')
  const times = (one: number, other: number | undefined) => (other === undefined ? '' : (one / other).toFixed(2))
  print(
    title,
    ['', 'rows/s', '±', 'CPU µs/row', 'Kafka', 'Milvus', 'RSS peak', 'redkite: rows/s ×', 'CPU ×'],
    medians.map((each) => [
      each.contender,
      Math.round(each.rowsPerSecond).toLocaleString('en-US'),
      `${(each.spread * 100).toFixed(0)} %`,
      microseconds(each.cpuUsPerRow),
      microseconds(each.kafkaCpuUsPerRow),
      each.milvusCpuUsPerRow === undefined ? '' : microseconds(each.milvusCpuUsPerRow),
      `${(each.peakRssBytes / 1e6).toFixed(0)} MB`,
      redkite === undefined ? '' : times(redkite.rowsPerSecond, each.rowsPerSecond),
      redkite === undefined ? '' : times(redkite.cpuUsPerRow, each.cpuUsPerRow),
    ]),
  )
}

function microseconds(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
