import pc from 'picocolors'
import { readSetup } from '../config/setup.ts'
import { exit } from '../errors/exit.ts'
import { createLog, type Level, type Log } from '../ops/log.ts'
import { count, lineProgress, type Progress, type Standing, terminalProgress } from '../ops/progress.ts'
import { type OpenedSink, openSink } from '../sink/open.ts'
import { version } from '../version.ts'
import type { Io } from './io.ts'
import { report } from './program.ts'

export interface RunOptions {
  readonly files: readonly string[]
  readonly sets: readonly string[]
  readonly untilCaughtUp: boolean
}

/** Without a terminal a line of figures this often. */
const lineIntervalMs = 30_000
const drawIntervalMs = 200

/** Runs every sink of the given files until stopped, or until all have caught up; the first error's exit code, or 0. */
export async function run({ files, sets, untilCaughtUp }: RunOptions, io: Io): Promise<number> {
  const setup = readSetup(files, { sets, env: io.env })
  let print = io.err
  const log = createLog({
    write: (line) => print(line),
    now: () => new Date(),
    ...(io.colours ? { colour: paint } : {}),
  })
  for (const warning of setup.warnings) log.warn(warning)
  for (const notice of setup.notices) log.info(notice)
  log.info(`redkite ${version}, ${setup.sinks.map(({ name, topics }) => `${name}: topics ${topics.text}`).join('; ')}`)

  const several = setup.sinks.length > 1
  const opened = await openAll(setup, untilCaughtUp, several, log)
  let signals = 0
  io.onStop(() => {
    if (++signals > 1) process.exit(exit.interrupted)
    log.info('stopping: finishing what was read; a second signal ends at once')
    for (const { sink } of opened) sink.stop()
  })

  const progress: Progress =
    io.terminal === undefined
      ? lineProgress(io.err, (message) => log.info(message), lineIntervalMs)
      : terminalProgress(io.terminal, untilCaughtUp)
  print = (line) => progress.print(line)
  const timer = setInterval(() => progress.update(standing(opened), performance.now()), drawIntervalMs)
  const startedMs = performance.now()
  const results = await Promise.allSettled(
    opened.map((one) =>
      one.run().catch((error: unknown) => {
        // One sink's end ends all: whoever watches the process must learn of it.
        for (const { sink } of opened) sink.stop()
        throw error
      }),
    ),
  )
  clearInterval(timer)
  progress.stop()
  print = io.err
  for (const one of opened) log.info(summary(one, several, performance.now() - startedMs))
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  const codes = failures.map((error) => report(error, io))
  return codes[0] ?? exit.ok
}

async function openAll(
  setup: ReturnType<typeof readSetup>,
  untilCaughtUp: boolean,
  several: boolean,
  log: Log,
): Promise<OpenedSink[]> {
  const results = await Promise.allSettled(
    setup.sinks.map((settings) =>
      openSink({ settings, worker: setup.worker, untilCaughtUp, log: several ? log.named(settings.name) : log }),
    ),
  )
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed === undefined) return opened
  await Promise.all(opened.map((one) => one.abandon()))
  throw failed.reason
}

function standing(opened: readonly OpenedSink[]): Standing {
  let rows = 0
  let records = 0
  let lag: number | undefined = 0
  for (const one of opened) {
    rows += one.sink.counts.written
    records += one.sink.counts.records
    const left = one.recordsToRead === undefined ? one.lag() : Math.max(0, one.recordsToRead - one.sink.counts.records)
    lag = left === undefined || lag === undefined ? undefined : lag + left
  }
  return { rows, records, lag }
}

/** What was done and what was left out: nothing is passed over in silence. */
function summary({ name, sink, plan }: OpenedSink, several: boolean, elapsedMs: number): string {
  const { counts } = sink
  const seconds = elapsedMs / 1000
  const parts = [
    `${count(counts.written)} rows written from ${count(counts.records)} records in ${seconds.toFixed(1)} s`,
    ...(counts.superseded > 0 ? [`${count(counts.superseded)} superseded by a later record of the same key`] : []),
    ...(counts.tombstones > 0 ? [`${count(counts.tombstones)} null values passed over`] : []),
    ...(counts.skipped > 0 ? [`${count(counts.skipped)} skipped as errors.tolerance=all asks`] : []),
    ...(counts.retries > 0 ? [`${count(counts.retries)} requests sent again`] : []),
    ...(plan.ignoredKeys > 0 ? [ignored(plan)] : []),
  ]
  return `${several ? `${name}: ` : ''}${parts.join('; ')}`
}

function ignored(plan: OpenedSink['plan']): string {
  const { byName, others } = plan.ignoredNames()
  const names = Array.from(byName, ([key, times]) => `"${key}" ${count(times)}`)
  if (others > 0) names.push(`others ${count(others)}`)
  return `keys the collection has no field for, ignored: ${names.join(', ')}`
}

function paint(level: Level, text: string): string {
  if (level === 'info') return pc.dim(text)
  return level === 'warn' ? pc.yellow(text) : pc.red(text)
}
