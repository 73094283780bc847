/**
 * How much Milvus is given at once: how many bytes a batch may have before it is sent, and how many requests may be unanswered. Requests
 * are small and few as long as Milvus keeps up, because such are answered soon and hold little memory. While Milvus is what everything
 * waits for, one step at a time is tried, and kept for what it brings: larger batches and more requests if more bytes a second are taken
 * by it, fewer requests if no fewer are, for then they only waited inside Milvus. So a server with a high price for each request gets
 * large ones, a far one gets many, one that does one after the other gets them so, and one that has reached its knee is left there.
 *
 * It learns from batches that are sealed and bytes that were acknowledged, over stretches of several batches: one request says little.
 */

export interface LoadLimits {
  /** Batches begin with the least. The same twice: all have that size. */
  readonly bytes: { readonly least: number; readonly most: number }
  /** The same three times: always so many. */
  readonly requests: { readonly least: number; readonly first: number; readonly most: number }
}

/** Batches that a sink has beside those whose requests are unanswered: one is being filled, one waits. */
export const batchesBeside = 2

/** A stretch is measured over so many batches, and at least so long. */
const stretchBatches = 8
const stretchMs = 1_000
/** Over so many after so long: a server that takes a second for a batch would otherwise be given the wrong ones for long. */
const longStretchBatches = 4
const longStretchMs = 3_000
/** A stretch sees everything that may be unanswered come and go so often: requests that were sent together are answered together. */
const stretchRounds = 2
/** Milvus is what everything waits for when there was no room for another row for so much of a stretch. */
const blockedShare = 0.3
/** So many times in turn that no step brought anything, and it is left alone for so many stretches: what a server can take changes. */
const stretchesBeforeRetry = 40
/** So many stretches in which Milvus kept up, and batches are smaller again. */
const stretchesBeforeSmaller = 4

/** Steps in the order in which they are tried, with how many times the bytes a second each must bring to be kept. */
const steps = { fewerRequests: 1, largerBatches: 1.08, moreRequests: 1.08 } as const
type Step = keyof typeof steps
const stepsInTurn = Object.keys(steps) as Step[]

interface Setting {
  readonly bytes: number
  readonly requests: number
}

export class Load implements Setting {
  /** For batches that are being filled now. */
  bytes: number
  /** That may be unanswered. */
  requests: number
  readonly #limits: LoadLimits
  /** What batches may hold together, however they are sized: the memory of the first number of the largest. */
  readonly #heldBytesMax: number
  #bytesMax: number
  #stretch: { readonly sinceMs: number; readonly acknowledgedBytes: number; readonly blockedMs: number } | undefined
  #batches = 0
  /** Batches to pass before a stretch says something: those under way are of the setting before. */
  #settling = 0
  /** The setting before the step that is on trial, and what it brought. */
  #trial: { readonly step: Step; readonly before: Setting; readonly bytesPerMs: number } | undefined
  #turn = 0
  /** Steps in a row that brought nothing. */
  #vain = 0
  #holdStretches = 0
  #easyStretches = 0

  constructor(limits: LoadLimits) {
    const { bytes, requests } = limits
    this.#limits = limits
    this.bytes = bytes.least
    this.requests = requests.first
    this.#settling = this.batches
    this.#bytesMax = bytes.most
    this.#heldBytesMax = (requests.first + batchesBeside) * bytes.most
  }

  /** Batches that may be under way at once, the one being filled included. */
  get batches(): number {
    return this.requests + batchesBeside
  }

  /** A batch was sealed; until now there was no room for another row for `blockedMs` in all. */
  sealed(nowMs: number, acknowledgedBytes: number, blockedMs: number): void {
    if (this.#settling > 0) {
      this.#settling--
      return
    }
    const began = this.#stretch
    if (began === undefined) {
      this.#stretch = { sinceMs: nowMs, acknowledgedBytes, blockedMs }
      return
    }
    this.#batches++
    const tookMs = nowMs - began.sinceMs
    if (tookMs < stretchMs || this.#batches % this.requests !== 0 || this.#batches < this.#leastBatches(tookMs)) return
    this.#stretch = { sinceMs: nowMs, acknowledgedBytes, blockedMs }
    this.#batches = 0
    if (blockedMs - began.blockedMs < tookMs * blockedShare) this.#keepsUp()
    else this.#behind((acknowledgedBytes - began.acknowledgedBytes) / tookMs)
  }

  #leastBatches(tookMs: number): number {
    return tookMs < longStretchMs ? Math.max(stretchBatches, stretchRounds * this.requests) : longStretchBatches
  }

