import { readdirSync, readFileSync } from 'node:fs'

/** What a process uses, from /proc, while it runs. The kernel counts a thread's time in nanoseconds, a process's only in hundredths of a second. */
export interface Usage {
  readonly atMs: number
  /** CPU of all threads that live. */
  readonly threadsMs: number
  /** Of the thread that decodes. */
  readonly mainThreadMs: number
  readonly rssBytes: number
}

const pageBytes = 4096

/** Undefined when the process has ended. */
export function usageOf(pid: number): Usage | undefined {
  try {
    let threadsMs = 0
    let mainThreadMs = 0
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const ms = Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6
      threadsMs += ms
      if (Number(thread) === pid) mainThreadMs = ms
    }
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return { atMs: performance.now(), threadsMs, mainThreadMs, rssBytes: pages * pageBytes }
  } catch {
    return undefined
  }
}

/** Looks at a process again and again until it ends. */
export class Watch {
  readonly samples: Usage[] = []
  readonly #timer: Timer

  constructor(
    readonly pid: number,
    everyMs = 50,
  ) {
    this.#timer = setInterval(() => {
      const usage = usageOf(pid)
      if (usage !== undefined) this.samples.push(usage)
    }, everyMs)
  }

  stop(): readonly Usage[] {
    clearInterval(this.#timer)
    return this.samples
  }
}
