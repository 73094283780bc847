/** Rows a second over the last few seconds, so that the figure follows what happens now yet can be read. */
export class Rate {
  readonly #samples: { readonly atMs: number; readonly rows: number }[] = []

  constructor(readonly spanMs = 5_000) {}

  /** Takes the count as it is at `nowMs`; 0 until there is a second one to compare it with. */
  add(rows: number, nowMs: number): number {
    this.#samples.push({ atMs: nowMs, rows })
    while (this.#samples.length > 2 && nowMs - this.#samples[1]!.atMs >= this.spanMs) this.#samples.shift()
    const first = this.#samples[0]!
    return nowMs === first.atMs ? 0 : ((rows - first.rows) * 1_000) / (nowMs - first.atMs)
  }
}
