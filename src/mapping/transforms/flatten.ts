import type { TransformOf } from '../../config/transforms.ts'
import { fieldsOf, isNull, type MappedRecord, type Side } from '../record.ts'
import type { Transform } from '../transform.ts'
import { type Fields, Span, type Value } from '../value.ts'

/** Puts the fields of objects inside into the object itself, under their names joined. Arrays stay. */
export class Flatten implements Transform {
  private readonly side: Side
  private readonly delimiter: string

  constructor({ side, values }: TransformOf<'Flatten'>) {
    this.side = side
    this.delimiter = values.delimiter
  }

  apply(record: MappedRecord): boolean {
    if (isNull(record, this.side)) return true
    const flat: Fields = new Map()
    this.flatten(fieldsOf(record, this.side), '', flat)
    record[this.side] = flat
    return true
  }

  private flatten(fields: ReadonlyMap<string, Value>, prefix: string, flat: Fields): void {
    for (const [field, value] of fields) {
      const name = prefix === '' ? field : prefix + this.delimiter + field
      const inner = value instanceof Span && value.isObject ? value.text.readTree(value.from) : value
      if (inner instanceof Map) this.flatten(inner, name, flat)
      else flat.set(name, value)
    }
  }
}
