/** What another process uses while it runs, from /proc: the kernel counts a process's time in hundredths of a second, a thread's in nanoseconds. */
import { readdirSync, readFileSync } from 'node:fs'

const msPerTick = 10
const pageBytes = 4096

/** CPU of all threads that a process has and had. proc_pid_stat(5): the name is in brackets and may have blanks; `utime` and `stime` are fields 14 and 15. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * msPerTick
}

export interface Usage {
  readonly atMs: number
  /** CPU of each thread that lives, by its number. */
  readonly threadsMs: ReadonlyMap<number, number>
  /** Of the thread that decodes. */
  readonly mainThreadMs: number
  readonly rssBytes: number
}

/** Undefined when the process has ended. */
export function usageOf(pid: number): Usage | undefined {
  try {
    const threadsMs = new Map<number, number>()
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const ms = Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6
      threadsMs.set(Number(thread), ms)
    }
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return { atMs: performance.now(), threadsMs, mainThreadMs: threadsMs.get(pid)!, rssBytes: pages * pageBytes }
  } catch {
    return undefined
  }
}

/** CPU of a process between two looks, in percent of a core. What a thread took that has ended meanwhile is not seen. */
export function busyPercent(before: Usage, after: Usage): number {
  const ms = [...after.threadsMs].reduce((sum, [thread, now]) => sum + now - (before.threadsMs.get(thread) ?? 0), 0)
  return (100 * ms) / (after.atMs - before.atMs)
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
