import type { TransformOf } from '../../config/transforms.ts'
import { failure } from '../../errors/errors.ts'
import { fieldsOf, isNull, type MappedRecord, type Side } from '../record.ts'
import type { Transform } from '../transform.ts'
import { Digits } from '../value.ts'

/** Adds where and when the record was read, or a text that is always the same. */
export class InsertField implements Transform {
  private readonly side: Side
  private readonly topic: string | undefined
  private readonly partition: string | undefined
  private readonly offset: string | undefined
  private readonly timestamp: string | undefined
  private readonly constant: string | undefined
  private readonly text: string | undefined

  constructor({ name, at, side, values }: TransformOf<'InsertField'>) {
    if (values['static.field'] !== undefined && values['static.value'] === undefined) {
      throw failure('KEY_MISSING', at, `transforms.${name}.static.value`, '`static.field` wants a text')
    }
    this.side = side
    this.topic = withoutOptionality(values['topic.field'])
    this.partition = withoutOptionality(values['partition.field'])
    this.offset = withoutOptionality(values['offset.field'])
    this.timestamp = withoutOptionality(values['timestamp.field'])
    this.constant = withoutOptionality(values['static.field'])
    this.text = values['static.value']
  }

  apply(record: MappedRecord): boolean {
    if (isNull(record, this.side)) return true
    const fields = fieldsOf(record, this.side)
    if (this.topic !== undefined) fields.set(this.topic, record.topic)
    if (this.partition !== undefined) fields.set(this.partition, new Digits(String(record.partition)))
    if (this.offset !== undefined) fields.set(this.offset, new Digits(String(record.offset)))
    if (this.timestamp !== undefined && record.timestampMs !== undefined) {
      fields.set(this.timestamp, new Digits(String(record.timestampMs)))
    }
    if (this.constant !== undefined && this.text !== undefined) fields.set(this.constant, this.text)
    return true
  }
}

/** `!` and `?` say whether the field of the Connect schema may be null; the collection's schema says that here. */
function withoutOptionality(field: string | undefined): string | undefined {
  return field?.replace(/[!?]$/, '')
}
