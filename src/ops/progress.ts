/**
 * How a run gets on, for whoever watches: a line that stays at the bottom of a terminal, or a line of the log each half minute where there
 * is none. What the figures are made of is in ops/rate.ts and ops/figures.ts.
 */
import { MultiBar } from 'cli-progress'
import { type Figures, figuresLine } from './figures.ts'
import type { Fields } from './log.ts'
import { Rate } from './rate.ts'

/** Where all sinks of the process together stand. */
export interface Standing {
  /** Rows that Milvus acknowledged since the start. */
  readonly rows: number
  /** Records still to be read: up to the goal where there is one, else up to the partitions' ends. Undefined while it is not known. */
  readonly lag: number | undefined
  /** Records between the start and the goal; undefined for a run without end. */
  readonly goal: number | undefined
}

export interface Progress {
  update(standing: Standing, nowMs: number): void
  /** Writes a line without tearing the progress line. */
  print(line: string): void
  /** Leaves nothing of it on the screen; may be called twice. */
  stop(): void
}

/** The terminal's own: long log lines wrap, the progress line never does. */
const wrap = { on: '\x1B[?7h', off: '\x1B[?7l' }

/** One line at the bottom of a terminal, redrawn in place. `onExit` runs its argument if the process ends in any other way than by `stop`. */
export function terminalProgress(stream: NodeJS.WriteStream, onExit: (run: () => void) => void): Progress {
  const rate = new Rate()
  let figures: Figures = { rows: 0, rowsPerSecond: 0, lag: undefined, goal: undefined }
  const bars = new MultiBar({
    stream,
    format: (_, { maxWidth }) => figuresLine(figures, maxWidth),
    clearOnComplete: true,
    hideCursor: true,
    linewrap: false,
    // A log line takes the place of the progress line: it must be drawn again below even when its figures are the same.
    forceRedraw: true,
    fps: 5,
    gracefulExit: false,
  })
  bars.create(1, 0)
  let stopped = false
  const stop = () => {
    if (stopped) return
    stopped = true
    bars.stop()
  }
  onExit(stop)
  return {
    update({ rows, lag, goal }, nowMs) {
      figures = { rows, rowsPerSecond: rate.add(rows, nowMs), lag, goal }
    },
    print(line) {
      bars.log(`${wrap.on}${line}${wrap.off}`)
      bars.update()
    },
    stop,
  }
}

/** Without a terminal a line of figures this often. */
export const lineIntervalMs = 30_000

/** Without a terminal: a line an interval, through the log. */
export function lineProgress(
  write: (text: string) => void,
  say: (message: string, fields: Fields) => void,
  intervalMs: number,
): Progress {
  const rate = new Rate(intervalMs)
  let saidMs: number | undefined
  return {
    update({ rows, lag, goal }, nowMs) {
      // The first figures are those of the start, which the rate is counted from.
      if (saidMs === undefined || nowMs - saidMs >= intervalMs) {
        const rowsPerSecond = rate.add(rows, nowMs)
        if (saidMs !== undefined) {
          const line = figuresLine({ rows, rowsPerSecond, lag, goal })
          say(line, { event: 'progress', rows, rowsPerSecond: Math.round(rowsPerSecond), lag, goal })
        }
        saidMs = nowMs
      }
    },
    print: write,
    stop() {},
  }
}

/** Says nothing, for `--quiet`. */
export function noProgress(write: (text: string) => void): Progress {
  return { update() {}, print: write, stop() {} }
}
