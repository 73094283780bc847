import { readFileSync } from 'node:fs'

/** What a process uses, from /proc: of itself and of its main thread, while it runs. */
export interface Usage {
  readonly atMs: number
  /** CPU of all its threads. */
  readonly cpuMs: number
  /** Of the thread that decodes. */
  readonly mainThreadMs: number
  readonly rssBytes: number
}

/** Undefined when the process has ended. */
export function usageOf(pid: number): Usage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return {
      atMs: performance.now(),
      // The kernel counts in hundredths of a second here, in nanoseconds per thread.
      cpuMs: (Number(fields[11]) + Number(fields[12])) * 10,
      mainThreadMs: Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
      rssBytes: pages * 4096,
    }
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
    everyMs = 20,
  ) {
    this.#timer = setInterval(() => {
      const usage = usageOf(pid)
      if (usage !== undefined) this.samples.push(usage)
    }, everyMs)
  }

  get last(): Usage | undefined {
    return this.samples.at(-1)
  }

  stop(): readonly Usage[] {
    clearInterval(this.#timer)
    return this.samples
  }
}
