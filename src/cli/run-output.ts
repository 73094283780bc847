/** Where a run says what: its log, its progress, its errors, in the form that was asked for. */
import { asFailure } from '../errors/errors.ts'
import { createLog, type Level, type Log, type LogFormat, Threshold } from '../ops/log.ts'
import { lineIntervalMs, lineProgress, noProgress, type Progress, terminalProgress } from '../ops/progress.ts'
import { dim, red, yellow } from './colours.ts'
import { folded } from './fold.ts'
import type { Io } from './io.ts'
import { withLevel } from './journal.ts'
import { report, warningsOf } from './report.ts'

export interface OutputOptions {
  /** Warnings and errors alone, and no progress. */
  readonly quiet?: boolean
  readonly logLevel?: Level
  readonly logFormat?: LogFormat
}

/** Where a line of the log goes on: time and level stand out. */
const lineIndent = 2

export class RunOutput {
  readonly threshold: Threshold
  readonly log: Log
  readonly #io: Io
  readonly #options: OutputOptions
  #print: (line: string) => void

  constructor(options: OutputOptions, io: Io) {
    const { quiet = false, logLevel = quiet ? 'warn' : 'info', logFormat: format = 'text' } = options
    this.#io = io
    this.#options = options
    this.#print = io.err
    this.threshold = new Threshold(logLevel)
    this.log = createLog({
      write: (line, level) => {
        const fitting = format === 'json' ? line : folded(line, io.errScreen.columns, lineIndent)
        this.#print(io.isJournal ? withLevel(level, fitting) : fitting)
      },
      now: () => new Date(),
      format,
      threshold: this.threshold,
      ...(io.errScreen.colours ? { colour: paint } : {}),
    })
  }

  /** Whether figures are drawn in place, for somebody who looks on. */
  get isLive(): boolean {
    return this.#io.terminal !== undefined && this.#options.quiet !== true && !this.#isJson
  }

  /** From now on log lines do not tear the progress line, until `stop`. */
  startProgress(): Progress {
    const progress = this.isLive
      ? terminalProgress(this.#io.terminal!, this.#io.onExit)
      : this.#options.quiet
        ? noProgress(this.#io.err)
        : lineProgress(this.#io.err, (message, fields) => this.log.info(message, fields), lineIntervalMs)
    this.#print = (line) => progress.print(line)
    return {
      ...progress,
      stop: () => {
        progress.stop()
        this.#print = this.#io.err
      },
    }
  }

  /** Says how an error ends the run, and gives the exit code. `sink` is its name where there are several. */
  fail(error: unknown, sink?: string): number {
    for (const warning of warningsOf(error)) this.log.warn(warning)
    if (!this.#isJson) return report(error, this.#io, sink)
    const log = sink === undefined ? this.log : this.log.named(sink)
    const { message, code, exit } = asFailure(error)
    log.error(message, { event: 'failed', code, exit })
    return exit
  }

  get #isJson(): boolean {
    return this.#options.logFormat === 'json'
  }
}

function paint(level: Level, text: string): string {
  if (level === 'info') return dim(text)
  return level === 'warn' ? yellow(text) : red(text)
}
