/** `redkite run`: reads the files, opens every sink, runs them until stopped or caught up, says what was done. */
import { readSetup, type Setup, type SinkSettings } from '../config/setup.ts'
import { RedkiteError } from '../errors/errors.ts'
import { exit } from '../errors/exit.ts'
import type { RunLock } from '../lock/run-lock.ts'
import { type ServiceManager, serviceManager } from '../notify/service-manager.ts'
import { type Log, overheard } from '../ops/log.ts'
import { replaySettings } from '../sink/dlq/replay.ts'
import { type Failure, type PlannedSink, Roster } from '../sink/roster.ts'
import type { RunningSink } from '../sink/running.ts'
import { superviseSink } from '../sink/supervise.ts'
import { version } from '../version.ts'
import { startTasks } from '../worker/tasks.ts'
import { Hangup } from './hangup.ts'
import type { HttpFlags, Shown } from './http.ts'
import type { Io } from './io.ts'
import { Reloader } from './reload.ts'
import { type OutputOptions, RunOutput } from './run-output.ts'
import { type EndReason, summaryFields, summaryJson, summaryLine, unbegunJson } from './run-summary.ts'
import { watch } from './run-watch.ts'

export interface RunOptions extends OutputOptions {
  readonly files: readonly string[]
  readonly sets: readonly string[]
  readonly untilCaughtUp: boolean
  /** The sinks read their own dead letters. */
  readonly isReplay?: boolean
  /** Ends in good order after so long, with an exit code of its own. */
  readonly maxRuntimeMs?: number | undefined
  /** One JSON object on stdout at the end. */
  readonly summary?: 'json' | undefined
  /** A file in the place of the lock's name, or `none`. */
  readonly lockFile?: string | undefined
  /** Where redkite console finds it, or `none`; a run without end has a place of its own. */
  readonly control?: string | undefined
  readonly http?: HttpFlags | undefined
}

/** Runs every sink of the given files until stopped, or until all have caught up; the first error's exit code, or 0. */
export async function run(options: RunOptions, io: Io): Promise<number> {
  const output = new RunOutput(options, io)
  const startedMs = performance.now()
  try {
    return await new Run(options, io, output).run()
  } catch (error) {
    if (!(error instanceof RedkiteError)) throw error
    const exitCode = output.fail(error)
    if (options.summary === 'json') {
      io.out(`${unbegunJson(error, { exitCode, elapsedMs: performance.now() - startedMs })}\n`)
    }
    return exitCode
  }
}

class Run {
  readonly #startedMs = performance.now()
  readonly #roster = new Roster()
  readonly #manager: ServiceManager
  /** Warnings in the log of each sink. */
  readonly #warnings = new Map<string, number>()
  /** What somebody, or the time, asked for. */
  #stopped: 'stopped' | 'max-runtime' | undefined
  /** Resolves when that comes before the sinks are open, with what went wrong until then: nothing. */
  readonly #stoppedEarly = Promise.withResolvers<readonly Failure[]>()
  #isOpen = false
  /** What `--http` shows. */
  #shown: Shown | undefined

  constructor(
    readonly options: RunOptions,
    readonly io: Io,
    readonly output: RunOutput,
  ) {
    this.#manager = serviceManager(io.env)
  }

