import { quotedName } from './dynamic-text.ts'
import type { FieldChanges } from './field-changes.ts'
import { JsonText } from './json-text.ts'
import { putJson } from './put-json.ts'
import { putLong, takesNumbers } from './put-number.ts'
import type { Target } from './target.ts'

/** Where a value comes from that a record gets and its bytes do not have. */
export type GivenSource =
  | 'topic'
  | 'partition'
  | 'offset'
  | 'timestamp'
  | { readonly text: string }
  /** What becomes of the topic. */
  | { readonly ofTopic: (topic: string) => string }

/** What `FieldChanges` makes of the record's own fields: the field of this name, or the primary key in the record's key. */
export type ChangedSource = 'key' | { readonly changed: string }

export type InsertedSource = GivenSource | ChangedSource

/** A text, a whole number or JSON that is put into rows by the rules for values of JSON records. */
export class InsertedValue {
  readonly quotedName: Uint8Array
  /** Whether the record has one: a field may be missing behind a change as before it. */
  isHere = true
  private readonly text = new JsonText()
  private current: string | undefined
  private number = Number.NaN
  private isNumber = false
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
    this.isNumber = true
    this.written = false
  }

  /** Takes what has become of the record's fields, if that is its source. */
  takeChange(changes: FieldChanges): void {
    const { source, text } = this
    if (source !== 'key' && !(typeof source === 'object' && 'changed' in source)) return
    text.clear()
    this.isHere = source === 'key' ? changes.writeKey(text) : changes.write(source.changed, text)
    this.written = true
  }

  /** Opens the target's row; 0 or a fault. */
  put(target: Target): number {
    if (!this.isHere) return target.putMissing()
    if (this.isNumber && takesNumbers(target.field.type)) {
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
