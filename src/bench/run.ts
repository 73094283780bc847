/** One run of a sink, opened and driven as `redkite run` does, with an eye on what it does. */

import { addDuration, type Histogram, noHistogram } from '../ops/histogram.ts'
import type { Fields, Level, Log } from '../ops/log.ts'
import type { RunningSink } from '../sink/running.ts'
import type { SettledStretch } from '../sink/sink-options.ts'
import { superviseSink } from '../sink/supervise.ts'
import { startTasks } from '../worker/tasks.ts'
import type { Feed } from './feed.ts'
import type { BenchFiles, ReadRun } from './files.ts'
import { rowAt } from './kafka/layout.ts'
import { PeakMemory } from './memory.ts'
import { between, type GivenLoad, type Sample, type Stretch, sampleOf } from './sample.ts'

export interface RunOptions {
  readonly run: ReadRun
  readonly files: BenchFiles
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where records are made; undefined: a topic is read to the end it has now. */
  readonly feed: Feed | undefined
  /** Ends after so many rows, or so long; with neither at the topic's end. */
  readonly rows: number | undefined
  readonly durationMs: number | undefined
  readonly rowsPerSecond: number | undefined
  readonly log: Log
  readonly onProgress: (rows: number) => void
  readonly interrupted: Promise<void>
}

export interface RunResult extends Stretch {
  readonly tasks: number
  /** Rows that Milvus acknowledged from the start of the run to its end, those that do not count included. */
  readonly written: number
  /** Mean size of a record's value. */
  readonly valueBytes: number
  /** Whether what was measured begins with the first record, as the run was too short for anything else. */
  readonly includesStart: boolean
  readonly isInterrupted: boolean
  readonly peakRssBytes: number
  /** At the end. */
  readonly load: GivenLoad
  /** From when a record was due to its row's acknowledgement, at a fixed rate. */
  readonly recordLatencies: Histogram | undefined
}

/** A run of a given length begins to count when the compiler has seen the code. */
const warmUpMs = 1_000
/** Until there is something to see, so that the beginning is not missed; and then, so that looking costs nothing. */
const lookEveryMs = { before: 10, during: 100 }
const firstDueMs = 100

export async function measureRun(options: RunOptions): Promise<RunResult> {
  const { run, feed, rowsPerSecond } = options
  let isEnding = false
  // Tasks that leave one after the other lose commits to each other's rebalances; nobody wants these offsets.
  const log = heardUntil(options.log, () => isEnding)
  const memory = new PeakMemory()
  const delays = rowsPerSecond === undefined || feed === undefined ? undefined : new Delays(feed, rowsPerSecond)
  const sink = await open({ ...options, log }, (stretch) => delays?.settled(stretch))
  const before = sampleOf(await sink.detail())
  const watch = new Watch(options, sink, before, delays)
  let isOver = false
  const running = sink.run().finally(() => {
    isOver = true
  })
  let isInterrupted = false
  void options.interrupted.then(() => {
    isInterrupted = true
  })
  while (!isOver && !isInterrupted && !(await watch.look())) {
    memory.look()
    await Promise.race([
      Bun.sleep(watch.hasBegun ? lookEveryMs.during : lookEveryMs.before),
      running,
      options.interrupted,
    ])
  }
  isEnding = true
  sink.stop()
  await running
  if (!watch.isDone) await watch.look()
  return {
    ...watch.measured(),
    tasks: run.settings.tasksMax,
    valueBytes: watch.last.counts.valueBytes / Math.max(1, watch.last.counts.records),
    written: sampleOf(await sink.detail()).counts.written,
    isInterrupted,
    peakRssBytes: memory.peakBytes,
    load: watch.last.load,
    recordLatencies: delays?.latencies,
  }
}

function heardUntil(log: Log, isOver: () => boolean): Log {
  const say = (level: Level) => (message: string, fields?: Fields) => {
    if (!isOver()) log[level](message, fields)
  }
  const quiet: Log = { info: say('info'), warn: say('warn'), error: say('error'), named: () => quiet }
  return quiet
}

