import { JsonText } from './json-text.ts'

/** What one record has of a few of its fields: their values as JSON, one behind the other in one text. Of a field that comes twice the last value counts. */
export class CapturedFields {
  readonly text = new JsonText()
  /** Which of the names came, in the order in which each came first. */
  readonly order: Int32Array
  /** How many did. */
  count = 0
  /** Where the value of each begins and ends in `text`. */
  readonly from: Int32Array
  readonly to: Int32Array
  private open = -1

  constructor(readonly names: readonly string[]) {
    this.order = new Int32Array(names.length)
    this.from = new Int32Array(names.length)
    this.to = new Int32Array(names.length)
  }

  begin(): void {
    this.text.clear()
    this.count = 0
    this.open = -1
  }

  /** What is written to `text` from now on is the value of one of the names. */
  name(which: number): void {
    this.end()
    if (!this.hasCome(which)) this.order[this.count++] = which
    this.from[which] = this.text.length
    this.open = which
  }

  /** Takes the value in `bytes[from…to]`, which is JSON. */
  take(which: number, bytes: Uint8Array, from: number, to: number): void {
    this.name(which)
    this.text.rawBytes(bytes, from, to)
  }

  /** The last value is whole. */
  end(): void {
    if (this.open >= 0) this.to[this.open] = this.text.length
  }

  private hasCome(which: number): boolean {
    for (let i = 0; i < this.count; i++) if (this.order[i] === which) return true
    return false
  }
}