  /** Requests failed: what is acknowledged now says nothing about what Milvus takes when it is well. */
  disturbed(): void {
    this.#measureAnew()
  }

  /** Milvus has refused a request for its size, which was about that of the batches. */
  tooLarge(): void {
    this.#bytesMax = Math.max(this.#limits.bytes.least, Math.floor(this.bytes / 2))
    this.#become({ bytes: this.#bytesMax, requests: this.requests })
    this.#trial = undefined
  }

  #behind(bytesPerMs: number): void {
    this.#easyStretches = 0
    if (this.#trial !== undefined) {
      const { step, before, bytesPerMs: bytesPerMsBefore } = this.#trial
      this.#trial = undefined
      if (bytesPerMs < bytesPerMsBefore * steps[step]) {
        this.#inVain()
        this.#become(before)
        return
      }
      this.#vain = 0
    }
    if (this.#holdStretches > 0) {
      this.#holdStretches--
      return
    }
    this.#tryNext(bytesPerMs)
  }

  /** The same step again if it was worth it, else the next that there is room for. */
  #tryNext(bytesPerMs: number): void {
    for (const _ of stepsInTurn) {
      const step = stepsInTurn[this.#turn % stepsInTurn.length]!
      const next = this.#after(step)
      if (next !== undefined) {
        this.#trial = { step, before: { bytes: this.bytes, requests: this.requests }, bytesPerMs }
        this.#become(next)
        return
      }
      this.#inVain()
      if (this.#holdStretches > 0) return
    }
  }

  #inVain(): void {
    this.#turn++
    if (++this.#vain < stepsInTurn.length) return
    this.#vain = 0
    this.#holdStretches = stretchesBeforeRetry
  }

  /** Where memory is short, larger batches take it from requests and more requests take it from batches; undefined: there is no such step. */
  #after(step: Step): Setting | undefined {
    const { bytes, requests } = this
    const { least, most } = this.#limits.requests
    const leastBytes = this.#limits.bytes.least
    let next: Setting
    if (step === 'fewerRequests') {
      next = { bytes, requests: Math.max(least, requests >> 1) }
    } else if (step === 'moreRequests') {
      const more = Math.min(most, requests * 2)
      next = { requests: more, bytes: Math.max(leastBytes, Math.min(bytes, this.#fitting(more))) }
    } else {
      const larger = Math.min(this.#bytesMax, bytes * 2)
      next = { bytes: larger, requests }
      while (this.#fitting(next.requests) < larger && next.requests > least) {
        next = { bytes: larger, requests: Math.max(least, next.requests >> 1) }
      }
    }
    if (next.bytes === bytes && next.requests === requests) return undefined
    return this.#fitting(next.requests) < next.bytes ? undefined : next
  }

  /** The size from which batches were doubled, or so many times twice it as memory allows beside so many requests. */
  #fitting(requests: number): number {
    const share = this.#heldBytesMax / (requests + batchesBeside)
    return this.#limits.bytes.least * 2 ** Math.floor(Math.log2(share / this.#limits.bytes.least))
  }

  #keepsUp(): void {
    this.#trial = undefined
    if (++this.#easyStretches < stretchesBeforeSmaller) return
    this.#easyStretches = 0
    this.bytes = Math.max(this.#limits.bytes.least, Math.floor(this.bytes / 2))
  }

  #become({ bytes, requests }: Setting): void {
    const batchesBefore = this.batches
    this.bytes = bytes
    this.requests = requests
    this.#settling = Math.max(batchesBefore, this.batches)
    this.#measureAnew()
  }

  #measureAnew(): void {
    this.#stretch = undefined
    this.#batches = 0
  }
}
