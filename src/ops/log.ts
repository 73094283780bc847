/**
 * One line an event, on stderr: time, level, message; or with `--log-format json` an object, whose fields are in docs/logs.md. Data and reports
 * go to stdout; this never does. Callers never pass a row's values or a secret.
 */
export interface Log {
  /** `fields` are the message's figures, for JSON alone. */
  info(message: string, fields?: Fields): void
  warn(message: string, fields?: Fields): void
  error(message: string, fields?: Fields): void
  /** A log whose lines name the sink, for a process that runs several. */
  named(name: string): Log
}

export type Fields = Readonly<Record<string, string | number | boolean | undefined>>

/** From the most talkative. */
export const levels = ['info', 'warn', 'error'] as const
export type Level = (typeof levels)[number]

export const logFormats = ['text', 'json'] as const
export type LogFormat = (typeof logFormats)[number]

/** The least level that is written; it may be changed while the process runs. */
export class Threshold {
  constructor(public level: Level) {}

  passes(level: Level): boolean {
    return levels.indexOf(level) >= levels.indexOf(this.level)
  }
}

export interface LogOptions {
  readonly write: (line: string, level: Level) => void
  readonly now: () => Date
  readonly format?: LogFormat
  readonly threshold?: Threshold
  /** Wraps the level in a terminal's colours; the identity where there is no terminal. */
  readonly colour?: (level: Level, text: string) => string
  readonly name?: string
}

export function createLog(options: LogOptions): Log {
  const lineOf = options.format === 'json' ? jsonLine : textLine
  const say = (level: Level, message: string, fields: Fields = {}): void => {
    if (options.threshold?.passes(level) ?? true)
      options.write(`${lineOf(options, level, oneLine(message), fields)}\n`, level)
  }
  return {
    info: (message, fields) => say('info', message, fields),
    warn: (message, fields) => say('warn', message, fields),
    error: (message, fields) => say('error', message, fields),
    named: (name) => createLog({ ...options, name }),
  }
}

function textLine({ now, name, colour }: LogOptions, level: Level, message: string): string {
  const label = colour?.(level, level.padEnd(5)) ?? level.padEnd(5)
  return `${now().toISOString()} ${label} ${name === undefined ? '' : `[${name}] `}${message}`
}

function jsonLine({ now, name }: LogOptions, level: Level, message: string, fields: Fields): string {
  return JSON.stringify({ time: now().toISOString(), level, sink: name, message, ...fields })
}

/** A server's text may hold line breaks, and commands to the terminal. */
export function oneLine(message: string): string {
  return message.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
}

/** A log that also tells of each line of it, those of its named logs too. */
export function overheard(log: Log, heard: (level: Level) => void): Log {
  const each = (level: Level) => (message: string, fields?: Fields) => {
    heard(level)
    log[level](message, fields)
  }
  return {
    ...{ info: each('info'), warn: each('warn'), error: each('error') },
    named: (name) => overheard(log.named(name), heard),
  }
}