function open(options: RunOptions, onSettled: (stretch: SettledStretch) => void): Promise<RunningSink> {
  const { run, files, env, feed, log } = options
  const { settings, setup, sets } = run
  const untilCaughtUp = feed === undefined
  const { tasksMax, name } = settings
  if (tasksMax > 1) return startTasks(tasksMax, { files: files.paths, sets, env, sink: name, untilCaughtUp }, log)
  const watched = options.rowsPerSecond === undefined ? {} : { onSettled }
  return superviseSink({ settings, worker: setup.worker, untilCaughtUp, log, readAgain: () => settings, ...watched })
}

/** Looks at the sink now and then: feeds what it has read for, begins to measure, and sees when it is done. */
class Watch {
  isDone = false
  last: Sample
  #first: Sample | undefined
  #warmUntilMs: number | undefined
  #isFed = false
  #isTimeUp = false

  constructor(
    readonly options: RunOptions,
    readonly sink: RunningSink,
    readonly before: Sample,
    readonly delays: Delays | undefined,
  ) {
    this.last = before
  }

  get hasBegun(): boolean {
    return this.#first !== undefined
  }

  /** Whether the run has come to its end. */
  async look(): Promise<boolean> {
    const { feed, rows, durationMs, onProgress } = this.options
    const tasks = await this.sink.detail()
    const partitions = tasks.flatMap((task) => task.partitions)
    feed?.read(partitions)
    this.#begin(partitions.length)
    const sample = sampleOf(tasks)
    this.last = sample
    const { written } = sample.counts
    onProgress(written)
    if (this.#first === undefined && sample.counts.records > 0) {
      this.#warmUntilMs ??= sample.atMs + (durationMs === undefined ? 0 : warmUpMs)
      if (sample.atMs >= this.#warmUntilMs) {
        this.#first = sample
        this.delays?.measureFrom(sample.atMs)
      }
    }
    this.#isTimeUp =
      durationMs !== undefined && this.#first !== undefined && sample.atMs - this.#first.atMs >= durationMs
    this.isDone = this.#isTimeUp || (rows !== undefined && written >= rows)
    return this.isDone
  }

  measured(): Stretch & { readonly includesStart: boolean } {
    const { last, before } = this
    const first = this.#first
    const endMs = this.#isTimeUp ? last.atMs : last.tallies.lastWrittenMs
    const isLong = first !== undefined && endMs > first.atMs && last.counts.written > first.counts.written
    return { ...between(isLong ? first : before, last, endMs), includesStart: !isLong }
  }

  /** At a fixed rate the first record is due once somebody reads. */
  #begin(partitions: number): void {
    if (this.delays === undefined || this.#isFed || partitions === 0) return
    this.#isFed = true
    this.delays.begin(performance.timeOrigin + performance.now() + firstDueMs)
  }
}

/** How long after it was due each record was acknowledged: one that had to wait because others were slow has waited, too. */
class Delays {
  readonly latencies = noHistogram()
  #beginMs = 0
  #measureFromMs = Number.POSITIVE_INFINITY

  constructor(
    readonly feed: Feed,
    readonly rowsPerSecond: number,
  ) {}

  begin(beginMs: number): void {
    this.#beginMs = beginMs
    this.feed.begin(beginMs)
  }

  measureFrom(atMs: number): void {
    this.#measureFromMs = atMs
  }

  settled({ partition, from, to }: SettledStretch): void {
    const nowMs = performance.timeOrigin + performance.now()
    for (let offset = from; offset < to; offset++) {
      const dueMs = this.#beginMs + (rowAt(this.feed.layout, partition, offset) * 1_000) / this.rowsPerSecond
      if (dueMs >= this.#measureFromMs) addDuration(this.latencies, nowMs - dueMs)
    }
  }
}
