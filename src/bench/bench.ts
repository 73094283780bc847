/** `redkite bench` below the command line: starts what it needs, measures each run, takes everything down again. */
import { randomBytes } from 'node:crypto'
import { freemem } from 'node:os'
import type { SinkSettings } from '../config/setup.ts'
import { failure } from '../errors/errors.ts'
import type { NewCollection } from '../milvus/create.ts'
import type { Log } from '../ops/log.ts'
import { Feed } from './feed.ts'
import { type BenchFiles, type ReadRun, readRun, writeFiles } from './files.ts'
import { type Cell, propertiesOf, recommended } from './grid.ts'
import { machine } from './machine.ts'
import { type BenchOptions, makesRecords } from './options.ts'
import { type BenchResult, type RunReport, reportOf, type Source } from './result.ts'
import { measureRun } from './run.ts'
import { type BenchTarget, collectionForTopic, madeCollection, openMilvus, openNull } from './target.ts'

export interface BenchWorld {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Log
  readonly onStage: (text: string) => void
  /** A run stands so; `goal` is undefined where time ends it. */
  readonly onProgress: (rows: number, goal: number | undefined) => void
  readonly onRun: (report: RunReport, done: number, all: number) => void
  readonly onExit: (run: () => void) => void
  /** Resolves when somebody wants it to end. */
  readonly interrupted: Promise<void>
}

/** Undefined: it was interrupted before anything was measured. */
export async function bench(options: BenchOptions, world: BenchWorld): Promise<BenchResult | undefined> {
  const started = machine()
  const topic = options.topic ?? 'redkite-bench'
  const feed = makesRecords(options) ? await startFeed(options, topic, world) : undefined
  const files = writeFiles(options, feed?.bootstrap ?? options.bootstrap ?? '', topic)
  world.onExit(files.remove)
  let target: BenchTarget | undefined
  try {
    const base = `redkite_bench_${randomBytes(4).toString('hex')}`
    const first = readRun(
      options,
      files,
      { name: base, endpoint: options.milvus, collection: base, cell: noCell },
      world.env,
    )
    const collection = await collectionFor(options, first.settings)
    target = await openTarget(options, first, collection)
    const runs = await measureAll({ options, world, files, feed, target, base, dims: dimsOf(collection) })
    if (runs.length === 0) return undefined
    const { endpoint } = first.settings
    const best = options.cells.length > 1 ? recommended(runs.map(toMeasured)) : undefined
    return {
      version: 1,
      machine: started,
      source: sourceOf(
        options,
        feed,
        collection,
        runs.map(({ report }) => report),
      ),
      target: options.isNull
        ? { kind: 'null', endpoint: target.endpoint!, version: target.version }
        : { kind: 'milvus', endpoint: endpoint.text, version: target.version },
      runs: runs.map(({ report }) => report),
      ...(best === undefined ? {} : { recommended: propertiesOf(best.cell) }),
    }
  } finally {
    await Promise.allSettled([target?.close(), feed?.stop()])
    files.remove()
  }
}

const noCell: Cell = { batchRows: undefined, batchBytes: undefined, inFlight: undefined }

/** Half a gigabyte of records at most, and no more than a quarter of the memory that is free. */
const topicBytesMax = 512 * 1024 * 1024

function startFeed(options: BenchOptions, topic: string, world: BenchWorld): Promise<Feed> {
  const { format, dims, durationMs, rowsPerSecond } = options
  const bytesMax = Math.min(topicBytesMax, freemem() / 4)
  // By time alone it goes on for ever; otherwise rows unless given are what there is room for.
  const rows = options.rows ?? (durationMs === undefined ? 'room' : undefined)
  world.onStage('filling a topic of the embedded Kafka')
  return Feed.start({
    ...{ topic, format, dims, bytesMax, rowsPerSecond },
    rows: rows === 'room' ? undefined : rows,
    isShared: (options.tasks ?? 1) > 1,
  })
}

async function collectionFor(options: BenchOptions, settings: SinkSettings): Promise<NewCollection> {
  return makesRecords(options) ? madeCollection(settings, options.dims) : await collectionForTopic(settings)
}

