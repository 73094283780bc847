import type { RedkiteError } from '../errors/errors.ts'
import type { Header } from '../kafka/header.ts'

/** A record of a binary format written as JSON text, for what works on JSON: transforms, and keys that are records or numbers. */
export interface RecordText {
  /** Writes the record `bytes[start…end]`; 0, or a negative reason. The text before is overwritten. */
  write(bytes: Uint8Array, start: number, end: number): number
  /** The text is `bytes[0…length]`, with room behind it that scanners may read and write. */
  readonly bytes: Uint8Array
  readonly length: number
  /** Whether `turnTo` is to be called with each record's headers, before `write`. */
  readonly wantsHeaders?: boolean
  turnTo?(headers: readonly Header[]): void
  /** What was wrong with the last record that `write` refused. */
  failure(): RedkiteError
}
