import type { TransformOf } from '../../config/transforms.ts'
import { failure } from '../../errors/errors.ts'
import { fieldsOf, type MappedRecord, type RecordHeader, type Side } from '../record.ts'
import type { Transform } from '../transform.ts'

/** Moves or copies fields into headers. */
export class HeaderFrom implements Transform {
  private readonly side: Side
  private readonly fields: readonly string[]
  private readonly headers: readonly string[]
  private readonly move: boolean

  constructor({ name, at, side, values }: TransformOf<'HeaderFrom'>) {
    this.side = side
    this.fields = values.fields
    this.headers = values.headers
    this.move = values.operation === 'move'
    if (this.fields.length !== this.headers.length) {
      const wanted = `as many names as \`fields\`, which has ${this.fields.length}`
      throw failure('VALUE_INVALID', at, `transforms.${name}.headers`, wanted, String(this.headers.length))
    }
  }

  apply(record: MappedRecord): boolean {
    const fields = fieldsOf(record, this.side)
    const added = this.fields.map(
      (field, index): RecordHeader => ({ name: this.headers[index]!, value: { made: fields.get(field) ?? null } }),
    )
    if (this.move) for (const field of this.fields) fields.delete(field)
    record.headers = [...record.headers, ...added]
    return true
  }
}

export class InsertHeader implements Transform {
  private readonly header: RecordHeader

  constructor({ values }: TransformOf<'InsertHeader'>) {
    this.header = { name: values.header, value: { made: values['value.literal'] } }
  }

  apply(record: MappedRecord): boolean {
    record.headers = [...record.headers, this.header]
    return true
  }
}

export class DropHeaders implements Transform {
  private readonly names: ReadonlySet<string>

  constructor({ values }: TransformOf<'DropHeaders'>) {
    this.names = new Set(values.headers)
  }

  apply(record: MappedRecord): boolean {
    record.headers = record.headers.filter(({ name }) => !this.names.has(name))
    return true
  }
}
