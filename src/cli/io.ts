import { exit } from '../errors/exit.ts'

/**
 * What a verb knows of the outside: where it writes, what it may read, whether a person looks on. Passed in, so that a test reads what
 * a person would.
 */
export interface Io {
  /** Data and reports. */
  readonly out: (text: string) => void
  /** Logs, progress, errors. */
  readonly err: (text: string) => void
  readonly env: Readonly<Record<string, string | undefined>>
  /** The terminal that stderr is, if it is one that can move its cursor. */
  readonly terminal: NodeJS.WriteStream | undefined
  readonly colours: boolean
  /** Asks the person on the terminal, where there is one to answer. */
  readonly ask?: (question: string) => Promise<string>
  /** Calls back on each SIGINT and SIGTERM. */
  onStop(stop: () => void): void
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
  const terminal = process.stderr.isTTY && process.env.TERM !== 'dumb' ? process.stderr : undefined
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    env: process.env,
    terminal,
    // https://no-color.org: any value but the empty one.
    colours: terminal !== undefined && !process.env.NO_COLOR,
    ...(terminal !== undefined && process.stdin.isTTY ? { ask } : {}),
    onStop(stop) {
      process.on('SIGINT', stop)
      process.on('SIGTERM', stop)
    },
    onHangup: (run) => void process.on('SIGHUP', run),
    onExit: (run) => void process.on('exit', run),
    exit: (code) => process.exit(code),
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
