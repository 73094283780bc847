import type { NullMilvus } from '../../src/bench/null-milvus/start.ts'
import { Watch } from '../process-usage.ts'
import { type SinkUnderTest, startRedkite } from './redkite.ts'

/** A topic drained by the binary into the null Milvus. */
export interface PipelineRun {
  readonly rows: number
  /** From the first request to the last, which leaves the start out. */
  readonly rowsPerSecond: number
  /** CPU of the process a row, start included: all threads, and the one that decodes. */
  readonly cpuUsPerRow: number
  readonly mainThreadUsPerRow: number
  /** Of the null Milvus, in a process of its own. */
  readonly milvusUsPerRow: number
  readonly rssPeakBytes: number
  /** Peak of the first quarter of the run: what it is more at the end grows with the topic. */
  readonly rssPeakEarlyBytes: number
  readonly requests: number
}

export async function drain(sink: SinkUnderTest, milvus: NullMilvus): Promise<PipelineRun> {
  const before = await milvus.counts()
  const { child, said } = startRedkite(sink, ['--until-caught-up'])
  const watch = new Watch(child.pid)
  const exitCode = await child.exited
  const samples = watch.stop()
  if (exitCode !== 0) throw new Error(`redkite ended with ${exitCode}\n${await said}`)
  const after = await milvus.counts()
  const rows = after.rows - before.rows
  const used = child.resourceUsage()!
  const seconds = (after.lastMs - after.firstMs) / 1000
  const early = samples.slice(0, Math.ceil(samples.length / 4))
  return {
    rows,
    rowsPerSecond: (rows - after.firstRows) / seconds,
    cpuUsPerRow: Number(used.cpuTime.total) / rows,
    mainThreadUsPerRow: (samples.at(-1)!.mainThreadMs * 1000) / rows,
    milvusUsPerRow: ((after.cpuMs - before.cpuMs) * 1000) / rows,
    // Not rusage's: before the child becomes redkite it counts as large as the process that starts it.
    rssPeakBytes: Math.max(...samples.map(({ rssBytes }) => rssBytes)),
    rssPeakEarlyBytes: Math.max(...early.map(({ rssBytes }) => rssBytes)),
    requests: after.requests - before.requests,
  }
}

/** The fastest of several runs, with the most memory that any of them took. */
export function best(runs: readonly PipelineRun[]): PipelineRun {
  const fastest = runs.reduce((a, b) => (b.rowsPerSecond > a.rowsPerSecond ? b : a))
  const most = runs.reduce((a, b) => (b.rssPeakBytes > a.rssPeakBytes ? b : a))
  return { ...fastest, rssPeakBytes: most.rssPeakBytes, rssPeakEarlyBytes: most.rssPeakEarlyBytes }
}
