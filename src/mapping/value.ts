/**
 * A JSON value on its way through transforms. What nobody looks into stays a span of the record's text and is copied as bytes: a vector is
 * never parsed here. Numbers keep their digits, because an int64 does not fit a JavaScript number and a float's digits are the column's to round.
 */
import type { Text } from './text.ts'

export type Value = null | boolean | string | Digits | Span | Items | Fields

/** A value that has been looked at: what is inside it may still be spans. */
export type Opened = Exclude<Value, Span>

/** An object. The order is that of the text; of a name that comes twice the last value stays. */
export type Fields = Map<string, Value>

export type Items = readonly Value[]

/** Text of a value that was checked to be JSON, and not read yet. Good until its text takes the next record. */
export class Span {
  constructor(
    readonly text: Text,
    readonly from: number,
    readonly to: number,
  ) {}

  get isNull(): boolean {
    return this.text.byteAt(this.from) === 110
  }

  get isObject(): boolean {
    return this.text.byteAt(this.from) === 123
  }

  /** What is in it if it is an object. */
  fields(): Fields | undefined {
    return this.isObject ? (this.text.read(this.from, this.to) as Fields) : undefined
  }
}

/** A number as it is written. */
export class Digits {
  constructor(readonly text: string) {}

  /** Connect's Long, as its JsonConverter tells them: no point, no exponent. */
  get isWhole(): boolean {
    const { text } = this
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i)
      if ((c < 48 || c > 57) && c !== 45) return false
    }
    return true
  }
}

/** What a value is, in words for a message; never what it says. */
export function kindOf(value: Opened): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return 'a string'
  if (typeof value === 'boolean') return 'a boolean'
  if (value instanceof Digits) return 'a number'
  return value instanceof Map ? 'an object' : 'an array'
}
