import { quotedName } from './dynamic-text.ts'
import { JsonText } from './json-text.ts'
import { putJson } from './put-json.ts'
import { putLong, takesNumbers } from './put-number.ts'
import type { Target } from './target.ts'

/** Where a value comes from that a record gets and its bytes do not have. */
export type InsertedSource =
  | 'topic'
  | 'partition'
  | 'offset'
  | 'timestamp'
  | { readonly text: string }
  /** What becomes of the topic. */
  | { readonly ofTopic: (topic: string) => string }

/** A text or a whole number that is put into rows by the rules for values of JSON records. */
export class InsertedValue {
  readonly quotedName: Uint8Array
  private readonly text = new JsonText()
  private current: string | undefined
  private number = Number.NaN
  /** Whether `text` says the number: most go into their column without. */
  private written = false

  constructor(
    /** The field of the row. */
    readonly field: string,
    readonly source: InsertedSource,
  ) {
    this.quotedName = quotedName(field)
    if (typeof source === 'object' && 'text' in source) this.setText(source.text)
  }

  setText(text: string): void {
    if (text === this.current) return
    this.current = text
    this.text.clear()
    this.text.raw(JSON.stringify(text))
    this.written = true
  }

  /** A whole number that is exact. */
  setNumber(number: number): void {
    this.number = number
    this.written = false
  }

  /** Opens the target's row; 0 or a fault. */
  put(target: Target): number {
    if (this.current === undefined && takesNumbers(target.field.type)) {
      return putLong(target, Math.floor(this.number / 4294967296), this.number | 0)
    }
    this.write()
    return putJson(this.text, target)
  }

  /** Adds it to a text as JSON. */
  copyTo(out: JsonText): void {
    this.write()
    out.rawBytes(this.text.bytes, 0, this.text.length)
  }

  private write(): void {
    if (this.written) return
    this.text.clear()
    this.text.whole(this.number)
    this.written = true
  }
}
