import { DynamicText, quotedName } from './dynamic-text.ts'

/** What one record has of a few of its fields, as the text of a JSON object: a field that comes twice is in it twice. */
export class CapturedFields {
  readonly text = new DynamicText()
  private readonly quoted: readonly Uint8Array[]

  constructor(readonly names: readonly string[]) {
    this.quoted = names.map(quotedName)
  }

  begin(): void {
    this.text.begin()
  }

  /** Takes the value in `bytes[from…to]`, which is JSON, for one of the names. */
  take(which: number, bytes: Uint8Array, from: number, to: number): void {
    this.text.name(this.quoted[which]!)
    this.text.rawBytes(bytes, from, to)
  }

  /** The object is whole. */
  end(): void {
    this.text.byte(0x7d)
  }
}
