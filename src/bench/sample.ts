/** A sink as it stands at a moment, and what it did between two of them. */
import { type Histogram, since } from '../ops/histogram.ts'
import type { ThreadTime } from '../ops/thread-time.ts'
import type { Counts } from '../sink/counts.ts'
import type { TaskDetail } from '../sink/detail.ts'
import { addCounts } from '../sink/running.ts'
import type { Stages } from '../sink/stages.ts'
import { addTallies, type Tallies } from '../sink/tallies.ts'

export interface Sample {
  /** Unix time. */
  readonly atMs: number
  readonly counts: Counts
  readonly tallies: Tallies
  /** Of all the threads that decode; undefined where the system does not say. */
  readonly thread: ThreadTime | undefined
  /** Of all threads of the process. */
  readonly cpuMs: number
  readonly load: GivenLoad
}

/** What a task gives Milvus at once, of the task that gives the most; it follows what Milvus takes. */
export interface GivenLoad {
  readonly batchBytes: number
  readonly inFlight: number
}

export interface Stretch {
  readonly seconds: number
  readonly counts: Counts
  readonly stages: Stages
  readonly latencies: Histogram
  readonly thread: ThreadTime | undefined
  readonly cpuMs: number
}

export function sampleOf(tasks: readonly TaskDetail[]): Sample {
  const { user, system } = process.cpuUsage()
  const threads = tasks.flatMap(({ thread }) => thread ?? [])
  const sum = (name: keyof ThreadTime) => threads.reduce((all, thread) => all + thread[name], 0)
  return {
    atMs: performance.timeOrigin + performance.now(),
    counts: addCounts(tasks.map(({ counts }) => counts)),
    tallies: addTallies(tasks.map(({ tallies }) => tallies)),
    thread: threads.length < tasks.length ? undefined : { cpuMs: sum('cpuMs'), coreWaitMs: sum('coreWaitMs') },
    cpuMs: (user + system) / 1_000,
    load: {
      batchBytes: Math.max(0, ...tasks.map(({ batchBytes }) => batchBytes)),
      inFlight: Math.max(0, ...tasks.map(({ inFlightMax }) => inFlightMax)),
    },
  }
}

/** `endMs` is when the last of it was done, which may lie before the second sample was taken. */
export function between(before: Sample, after: Sample, endMs = after.atMs): Stretch {
  const { thread } = after
  return {
    seconds: Math.max(0, endMs - before.atMs) / 1_000,
    counts: difference(after.counts, before.counts),
    stages: difference(after.tallies.stages, before.tallies.stages),
    latencies: since(before.tallies.latencies, after.tallies.latencies),
    thread: thread && before.thread && difference(thread, before.thread),
    cpuMs: after.cpuMs - before.cpuMs,
  }
}

function difference<Numbers extends object>(after: Numbers, before: Numbers): Numbers {
  const names = Object.keys(after) as (keyof Numbers)[]
  return Object.fromEntries(names.map((name) => [name, Number(after[name]) - Number(before[name])])) as Numbers
}