function openTarget(options: BenchOptions, { settings }: ReadRun, collection: NewCollection): Promise<BenchTarget> {
  const named = { ...collection, name: settings.collection }
  return options.isNull ? openNull(named) : openMilvus(settings, options.milvus, named)
}

interface Bench {
  readonly options: BenchOptions
  readonly world: BenchWorld
  readonly files: BenchFiles
  readonly feed: Feed | undefined
  readonly target: BenchTarget
  readonly base: string
  readonly dims: number
}

interface MeasuredCell {
  readonly cell: Cell
  readonly report: RunReport
}

async function measureAll(all: Bench): Promise<MeasuredCell[]> {
  const { options, world } = all
  const measured: MeasuredCell[] = []
  const { cells } = options
  let isInterrupted = false
  void world.interrupted.then(() => {
    isInterrupted = true
  })
  // The first run of a sweep pays for compiling and connecting: it is done once more, and counts then.
  const warmUps = cells.length > 1 ? 1 : 0
  for (let at = -warmUps; at < cells.length && !isInterrupted; at++) {
    const cell = cells[Math.max(at, 0)]!
    world.onStage(at < 0 ? 'warming up' : 'measuring')
    const report = await measureCell(all, cell, at + warmUps)
    if (report === undefined || at < 0) continue
    measured.push({ cell, report })
    world.onRun(report, measured.length, cells.length)
  }
  return measured
}

async function measureCell(all: Bench, cell: Cell, number: number): Promise<RunReport | undefined> {
  const { options, world, files, feed, target, base, dims } = all
  // The null Milvus has one collection; in another each run gets a new one, as rows that are there make the next slower.
  const collection = options.isNull ? base : `${base}_${number}`
  const endpoint = target.endpoint
  const run = readRun(options, files, { name: `${base}-${number}`, endpoint, collection, cell }, world.env)
  if (number === 0) for (const warning of run.setup.warnings) world.log.warn(warning)
  const rows = feed === undefined ? options.rows : goalOf(options, feed)
  const result = await target.withCollection(collection, () =>
    measureRun({
      ...{ run, files, env: world.env, feed, rows, log: world.log, interrupted: world.interrupted },
      durationMs: options.durationMs,
      rowsPerSecond: options.rowsPerSecond,
      onProgress: (written) => world.onProgress(written, rows),
    }),
  )
  if (result.counts.written === 0) {
    if (result.isInterrupted) return undefined
    throw failure('NOTHING_MEASURED', run.settings.endpoint.text, result.seconds)
  }
  const { batchRowsMax, load, tasksMax, lingerMs } = run.settings
  const settings = {
    batchRows: batchRowsMax,
    batchBytes: load.bytes.least,
    inFlight: load.requests.first,
    tasks: tasksMax,
    lingerMs,
  }
  const recordBytes = feed?.recordBytes ?? 0
  return reportOf(result, settings, { kind: 'embedded', format: options.format, dims, recordBytes })
}

function goalOf({ rows, durationMs }: BenchOptions, feed: Feed): number | undefined {
  return rows ?? (durationMs === undefined ? feed.filled : undefined)
}

function sourceOf(
  options: BenchOptions,
  feed: Feed | undefined,
  collection: NewCollection,
  runs: readonly RunReport[],
): Source {
  const dims = dimsOf(collection)
  if (feed !== undefined) return { kind: 'embedded', format: options.format, dims, recordBytes: feed.recordBytes }
  const { recordMegabytesPerSecond, rowsPerSecond } = runs[0]!
  return { kind: 'topic', format: undefined, dims, recordBytes: (recordMegabytesPerSecond * 1e6) / rowsPerSecond }
}

function dimsOf({ fields }: NewCollection): number {
  return fields.reduce((sum, { dim }) => sum + (dim ?? 0), 0)
}

function toMeasured({ cell, report }: MeasuredCell) {
  return { cell, rowsPerSecond: report.rowsPerSecond, p99Ms: report.requestLatencyMs.p99 }
}
