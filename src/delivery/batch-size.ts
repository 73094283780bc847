/**
 * How many bytes a batch may have before it is sent. Requests are small as long as Milvus keeps up, because small ones are answered soon and hold
 * little memory. While Milvus is what everything waits for, they are made larger step by step, for as long as that has it take more bytes a second:
 * a server with a high price for each request is found out that way, and one that has reached its knee is left there.
 *
 * It learns from batches that are sealed and bytes that were acknowledged, over stretches of several batches: one request says little.
 */

export interface BatchSizeLimits {
  readonly leastBytes: number
  /** The same as `leastBytes`: all batches have that size. */
  readonly mostBytes: number
}

/** A stretch is measured over so many batches, and at least so long. */
const stretchBatches = 8
const stretchMs = 500
/** After a step so many batches are let pass, which are mostly of the size before. */
const settlingBatches = 5
/** A larger size is kept when it brings so much more. */
const worthwhile = 1.05
/** So many stretches after a step that brought nothing, it is tried again: what a server can take changes. */
const stretchesBeforeRetry = 40
/** So many stretches in which Milvus kept up, and batches are smaller again. */
const stretchesBeforeSmaller = 4

export class BatchSize {
  /** For batches that are being filled now. */
  bytes: number
  readonly #leastBytes: number
  #mostBytes: number
  #stretch: { readonly sinceMs: number; readonly acknowledgedBytes: number } | undefined
  #batches = 0
  #waited = 0
  /** Requests of the size before are still under way: the stretch that is running measures nothing. */
  #settling = false
  /** What the size before this one brought; undefined when this one has been judged. */
  #before: { readonly bytes: number; readonly bytesPerMs: number } | undefined
  #holdStretches = 0
  #easyStretches = 0

  constructor({ leastBytes, mostBytes }: BatchSizeLimits) {
    this.bytes = leastBytes
    this.#leastBytes = leastBytes
    this.#mostBytes = mostBytes
  }

  /** A batch was sealed; `waits` for Milvus, because as many requests as may be are under way. */
  sealed(nowMs: number, acknowledgedBytes: number, waits: boolean): void {
    if (this.#mostBytes <= this.#leastBytes) return
    this.#batches++
    if (waits) this.#waited++
    this.#stretch ??= { sinceMs: nowMs, acknowledgedBytes }
    const { sinceMs, acknowledgedBytes: acknowledgedBefore } = this.#stretch
    if (this.#batches < (this.#settling ? settlingBatches : stretchBatches) || nowMs - sinceMs < stretchMs) return
    const isBehind = this.#waited >= this.#batches * 0.9
    const bytesPerMs = (acknowledgedBytes - acknowledgedBefore) / (nowMs - sinceMs)
    this.#stretch = { sinceMs: nowMs, acknowledgedBytes }
    this.#batches = 0
    this.#waited = 0
    if (isBehind) this.#behind(bytesPerMs)
    else this.#keepsUp()
  }

  /** Milvus has refused a request for its size, which was about that of the batches. */
  tooLarge(): void {
    this.#mostBytes = Math.max(this.#leastBytes, Math.floor(this.bytes / 2))
    this.#become(this.#mostBytes)
    this.#before = undefined
  }

  #behind(bytesPerMs: number): void {
    this.#easyStretches = 0
    if (this.#settling) {
      this.#settling = false
      return
    }
    if (this.#before !== undefined && bytesPerMs < this.#before.bytesPerMs * worthwhile) {
      this.#become(this.#before.bytes)
      this.#before = undefined
      this.#holdStretches = stretchesBeforeRetry
      return
    }
    this.#before = undefined
    if (this.#holdStretches > 0) {
      this.#holdStretches--
      return
    }
    const larger = Math.min(this.#mostBytes, this.bytes * 2)
    if (larger === this.bytes) return
    this.#before = { bytes: this.bytes, bytesPerMs }
    this.#become(larger)
  }

  #keepsUp(): void {
    this.#before = undefined
    this.#settling = false
    if (++this.#easyStretches < stretchesBeforeSmaller) return
    this.#easyStretches = 0
    this.bytes = Math.max(this.#leastBytes, Math.floor(this.bytes / 2))
  }

  #become(bytes: number): void {
    this.bytes = bytes
    this.#settling = true
  }
}
