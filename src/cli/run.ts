/** `redkite run`: reads the files, opens every sink, runs them until stopped or caught up, says what was done. */
import pc from 'picocolors'
import { readSetup, type SinkSettings } from '../config/setup.ts'
import { exit } from '../errors/exit.ts'
import { count } from '../ops/figures.ts'
import { createLog, type Level, type Log } from '../ops/log.ts'
import { lineProgress, type Progress, type Standing, terminalProgress } from '../ops/progress.ts'
import { replaySettings } from '../sink/dlq/replay.ts'
import type { IgnoredKeyCounts, RunningSink } from '../sink/running.ts'
import { superviseSink } from '../sink/supervise.ts'
import { version } from '../version.ts'
import { startTasks } from '../worker/tasks.ts'
import type { Io } from './io.ts'
import { report } from './report.ts'

export interface RunOptions {
  readonly files: readonly string[]
  readonly sets: readonly string[]
  readonly untilCaughtUp: boolean
  /** The sinks read their own dead letters. */
  readonly isReplay?: boolean
}

/** Without a terminal a line of figures this often. */
const lineIntervalMs = 30_000
/** A terminal is looked at; a log must not wake an idle process five times a second. */
const drawIntervalMs = { terminal: 200, log: 1_000 }

/** Runs every sink of the given files until stopped, or until all have caught up; the first error's exit code, or 0. */
export async function run(options: RunOptions, io: Io): Promise<number> {
  const read = readSetup(options.files, { sets: options.sets, env: io.env })
  const { isReplay = false } = options
  const setup = isReplay ? { ...read, sinks: read.sinks.map(replaySettings) } : read
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
  let running: readonly RunningSink[] | undefined
  let signals = 0
  io.onStop(() => {
    if (++signals > 1) io.exit(exit.interrupted)
    // Nothing was read yet, so there is nothing to finish.
    if (running === undefined) io.exit(options.untilCaughtUp ? exit.notCaughtUp : exit.ok)
    log.info('stopping: finishing what was read; a second signal ends at once')
    for (const one of running) one.stop()
  })
  const { opened, failures } = await openAll(setup, options, several, log, io)
  if (failures.length > 0) {
    await Promise.all(opened.map((one) => one.abandon()))
    return reportAll(failures, several, io)
  }
  running = opened

  const progress: Progress =
    io.terminal === undefined
      ? lineProgress(io.err, (message) => log.info(message), lineIntervalMs)
      : terminalProgress(io.terminal, io.onExit)
  print = (line) => progress.print(line)
  const timer = setInterval(
    () => progress.update(standing(opened), performance.now()),
    io.terminal === undefined ? drawIntervalMs.log : drawIntervalMs.terminal,
  )
  const startedMs = performance.now()
  const failed: Failure[] = []
  await Promise.all(
    opened.map((one) =>
      one.run().catch((error: unknown) => {
        failed.push({ sink: one.name, error })
        // One sink's end ends all: whoever watches the process must learn of it.
        for (const one of opened) one.stop()
      }),
    ),
  )
  clearInterval(timer)
  progress.stop()
  print = io.err
  for (const one of opened) log.info(summary(one, several, performance.now() - startedMs))
  if (failed.length === 0 && options.untilCaughtUp && !opened.every((one) => one.standing().isCaughtUp)) {
    log.warn('stopped before all that was there at the start was in Milvus; the next run goes on from there')
    return exit.notCaughtUp
  }
  return reportAll(failed, several, io)
}

interface Failure {
  readonly sink: string
  readonly error: unknown
}

/** The exit code is that of what failed first. */
function reportAll(failures: readonly Failure[], several: boolean, io: Io): number {
  const codes = failures.map(({ sink, error }) => report(error, io, several ? sink : undefined))
  return codes[0] ?? exit.ok
}

async function openAll(
  { sinks, worker }: ReturnType<typeof readSetup>,
  { files, sets, untilCaughtUp, isReplay = false }: RunOptions,
  several: boolean,
  log: Log,
  { env }: Io,
): Promise<{ opened: RunningSink[]; failures: Failure[] }> {
  const readAgain = (name: string) => readSetup(files, { sets, env }).sinks.find((sink) => sink.name === name)
  const open = (settings: SinkSettings): Promise<RunningSink> => {
    const { name, tasksMax } = settings
    // One task needs no thread of its own: the main one has little else to do.
    if (tasksMax > 1) return startTasks(tasksMax, { files, sets, env, sink: name, untilCaughtUp }, log)
    return superviseSink({
      settings,
      worker,
      untilCaughtUp,
      isReplay,
      log: several ? log.named(name) : log,
      readAgain: () => readAgain(name) ?? settings,
    })
  }
  const opened: RunningSink[] = []
  const failures: Failure[] = []
  await Promise.all(
    sinks.map(async (settings) => {
      try {
        opened.push(await open(settings))
      } catch (error) {
        failures.push({ sink: settings.name, error })
      }
    }),
  )
  return { opened, failures }
}

function standing(opened: readonly RunningSink[]): Standing {
  let rows = 0
  let lag: number | undefined = 0
  let goal: number | undefined = 0
  for (const one of opened) {
    const now = one.standing()
    rows += now.counts.written
    lag = now.lag === undefined || lag === undefined ? undefined : lag + now.lag
    goal = now.goal === undefined || goal === undefined ? undefined : goal + now.goal
  }
  return { rows, lag, goal }
}

/** What was done and what was left out: nothing is passed over in silence. */
function summary(sink: RunningSink, several: boolean, elapsedMs: number): string {
  const { counts, ignored } = sink.standing()
  const seconds = elapsedMs / 1000
  const parts = [
    `${count(counts.written)} rows written from ${count(counts.records)} records in ${seconds.toFixed(1)} s`,
    ...(counts.deleted > 0 ? [`${count(counts.deleted)} keys deleted`] : []),
    ...(counts.superseded > 0 ? [`${count(counts.superseded)} superseded by a later record of the same key`] : []),
    ...(counts.tombstones > 0 ? [`${count(counts.tombstones)} null values passed over`] : []),
    ...(counts.deadLettered > 0 ? [`${count(counts.deadLettered)} dead letters`] : []),
    ...(counts.dropped > 0 ? [`${count(counts.dropped)} dropped by a filter`] : []),
    ...(counts.skipped > 0 ? [`${count(counts.skipped)} passed over as errors.tolerance=all asks`] : []),
    ...(counts.offsetResets > 0 ? [`${count(counts.offsetResets)} times records were no longer in Kafka`] : []),
    ...(counts.retries > 0 ? [`${count(counts.retries)} requests sent again`] : []),
    ...(ignored.byName.size + ignored.others > 0 ? [sayIgnored(ignored)] : []),
  ]
  return `${several ? `${sink.name}: ` : ''}${parts.join('; ')}`
}

function sayIgnored({ byName, others }: IgnoredKeyCounts): string {
  const names = Array.from(byName, ([key, times]) => `"${key}" ${count(times)}`)
  if (others > 0) names.push(`others ${count(others)}`)
  return `keys the collection has no field for, ignored: ${names.join(', ')}`
}

function paint(level: Level, text: string): string {
  if (level === 'info') return pc.dim(text)
  return level === 'warn' ? pc.yellow(text) : pc.red(text)
}
