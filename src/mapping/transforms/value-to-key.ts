import type { TransformOf } from '../../config/transforms.ts'
import { fieldsOf, type MappedRecord } from '../record.ts'
import type { Transform } from '../transform.ts'
import type { Fields } from '../value.ts'

/** Makes the record's key an object of fields of its value. */
export class ValueToKey implements Transform {
  private readonly fields: readonly string[]

  constructor({ values }: TransformOf<'ValueToKey'>) {
    this.fields = values.fields
  }

  apply(record: MappedRecord): boolean {
    const fields = fieldsOf(record, 'value')
    const key: Fields = new Map()
    for (const field of this.fields) key.set(field, fields.get(field) ?? null)
    record.key = key
    return true
  }
}
