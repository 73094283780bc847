/** What the scheduler says of the thread that asks. Linux counts it in nanoseconds in /proc; other systems have nothing of the kind. */
import { readFileSync } from 'node:fs'

export interface ThreadTime {
  /** On a core. */
  readonly cpuMs: number
  /** Ready to run, with every core taken by somebody else. */
  readonly coreWaitMs: number
}

export function threadTime(): ThreadTime | undefined {
  try {
    const [cpuNs, waitNs] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')
    return { cpuMs: Number(cpuNs) / 1e6, coreWaitMs: Number(waitNs) / 1e6 }
  } catch {
    return undefined
  }
}
