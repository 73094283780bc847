/**
 * A server's process that cannot outlive the tests: it is stopped by name, killed when the test process exits, and killed by the kernel
 * (PR_SET_PDEATHSIG) when the test process dies without a word.
 */
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import type { Subprocess } from 'bun'

export interface ChildOptions {
  readonly name: string
  readonly command: readonly string[]
  /** Takes stdout and stderr. */
  readonly logFile: string
  readonly cwd?: string
  readonly env?: Record<string, string | undefined>
  /** Lets it run on when this process ends (test/servers/by-hand.ts). */
  readonly outlive?: boolean
}

const running = new Set<Child>()

process.on('exit', () => {
  for (const child of running) {
    child.signal('SIGKILL')
  }
})

export class Child {
  readonly name: string
  readonly pid: number
  private readonly logFile: string
  private readonly process: Subprocess

  constructor(options: ChildOptions) {
    this.name = options.name
    this.logFile = options.logFile
    const log = openSync(options.logFile, 'a')
    this.process = Bun.spawn([...(options.outlive ? [] : diesWithParent), ...options.command], {
      cwd: options.cwd ?? process.cwd(),
      env: { ...process.env, ...options.env },
      stdin: 'ignore',
      stdout: log,
      stderr: log,
      detached: options.outlive ?? false,
    })
    closeSync(log)
    this.pid = this.process.pid
    this.process.unref()
    if (!options.outlive) {
      running.add(this)
      void this.process.exited.then(() => running.delete(this))
    }
  }

  get exited(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.exited) {
      this.process.kill(signal)
    }
  }

  /** SIGTERM, and SIGKILL when that took longer than `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.signal('SIGTERM')
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs)
    await this.process.exited
    clearTimeout(timer)
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.process.exited
  }

  /** Asks `ready` again and again; the process's end or the deadline becomes an error with the end of its log. */
  async until(ready: () => boolean | Promise<boolean>, deadlineMs: number): Promise<void> {
    const deadline = performance.now() + deadlineMs
    while (!(await ready())) {
      if (this.exited) {
        throw new Error(`${this.name} ended while starting\n${this.logEnd()}`)
      }
      if (performance.now() > deadline) {
        await this.kill()
        throw new Error(`${this.name} was not ready within ${deadlineMs} ms\n${this.logEnd()}`)
      }
      await Bun.sleep(25)
    }
  }

  log(): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8') : ''
  }

  private logEnd(): string {
    const lines = this.log().split('\n')
    // A Go program says why it ends above the stacks of all its goroutines, which are hundreds of lines.
    const reason = lines.findLastIndex((line) => /^(panic|fatal error|SIG[A-Z]+):/.test(line))
    return (reason < 0 ? lines.slice(-40) : lines.slice(reason, reason + 40)).join('\n')
  }
}

const setpriv = Bun.which('setpriv')

/**
 * In front of a command: the kernel kills it when this process ends, however that ends. `setpriv` replaces itself by the command, so the
 * process id stays the command's own. Its path is given whole, as some commands get an environment without one.
 */
export const diesWithParent: readonly string[] = setpriv ? [setpriv, '--pdeathsig', 'KILL', '--'] : []

/** Starts a server that was prepared; stops what there is of one that does not come up. */
export async function started<Server extends { restart(): Promise<void>; stop(): Promise<void> }>(
  server: Server,
): Promise<Server> {
  try {
    await server.restart()
  } catch (error) {
    await server.stop()
    throw error
  }
  return server
}
