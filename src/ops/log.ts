/**
 * One line an event, on stderr: time, level, message. Data and reports go to stdout; this never does. Callers never pass a row's values or a
 * secret.
 */
export interface Log {
  info(message: string): void
  warn(message: string): void
  error(message: string): void
  /** A log whose lines name the sink, for a process that runs several. */
  named(name: string): Log
}

export interface LogOptions {
  readonly write: (line: string) => void
  readonly now: () => Date
  /** Wraps the level in a terminal's colours; the identity where there is no terminal. */
  readonly colour?: (level: Level, text: string) => string
  readonly name?: string
}

export type Level = 'info' | 'warn' | 'error'

export function createLog(options: LogOptions): Log {
  const line = (level: Level, message: string): void => {
    const label = options.colour?.(level, level.padEnd(5)) ?? level.padEnd(5)
    const name = options.name === undefined ? '' : `[${options.name}] `
    options.write(`${options.now().toISOString()} ${label} ${name}${oneLine(message)}\n`)
  }
  return {
    info: (message) => line('info', message),
    warn: (message) => line('warn', message),
    error: (message) => line('error', message),
    named: (name) => createLog({ ...options, name }),
  }
}

/** A server's text may hold line breaks, and commands to the terminal. */
function oneLine(message: string): string {
  return message.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
}

/** Says the same thing at most once an interval: a broker that is down says so many times a second. */
export class RateLimited {
  readonly #lastMs = new Map<string, number>()

  constructor(
    readonly intervalMs: number,
    readonly now: () => number,
  ) {}

  say(key: string, line: () => void): void {
    const last = this.#lastMs.get(key)
    const nowMs = this.now()
    if (last !== undefined && nowMs - last < this.intervalMs) return
    this.#lastMs.set(key, nowMs)
    line()
  }
}
