import type { VarCharColumn } from '../columns/varchar.ts'

const encoder = new TextEncoder()

/**
 * `pk.mode=kafka`: the text `topic-partition-offset` as the key. The same record makes the same key each time it is read, so reading it again
 * after a crash overwrites its row instead of adding one.
 */
export class PlaceKey {
  readonly #prefixes: Uint8Array[] = []

  /** Opens a row of `column`, of a VARCHAR field; false when the text is longer than the field takes. */
  put(column: VarCharColumn, assignment: number, topic: string, partition: number, offset: number): boolean {
    this.#prefixes[assignment] ??= encoder.encode(`${topic}-${partition}-`)
    const prefix = this.#prefixes[assignment]
    const start = column.wire.start(prefix.length + 24)
    const { bytes } = column.wire
    let at = start + 2
    for (let i = 0; i < prefix.length; i++) bytes[at++] = prefix[i]!
    let digits = 1
    for (let rest = offset; rest >= 10; rest = Math.floor(rest / 10)) digits++
    const end = at + digits
    for (let rest = offset, i = end - 1; i >= at; i--) {
      const tenth = Math.floor(rest / 10)
      bytes[i] = 48 + rest - tenth * 10
      rest = tenth
    }
    return column.end(start, end)
  }
}
