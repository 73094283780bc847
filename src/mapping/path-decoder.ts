import type { ColumnBatch } from '../columns/batch.ts'
import type { RowDecoder } from '../decode/decoder.ts'
import { failure } from '../errors/errors.ts'
import { OuterDecoder } from './outer-decoder.ts'
import { valueInside } from './path.ts'
import { unwrapPayload } from './payload.ts'
import { Unfit } from './record.ts'
import { Text } from './text.ts'
import { type Fields, Span, type Value } from './value.ts'
import { Writer } from './writer.ts'

/**
 * `field.mapping` with paths: takes fields of the collection from inside the record. What a path leads into is used up by that, the record's other fields
 * stay what they are.
 */
export class PathDecoder extends OuterDecoder {
  private readonly text = new Text()
  private readonly writer = new Writer()
  private readonly usedUp: ReadonlySet<string>

  /** @param fields names of the collection's fields: a record's field that has one of them is not used up by a path into it */
  constructor(
    private readonly mapping: ReadonlyMap<string, readonly string[]>,
    fields: ReadonlySet<string>,
    private readonly envelope: boolean,
    rows: RowDecoder,
  ) {
    super(rows)
    const outer = [...mapping.values()].map((path) => path[0]!).filter((name) => !fields.has(name) || mapping.has(name))
    this.usedUp = new Set([...outer, ...mapping.keys()])
  }

  decode(bytes: Uint8Array, start: number, end: number, batch: ColumnBatch): number {
    this.error = undefined
    const whole = this.text.take(bytes, start, end)
    const value = whole !== undefined && this.envelope ? unwrapPayload(whole) : whole
    const record = value instanceof Span ? value.fields() : undefined
    // What is no object is for those to refuse who know what it should be.
    if (record === undefined) return this.rows.decode(bytes, start, end, batch)
    const row: Fields = new Map()
    for (const [name, value] of record) if (!this.usedUp.has(name)) row.set(name, value)
    for (const [field, path] of this.mapping) {
      let inside: Value | undefined
      try {
        inside = valueInside(record, path)
      } catch (error) {
        if (!(error instanceof Unfit)) throw error
        return this.refuse(failure('FIELD_PATH_BROKEN', field, error.message))
      }
      if (inside !== undefined) row.set(field, inside)
    }
    this.writer.write(row, this.envelope)
    return this.rows.decode(this.writer.bytes, 0, this.writer.end, batch)
  }
}
