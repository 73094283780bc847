/** While sinks run: how they stand, drawn or logged for a person, and told to systemd with its watchdog. */

import type { ServiceManager } from '../notify/service-manager.ts'
import { Vitality } from '../notify/vitality.ts'
import { figuresLine } from '../ops/figures.ts'
import type { Log } from '../ops/log.ts'
import type { Progress, Standing } from '../ops/progress.ts'
import { Rate } from '../ops/rate.ts'
import type { RunningSink } from '../sink/running.ts'

export interface WatchOptions {
  readonly sinks: () => readonly RunningSink[]
  /** Those that a reload took away count too. */
  readonly all: () => readonly RunningSink[]
  readonly progress: Progress
  readonly isLive: boolean
  readonly manager: ServiceManager
  /** Warnings in the log of a sink so far. */
  readonly warnings: (sink: string) => number
  readonly log: Log
}

/** A terminal is looked at; a log must not wake an idle process five times a second. */
const drawIntervalMs = { live: 200, log: 1_000 }
const statusIntervalMs = 5_000
/** Longer than a request's deadline and the longest wait between two tries, so that a sink that still tries is never taken for dead. */
const stillMsMax = 300_000

/** Ends with what it returns. */
export function watch(options: WatchOptions): () => void {
  const { progress, isLive, manager } = options
  manager.ready(statusText(options.sinks(), new Rate()))
  const timers = [
    setInterval(
      () => progress.update(standing(options.all()), performance.now()),
      isLive ? drawIntervalMs.live : drawIntervalMs.log,
    ),
    ...watchService(options),
  ]
  return () => {
    for (const timer of timers) clearInterval(timer)
    progress.stop()
  }
}

function watchService(options: WatchOptions): Timer[] {
  const { manager, sinks, warnings, log } = options
  if (!manager.isListening) return []
  const rate = new Rate()
  const status = setInterval(() => manager.status(statusText(sinks(), rate)), statusIntervalMs)
  if (manager.watchdogMs === undefined) return [status]
  const vitality = new Vitality(stillMsMax)
  let said = ''
  const look = async () => {
    const signs = await Promise.all(
      sinks().map(async (sink) => ({ name: sink.name, tasks: await sink.detail(), warnings: warnings(sink.name) })),
    )
    const still = vitality.look(signs, performance.now()).join(', ')
    if (still === '') manager.alive()
    else if (still !== said) log.error(`${still} stands still: systemd's watchdog hears nothing until it moves`)
    said = still
  }
  manager.alive()
  // A third of the time, so that one that comes late does no harm.
  return [status, setInterval(() => void look(), manager.watchdogMs / 3)]
}

function statusText(sinks: readonly RunningSink[], rate: Rate): string {
  const { rows, lag } = standing(sinks)
  const names = sinks.length === 1 ? sinks[0]!.name : `${sinks.length} sinks`
  return `${names}: ${figuresLine({ rows, rowsPerSecond: rate.add(rows, performance.now()), lag, goal: undefined })}`
}

function standing(sinks: readonly RunningSink[]): Standing {
  let rows = 0
  let lag: number | undefined = 0
  let goal: number | undefined = 0
  for (const one of sinks) {
    const now = one.standing()
    rows += now.counts.written
    lag = now.lag === undefined || lag === undefined ? undefined : lag + now.lag
    goal = now.goal === undefined || goal === undefined ? undefined : goal + now.goal
  }
  return { rows, lag, goal }
}
