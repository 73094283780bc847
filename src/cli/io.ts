import { readFileSync } from 'node:fs'
import { exit } from '../errors/exit.ts'
import { systemReason } from '../errors/system.ts'
import { isJournal } from './journal.ts'

/** What a stream is to whoever looks on. */
export interface Screen {
  readonly colours: boolean
  /** Of a terminal; undefined where the stream is none. */
  readonly columns: number | undefined
}

/**
 * What a verb knows of the outside: where it writes, what it may read, whether a person looks on. Passed in, so that a test reads what
 * a person would.
 */
export interface Io {
  /** Data and reports. */
  readonly out: (text: string) => void
  readonly outScreen: Screen
  /** Why not all of it could be written, if so. */
  outFailure(): string | undefined
  /** Logs, progress, errors. */
  readonly err: (text: string) => void
  readonly errScreen: Screen
  /** stderr is systemd's journal. */
  readonly isJournal: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  /** The terminal that stderr is, if it is one that can move its cursor. */
  readonly terminal: NodeJS.WriteStream | undefined
  /** Asks the person on the terminal, where there is one to answer. */
  readonly ask?: (question: string) => Promise<string>
  /** Calls back on each SIGINT and SIGTERM. */
  onStop(stop: () => void): void
  /** Whoever started it had SIGHUP ignored, as nohup(1) does. */
  readonly ignoresHangup: boolean
  /** Calls back on each SIGHUP. */
  onHangup(run: () => void): void
  /** Calls back when the process ends, however it does short of SIGKILL. */
  onExit(run: () => void): void
  /** Ends the process at once. */
  exit(code: number): never
}

export function processIo(): Io {
  // Where nobody takes the output any more (`| head`, a full disk), the work goes on: a log must not stop the data.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  let outFailure: string | undefined
  const written = (error?: NodeJS.ErrnoException | null) => {
    // Who reads only the first lines has what they wanted.
    if (error && error.code !== 'EPIPE') outFailure ??= systemReason(error)
  }
  const terminal = process.stderr.isTTY && process.env.TERM !== 'dumb' ? process.stderr : undefined
  return {
    out: (text) => void process.stdout.write(text, written),
    outFailure: () => outFailure,
    outScreen: screenOf(process.stdout),
    err: (text) => void process.stderr.write(text),
    errScreen: screenOf(process.stderr),
    isJournal: isJournal(process.env),
    env: process.env,
    terminal,
    ...(terminal !== undefined && process.stdin.isTTY ? { ask } : {}),
    onStop(stop) {
      process.on('SIGINT', stop)
      process.on('SIGTERM', stop)
    },
    ignoresHangup: ignoresHangup(),
    onHangup: (run) => void process.on('SIGHUP', run),
    onExit: (run) => void process.on('exit', run),
    exit: (code) => process.exit(code),
  }
}

/** Bit 0 is signal 1. */
function ignoresHangup(): boolean {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    return mask !== undefined && (BigInt(`0x${mask}`) & 1n) === 1n
  } catch {
    return false
  }
}

function screenOf(stream: NodeJS.WriteStream): Screen {
  return {
    // https://no-color.org: any value but the empty one.
    colours: stream.isTTY === true && process.env.TERM !== 'dumb' && !process.env.NO_COLOR,
    /** It may change while a verb runs. */
    get columns() {
      return stream.isTTY ? stream.columns : undefined
    },
  }
}

async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  let isAnswered = false
  // Readline takes Ctrl-C and Ctrl-D for itself, and would leave the question open.
  lines.on('SIGINT', () => lines.close())
  lines.on('close', () => {
    if (!isAnswered) process.exit(exit.interrupted)
  })
  const answer = await lines.question(question)
  isAnswered = true
  lines.close()
  return answer
}
