/**
 * What a sink counts by kind: retries and rejects by error, requests by how long they took. Plain values, so that they can be posted between
 * threads and added up. Touched once a request, an arena or a reject, never once a record.
 */
import type { WriteKind } from '../milvus/request.ts'
import { addDuration, addHistogram, type Histogram, noHistogram } from '../ops/histogram.ts'
import { noStages, type Stages } from './stages.ts'

/** From a request over loopback to one that runs into its deadline. */
export const durationBoundsMs: readonly number[] = [
  1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000,
]

export interface Durations {
  /** How many took at most so long as `durationBoundsMs` says, and longer than the bound before; the last is for longer than all. */
  readonly counts: number[]
  sumMs: number
}

/** A record that could not be written: where it lies and why, never what it holds. */
export interface RecentReject {
  /** By the clock of the sink. */
  readonly atMs: number
  readonly code: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export interface Tallies {
  /** Times that a request was to be sent again, by the error. */
  readonly retries: Record<string, number>
  /** Records that were dead-lettered or passed over, by the error. */
  readonly rejects: Record<string, number>
  /** The last of them, oldest first. */
  readonly recentRejects: RecentReject[]
  readonly requests: Partial<Record<WriteKind, Durations>>
  /** The same durations, finer. */
  readonly latencies: Histogram
  /** When the last answer came that acknowledged something, by the clock of the sink; 0 before the first. */
  lastWrittenMs: number
  readonly stages: Stages
}

/** What a page shows; the dead-letter topic has all. */
const recentMax = 20

export function noTallies(): Tallies {
  return {
    retries: {},
    rejects: {},
    recentRejects: [],
    requests: {},
    latencies: noHistogram(),
    lastWrittenMs: 0,
    stages: noStages(),
  }
}

export function tallyRetry({ retries }: Tallies, code: string): void {
  retries[code] = (retries[code] ?? 0) + 1
}

export function tallyReject({ rejects, recentRejects }: Tallies, reject: RecentReject): void {
  rejects[reject.code] = (rejects[reject.code] ?? 0) + 1
  recentRejects.push(reject)
  if (recentRejects.length > recentMax) recentRejects.shift()
}

export function tallyRequest({ requests, latencies }: Tallies, kind: WriteKind, tookMs: number): void {
  requests[kind] ??= noDurations()
  const durations = requests[kind]
  const at = durationBoundsMs.findIndex((boundMs) => tookMs <= boundMs)
  durations.counts[at < 0 ? durationBoundsMs.length : at]!++
  durations.sumMs += tookMs
  addDuration(latencies, tookMs)
}

export function addTallies(parts: readonly Tallies[]): Tallies {
  const sum = noTallies()
  for (const { retries, rejects, recentRejects, requests, latencies, lastWrittenMs, stages } of parts) {
    addHistogram(sum.latencies, latencies)
    sum.lastWrittenMs = Math.max(sum.lastWrittenMs, lastWrittenMs)
    for (const name of Object.keys(stages) as (keyof Stages)[]) sum.stages[name] += stages[name]
    addEach(sum.retries, retries)
    addEach(sum.rejects, rejects)
    sum.recentRejects.push(...recentRejects)
    for (const [kind, durations] of Object.entries(requests) as [WriteKind, Durations][]) {
      sum.requests[kind] ??= noDurations()
      const into = sum.requests[kind]
      for (const [at, count] of durations.counts.entries()) into.counts[at]! += count
      into.sumMs += durations.sumMs
    }
  }
  sum.recentRejects.sort((left, right) => left.atMs - right.atMs)
  sum.recentRejects.splice(0, sum.recentRejects.length - recentMax)
  return sum
}

function noDurations(): Durations {
  return { counts: Array(durationBoundsMs.length + 1).fill(0), sumMs: 0 }
}

function addEach(into: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) into[name] = (into[name] ?? 0) + count
}
