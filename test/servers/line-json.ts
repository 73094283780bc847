/**
 * A long-running process that answers JSON requests, one a line: {id, method, params} in, {id, result} or {id, error} out. It saves the
 * second that a JVM or a Python with pymilvus takes to start, a call.
 *
 * Integers beyond 2^53 arrive as bigint and may be sent as bigint, so that an int64 is never rounded on the way.
 */
import { closeSync, openSync, readFileSync } from 'node:fs'
import type { Subprocess } from 'bun'
import { diesWithParent } from './child.ts'

interface Waiting {
  readonly overdue: NodeJS.Timeout
  resolve(result: unknown): void
  reject(error: Error): void
}

/** A test that waits for an answer runs into its own deadline without a word of what it waited for: so it is said here, once. */
const overdueMs = 30_000

export class LineJsonProcess {
  readonly pid: number
  private readonly process: Subprocess<'pipe', 'pipe', number>
  private readonly waiting = new Map<number, Waiting>()
  private lastId = 0

  constructor(
    readonly name: string,
    command: readonly string[],
    readonly logFile: string,
  ) {
    const log = openSync(logFile, 'a')
    this.process = Bun.spawn([...diesWithParent, ...command], { stdin: 'pipe', stdout: 'pipe', stderr: log })
    closeSync(log)
    this.pid = this.process.pid
    this.process.unref()
    void this.read()
  }

  call<Result>(method: string, params: unknown = {}): Promise<Result> {
    const id = ++this.lastId
    const answer = new Promise<Result>((resolve, reject) => {
      const overdue = setTimeout(() => {
        console.error(`${this.name}, process ${this.pid}: no answer to ${method} within ${overdueMs / 1000} s`)
      }, overdueMs)
      overdue.unref()
      this.waiting.set(id, { overdue, resolve: resolve as (result: unknown) => void, reject })
    })
    this.process.stdin.write(`${JSON.stringify({ id, method, params }, bigintAsNumber)}\n`)
    this.process.stdin.flush()
    return answer
  }

  async stop(): Promise<void> {
    this.process.kill('SIGKILL')
    await this.process.exited
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder()
    // Pieces of a line that is not complete yet; joined once, because an answer can be many megabytes.
    let pieces: string[] = []
    for await (const chunk of this.process.stdout) {
      const lines = decoder.decode(chunk, { stream: true }).split('\n')
      for (const [i, line] of lines.entries()) {
        pieces.push(line)
        if (i < lines.length - 1) {
          this.settle(pieces.join(''))
          pieces = []
        }
      }
    }
    for (const waiting of this.waiting.values()) {
      clearTimeout(waiting.overdue)
      waiting.reject(new Error(`${this.name} ended\n${readFileSync(this.logFile, 'utf8').slice(-2000)}`))
    }
    this.waiting.clear()
  }

  private settle(line: string): void {
    const { id, result, error } = JSON.parse(line, exactIntegers)
    const waiting = this.waiting.get(id)
    this.waiting.delete(id)
    clearTimeout(waiting?.overdue)
    if (error === undefined) {
      waiting?.resolve(result)
    } else {
      waiting?.reject(new Error(error))
    }
  }
}

/** `JSON.rawJSON` and the reviver's third argument are newer than TypeScript's library. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON

function bigintAsNumber(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? rawJson(value.toString()) : value
}

const exactIntegers = ((_key: string, value: unknown, context: { source: string }): unknown => {
  const rounded = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context.source)
  return rounded ? BigInt(context.source) : value
}) as (key: string, value: unknown) => unknown
