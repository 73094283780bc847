import type { JsonColumn } from '../../columns/json.ts'
import { JsonText } from './json-text.ts'

/** The object that a row's dynamic field gets: the fields of the record that the collection does not name. */
export class DynamicText extends JsonText {
  begin(): void {
    this.clear()
    this.byte(0x7b)
  }

  /** `quoted` is the field's name as JSON; its value comes next. */
  name(quoted: Uint8Array): void {
    if (this.length > 1) this.byte(0x2c)
    this.rawBytes(quoted, 0, quoted.length)
    this.byte(0x3a)
  }

  /** Ends the object and the column's open row with it. */
  put(column: JsonColumn): void {
    this.byte(0x7d)
    const start = column.wire.start(this.length + 16)
    const out = column.wire.bytes
    for (let at = 0; at < this.length; at++) out[start + 2 + at] = this.bytes[at]!
    column.end(start, start + 2 + this.length)
  }
}

const encoder = new TextEncoder()

export function quotedName(name: string): Uint8Array {
  return encoder.encode(JSON.stringify(name))
}
