import type { Field } from '../milvus/schema.ts'
import type { KeyColumn } from './column.ts'
import { TextualColumn } from './textual.ts'

/** A byte order mark at the start of a key is part of it. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Rows of a VARCHAR field: `StringArray.data`. */
export class VarCharColumn extends TextualColumn implements KeyColumn {
  /** Milvus counts bytes, not characters; not every version of it checks. */
  readonly lengthBytesMax: number

  constructor(field: Field, rowsHint: number) {
    super(field, 6, rowsHint)
    this.lengthBytesMax = field.maxLengthBytes ?? 65_535
  }

  /** False if the text is longer than the field takes. */
  override end(start: number, textEnd: number): boolean {
    if (textEnd - start - 2 > this.lengthBytesMax) return false
    this.wire.endText(start, textEnd)
    return true
  }

  hash(row: number): number {
    return this.wire.hash(row)
  }

  sameKey(row: number, other: KeyColumn, otherRow: number): boolean {
    return this.wire.same(row, (other as VarCharColumn).wire, otherRow)
  }

  putFrom(other: KeyColumn, otherRow: number): void {
    this.wire.putFrom((other as VarCharColumn).wire, otherRow)
  }

  keyAt(row: number): string {
    const { bytes, ends } = this.wire
    // Tag and length stand before the text.
    let at = ends[row]! + 1
    while (bytes[at++]! >= 128);
    return decoder.decode(bytes.subarray(at, ends[row + 1]!))
  }
}
