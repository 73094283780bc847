/**
 * Memory that large requests are written into, and used again when Milvus has answered for them. New memory for each has JavaScriptCore look for
 * garbage after every fourth request, though there is none, and the kernel look for pages.
 *
 * There are never more blocks than requests were under way at once, and none stay where large requests have ceased.
 */

/** Smaller requests are the collector's. */
const blockBytesMin = 65_536
/** The requests of a sink differ by a row or so. */
const roundedToBytes = 262_144
const idleMsDefault = 10_000

export class FrameMemory {
  #idle: ArrayBuffer[] = []
  #look: Timer | undefined
  #isInUse = false

  /** Blocks that nobody has taken for `idleMs`, or twice that, are given up. */
  constructor(private readonly idleMs = idleMsDefault) {}

  /** So many bytes or more; what they hold is what was written there last. */
  take(bytes: number): ArrayBuffer {
    if (bytes < blockBytesMin) return new ArrayBuffer(bytes)
    this.#isInUse = true
    const fitting = this.#idle.findLastIndex((block) => block.byteLength >= bytes)
    if (fitting >= 0) return this.#idle.splice(fitting, 1)[0]!
    // Requests have grown: a larger block takes the place of one that is too small.
    this.#idle.shift()?.transfer(0)
    return Buffer.allocUnsafeSlow(Math.ceil(bytes / roundedToBytes) * roundedToBytes).buffer
  }

  /** A block that was taken and that nobody reads any more. */
  giveBack(block: ArrayBuffer): void {
    if (block.byteLength < blockBytesMin) return
    this.#idle.push(block)
    this.#look ??= setInterval(() => this.#giveUpIdle(), this.idleMs).unref()
  }

  /** Gives up what is not in use, now and not when the collector comes. */
  clear(): void {
    clearInterval(this.#look)
    this.#look = undefined
    for (const block of this.#idle) block.transfer(0)
    this.#idle = []
  }

  #giveUpIdle(): void {
    if (!this.#isInUse) this.clear()
    this.#isInUse = false
  }
}
