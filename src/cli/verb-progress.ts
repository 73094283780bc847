/** How a verb that reads topics gets on: a bar on a terminal, elsewhere a line on stderr now and then. */
import { exit } from '../errors/exit.ts'
import { readingLine } from '../ops/figures.ts'
import { lineIntervalMs, type Progress, terminalProgress } from '../ops/progress.ts'
import { Rate } from '../ops/rate.ts'
import type { Io } from './io.ts'

export interface VerbProgress {
  read(done: number, goal: number): void
  /** Leaves nothing of it on the screen; what is read after it begins anew. */
  rest(): void
}

/** A signal ends the verb by way of the exit, which gives a terminal with a bar on it its cursor back, and is heard as process 1 of a container too. */
export function verbProgress(io: Io, now = () => performance.now()): VerbProgress {
  io.onStop(() => io.exit(exit.interrupted))
  return io.terminal === undefined ? linesOf(io, now) : barOn(io.terminal, io, now)
}

function barOn(terminal: NodeJS.WriteStream, io: Io, now: () => number): VerbProgress {
  let bar: Progress | undefined
  const rest = () => {
    bar?.stop()
    bar = undefined
  }
  io.onExit(rest)
  return {
    read(done, goal) {
      bar ??= terminalProgress(terminal, () => {})
      bar.update({ rows: done, lag: goal - done, goal }, now())
    },
    rest,
  }
}

function linesOf({ err }: Io, now: () => number): VerbProgress {
  let rate: Rate | undefined
  let saidMs = 0
  return {
    read(done, goal) {
      const nowMs = now()
      const isFirst = rate === undefined
      if (!isFirst && nowMs - saidMs < lineIntervalMs) return
      rate ??= new Rate(lineIntervalMs)
      const perSecond = rate.add(done, nowMs)
      if (!isFirst) err(`${readingLine(done, goal, perSecond)}\n`)
      saidMs = nowMs
    },
    rest() {
      rate = undefined
    },
  }
}
