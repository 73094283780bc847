/** `redkite bench`: how fast a sink is on this machine, into a Milvus or into none, and what holds it up. */
import { bench as runBench } from '../bench/bench.ts'
import type { BenchOptions } from '../bench/options.ts'
import { headLines, recommendationLines, runLines, sweepLines } from '../bench/report.ts'
import { exit } from '../errors/exit.ts'
import { createLog, Threshold } from '../ops/log.ts'
import { lineIntervalMs, lineProgress, terminalProgress } from '../ops/progress.ts'
import { folded } from './fold.ts'
import type { Io } from './io.ts'

export interface BenchFlags extends BenchOptions {
  readonly json: boolean
}

export async function bench(flags: BenchFlags, io: Io): Promise<number> {
  const progress =
    io.terminal === undefined
      ? lineProgress(io.err, (message) => io.err(`${message}\n`), lineIntervalMs)
      : terminalProgress(io.terminal, io.onExit)
  const log = createLog({
    write: (line) => progress.print(line),
    now: () => new Date(),
    threshold: new Threshold('warn'),
  })
  const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<void>()
  let isInterrupted = false
  io.onStop(() => {
    if (isInterrupted) io.exit(exit.interrupted)
    isInterrupted = true
    if (!flags.json) {
      progress.print('ending: what was measured is shown, what was made is dropped; a second signal ends at once\n')
    }
    interrupt()
  })
  const isSweep = flags.cells.length > 1
  try {
    const result = await runBench(flags, {
      env: io.env,
      log,
      interrupted,
      onExit: io.onExit,
      onStage: (text) => {
        if (io.terminal !== undefined) progress.print(`${text}\n`)
      },
      onProgress: (rows, goal) => {
        progress.update(
          { rows, goal, lag: goal === undefined ? undefined : Math.max(0, goal - rows) },
          performance.now(),
        )
      },
      onRun: (report, done, all) => {
        if (isSweep && io.terminal !== undefined) progress.print(`${done} of ${all}:${sweepLines([report])[1]}\n`)
      },
    })
    progress.stop()
    if (result !== undefined && flags.json) io.out(`${JSON.stringify(result)}\n`)
    else if (result !== undefined) {
      const lines = isSweep ? sweepLines(result.runs) : result.runs.flatMap(runLines)
      const advice = result.recommended === undefined ? [] : recommendationLines(result.recommended)
      io.out(folded([...headLines(result), ...lines, ...advice, ''].join('\n'), io.outScreen.columns))
    }
  } finally {
    progress.stop()
  }
  return isInterrupted ? exit.interrupted : exit.ok
}
