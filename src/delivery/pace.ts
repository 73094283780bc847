/**
 * How fast rows may be sent while Milvus limits their rate: a number of rows a second that halves at each refusal, grows by as much a second
 * as brings it back to where it was refused within five, and doubles every two seconds beyond, where nothing has been refused yet. So a
 * limit is followed closely, a limit that is raised or gone is found within seconds, and there is none while Milvus does not complain.
 *
 * It follows from the time of the last refusal alone: no timer, and nothing to be told while nothing is sent.
 */

/** A Milvus that takes nothing for hours is asked this often, not never. */
const rowsPerSecondMin = 10
const regainMs = 5_000
const doubleMs = 2_000
/** So long without a refusal, and the limit is gone. */
const forgetMs = 30_000
/** A request of more rows than this takes is cut, lest Milvus be sent seconds' worth of rows at once. */
const requestMs = 250
/** What is written is measured over so long, for the first refusal to have something to halve. */
const measureMs = 1_000

export class Pace {
  /** What was under way together is refused together, for one cause: only the first refusal of a round counts. */
  round = 0
  /** What was refused. */
  #tooMuch = 0
  #refusedMs = Number.NEGATIVE_INFINITY
  #readyMs = Number.NEGATIVE_INFINITY
  #measured = 0
  #windowMs = Number.NEGATIVE_INFINITY
  #windowRows = 0

  /** undefined: as many as there are. */
  rowsPerSecond(nowMs: number): number | undefined {
    const sinceMs = nowMs - this.#refusedMs
    if (sinceMs >= forgetMs) return undefined
    const grown = sinceMs < regainMs ? 0.5 + sinceMs / regainMs / 2 : 2 ** ((sinceMs - regainMs) / doubleMs)
    return Math.max(rowsPerSecondMin, this.#tooMuch * grown)
  }

  /** Rows that one request may have now. */
  rowsAtOnce(nowMs: number): number {
    const rate = this.rowsPerSecond(nowMs)
    return rate === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor((rate * requestMs) / 1_000))
  }

  /** When the next request may be sent: in the past, while there is no limit. */
  get readyMs(): number {
    return this.#readyMs
  }

  sent(rows: number, nowMs: number): void {
    const rate = this.rowsPerSecond(nowMs)
    if (rate !== undefined) this.#readyMs = Math.max(nowMs, this.#readyMs) + (rows / rate) * 1_000
  }

  written(rows: number, nowMs: number): void {
    const passedMs = nowMs - this.#windowMs
    if (passedMs >= measureMs) {
      // After a pause the window is no measure of anything.
      this.#measured = passedMs < 2 * measureMs ? (this.#windowRows / passedMs) * 1_000 : 0
      this.#windowMs = nowMs
      this.#windowRows = 0
    }
    this.#windowRows += rows
  }

  /** `round` is that in which the refused request was sent. */
  slowDown(round: number, rows: number, nowMs: number): void {
    if (round !== this.round) return
    this.round++
    this.#tooMuch = this.rowsPerSecond(nowMs) ?? Math.max(this.#measured, this.#windowRows, rows)
    this.#refusedMs = nowMs
  }
}
