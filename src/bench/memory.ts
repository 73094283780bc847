/** The most memory that the process has held since this began to look. The kernel keeps the peak, and forgets it when told to; elsewhere looks are all there is. */
import { readFileSync, writeFileSync } from 'node:fs'

export class PeakMemory {
  peakBytes = 0
  readonly #isKept: boolean

  constructor() {
    this.#isKept = forgetPeak()
    this.look()
  }

  look(): void {
    this.peakBytes = Math.max(this.peakBytes, (this.#isKept ? keptPeak() : undefined) ?? process.memoryUsage.rss())
  }
}

/** 5 is for the peak alone: proc(5), clear_refs. */
function forgetPeak(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
    return true
  } catch {
    return false
  }
}

function keptPeak(): number | undefined {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))
  return found === null ? undefined : Number(found[1]) * 1024
}
