import { MultiBar } from 'cli-progress'

/** Where all sinks of the process together stand. */
export interface Standing {
  /** Rows that Milvus acknowledged since the start. */
  readonly rows: number
  /** Records that were read since the start. */
  readonly records: number
  /** Records between what was read and the partitions' ends; undefined while they are not known. */
  readonly lag: number | undefined
}

export interface Progress {
  update(standing: Standing, nowMs: number): void
  /** Writes a line without tearing the progress line. */
  print(line: string): void
  stop(): void
}

/** Rows a second over the last few seconds, so that the figure follows what happens now yet can be read. */
export class Rate {
  readonly #samples: { atMs: number; rows: number }[] = []

  constructor(readonly spanMs = 5_000) {}

  add(rows: number, nowMs: number): number {
    this.#samples.push({ atMs: nowMs, rows })
    while (this.#samples.length > 2 && nowMs - this.#samples[1]!.atMs >= this.spanMs) this.#samples.shift()
    const first = this.#samples[0]!
    return nowMs === first.atMs ? 0 : ((rows - first.rows) * 1_000) / (nowMs - first.atMs)
  }
}

/** One line at the bottom of a terminal, redrawn in place: a bar where there is a goal, figures alone where the run has no end. */
export function terminalProgress(stream: NodeJS.WriteStream, hasGoal: boolean): Progress {
  const figures = '{rows} rows · {rate} rows/s · lag {lag}'
  const bars = new MultiBar({
    stream,
    format: hasGoal ? `{bar} {percentage}% · ${figures} · {left}` : figures,
    clearOnComplete: true,
    hideCursor: true,
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    fps: 5,
    gracefulExit: false,
    linewrap: false,
  })
  const bar = bars.create(1, 0, { rows: '0', rate: '0', lag: '…', left: '' })
  const rate = new Rate()
  return {
    update({ rows, records, lag }, nowMs) {
      const perSecond = rate.add(rows, nowMs)
      if (lag !== undefined) bar.setTotal(Math.max(1, records + lag))
      bar.update(records, {
        rows: count(rows),
        rate: count(perSecond),
        lag: lag === undefined ? '…' : count(lag),
        left: lag === undefined || perSecond < 1 ? '' : `${duration(lag / perSecond)} left`,
      })
    },
    print(line) {
      bars.log(line)
      bars.update()
    },
    stop: () => bars.stop(),
  }
}

/** Without a terminal: a line an interval, through the log. */
export function lineProgress(
  write: (line: string) => void,
  say: (message: string) => void,
  intervalMs: number,
): Progress {
  const rate = new Rate(intervalMs)
  let saidMs: number | undefined
  return {
    update({ rows, lag }, nowMs) {
      saidMs ??= nowMs
      if (nowMs - saidMs < intervalMs) return
      saidMs = nowMs
      say(
        `${count(rows)} rows written, ${count(rate.add(rows, nowMs))} rows/s, lag ${lag === undefined ? 'not known yet' : count(lag)}`,
      )
    },
    print: write,
    stop() {},
  }
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