  async run(): Promise<number> {
    const { options, io, output } = this
    const { log } = output
    // Before anything is said: who has read the first line may well end the run.
    io.onStop(() => this.#signalled())
    const hangup = new Hangup(io, options.untilCaughtUp, () => this.#signalled())
    const setup = this.#read()
    for (const warning of setup.warnings) log.warn(warning)
    for (const notice of setup.notices) log.info(notice)
    const sinks = setup.sinks.map(({ name, topics }) => `${name}: topics ${topics.text}`)
    log.info(`redkite ${version}, ${sinks.join('; ')}`, { event: 'start', version })

    const lock = await takeLock(setup, options)
    if (lock !== undefined) io.onExit(lock.release)
    if (options.maxRuntimeMs !== undefined) setTimeout(() => this.#stop('max-runtime'), options.maxRuntimeMs)
    this.#shown = options.http && (await import('./http.ts')).openHttp(options.http, setup, log, io)
    const unopened = await Promise.race([this.#roster.open(this.#plan(setup)), this.#stoppedEarly.promise])
    if (unopened.length > 0 || this.#stopped !== undefined) return this.#end(unopened)
    this.#isOpen = true
    this.#shown?.follow(setup, this.#roster.sinks)
    hangup.reloadsBy(this.#reloader())
    await this.#openControl()

    const unwatch = watch({
      sinks: () => this.#roster.sinks,
      all: () => this.#roster.all,
      progress: output.startProgress(),
      isLive: output.isLive,
      manager: this.#manager,
      warnings: (sink) => this.#warnings.get(sink) ?? 0,
      log,
    })
    const runMs = performance.now()
    const failures = await this.#roster.run((sink, error) => this.#shown?.ended(sink, error))
    unwatch()
    const elapsedMs = performance.now() - runMs
    const { all } = this.#roster
    for (const sink of all) {
      this.#logOf(sink.name, all.length).info(summaryLine(sink, elapsedMs), summaryFields(sink, elapsedMs))
    }
    return this.#end(failures)
  }

  #read(): Setup {
    const { files, sets, isReplay = false } = this.options
    const setup = readSetup(files, { sets, env: this.io.env })
    return isReplay ? { ...setup, sinks: setup.sinks.map(replaySettings) } : setup
  }

  #plan(setup: Setup): PlannedSink[] {
    return setup.sinks.map((settings, index) => ({
      settings,
      fingerprint: setup.fingerprints[index]!,
      open: () => this.#open(settings, setup),
    }))
  }

  #open(settings: SinkSettings, { worker, sinks }: Setup): Promise<RunningSink> {
    const { name, tasksMax } = settings
    const { options, io, output } = this
    const { files, sets, untilCaughtUp, isReplay = false } = options
    // Tasks name themselves. One alone needs no thread of its own: the main one has little else to do.
    const log = overheard(tasksMax > 1 ? output.log : this.#logOf(name, sinks.length), (level) => {
      if (level !== 'info') this.#warnings.set(name, (this.#warnings.get(name) ?? 0) + 1)
    })
    if (tasksMax > 1) return startTasks(tasksMax, { files, sets, env: io.env, sink: name, untilCaughtUp }, log)
    return superviseSink({
      settings,
      worker,
      untilCaughtUp,
      isReplay,
      log,
      readAgain: () => this.#read().sinks.find((sink) => sink.name === name) ?? settings,
    })
  }

  /** Its lines name the sink where there are several, and for whoever reads fields. */
  #logOf(sink: string, sinks: number): Log {
    const { log } = this.output
    return sinks > 1 || this.options.logFormat === 'json' ? log.named(sink) : log
  }

  async #openControl(): Promise<void> {
    const { options, io, output } = this
    if (options.control === undefined && options.untilCaughtUp) return
    const { controlPath, openControl } = await import('./run-control.ts')
    const path = controlPath(options, io.env, this.#roster.sinks[0]!.name)
    if (path === undefined) return
    const close = await openControl(path, options.control !== undefined, this.#roster, output)
    io.onExit(close)
  }

  #signalled(): void {
    if (this.#stopped !== undefined) this.io.exit(exit.interrupted)
    this.#stop('stopped')
  }

  #stop(why: 'stopped' | 'max-runtime'): void {
    if (this.#stopped !== undefined) return
    this.#stopped = why
    // Nothing was read yet, so there is nothing to finish.
    if (!this.#isOpen) {
      this.#stoppedEarly.resolve([])
      return
    }
    const { log } = this.output
    if (why === 'stopped')
      log.info('stopping: finishing what was read; a second signal ends at once', { event: 'stop' })
    else log.info('stopping, as --max-runtime is over: finishing what was read', { event: 'stop' })
    const settings = this.#roster.sinks.flatMap(({ name }) => this.#roster.settingsOf(name) ?? [])
    this.#manager.stopping(Math.max(0, ...settings.map(({ shutdownTimeoutMs }) => shutdownTimeoutMs)) + stopMoreMs)
    this.#roster.stop()
  }

  #reloader(): () => void {
    const { output } = this
    let setup: Setup
    const reloader = new Reloader({
      roster: this.#roster,
      log: output.log,
      plan: () => {
        setup = this.#read()
        for (const warning of setup.warnings) output.log.warn(warning)
        return this.#plan(setup)
      },
      changed: () => this.#shown?.follow(setup, this.#roster.sinks),
      began: () => this.#manager.reloading(),
      ended: () => this.#manager.ready('reloaded'),
    })
    return () => reloader.request()
  }

  /** Says how it ended; the exit code is that of what failed first. */
  #end(failures: readonly Failure[]): number {
    const { options, io, output } = this
    const sinks = this.#roster.all
    const several = sinks.length > 1 || failures.length > 1
    const codes = failures.map(({ sink, error }) => output.fail(error, several ? sink : undefined))
    const isCaughtUp = options.untilCaughtUp && this.#isOpen && sinks.every((one) => one.standing().isCaughtUp)
    const isTimeUp = this.#stopped === 'max-runtime' && !isCaughtUp
    const reason: EndReason =
      codes.length > 0 ? 'error' : isTimeUp ? 'max-runtime' : isCaughtUp ? 'caught-up' : 'stopped'
    const endings = { 'max-runtime': exit.timeUp, 'caught-up': exit.ok, error: exit.internal }
    const asked = reason === 'stopped' ? (options.untilCaughtUp ? exit.notCaughtUp : exit.ok) : endings[reason]
    const exitCode = codes[0] ?? asked
    const left = this.#isOpen
      ? 'stopped before all that was there at the start was in Milvus; the next run goes on from there'
      : 'stopped before both Kafka and Milvus had answered: nothing was read'
    if (codes.length === 0 && options.untilCaughtUp && !isCaughtUp) output.log.warn(left)
    else if (codes.length === 0 && !this.#isOpen) output.log.info(left)
    if (options.summary === 'json') {
      io.out(`${summaryJson(sinks, { reason, exitCode, failures, elapsedMs: performance.now() - this.#startedMs })}\n`)
    }
    return exitCode
  }
}

/** Beside what the sinks take to finish: leaving the group, and closing connections. */
const stopMoreMs = 15_000

/** A run with an end is kept from overlapping with the next; one without shares the partitions with whoever joins its group. */
async function takeLock({ sinks }: Setup, { untilCaughtUp, lockFile: path }: RunOptions): Promise<RunLock | undefined> {
  if (path === 'none' || (path === undefined && !untilCaughtUp)) return undefined
  if (path !== undefined) {
    const { lockFile } = await import('../lock/file-lock.ts')
    return lockFile(path, sinks.map(({ name }) => name).join(', '))
  }
  const { lockName, lockNames } = await import('../lock/run-lock.ts')
  return lockNames(
    sinks.map(({ name, groupId, consumer }) => lockName(name, String(consumer['bootstrap.servers']), groupId)),
  )
}
