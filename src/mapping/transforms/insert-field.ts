import type { TransformOf } from '../../config/transforms.ts'
import type { GivenSource } from '../../decode/fields/inserted-value.ts'
import { failure } from '../../errors/errors.ts'
import { fieldsOf, isNull, type MappedRecord, type Side } from '../record.ts'
import type { Transform } from '../transform.ts'
import { Digits, type Value } from '../value.ts'

/** Adds where and when the record was read, or a text that is always the same. Without a condition and on values a plan does it: see `layout.ts`. */
export class InsertField implements Transform {
  /** By the field's name; of two with one name the last that the record has stays. */
  readonly sources: readonly (readonly [string, GivenSource])[]
  private readonly side: Side

  constructor({ name, at, side, values }: TransformOf<'InsertField'>) {
    if (values['static.field'] !== undefined && values['static.value'] === undefined) {
      throw failure('KEY_MISSING', at, `transforms.${name}.static.value`, '`static.field` wants a text')
    }
    this.side = side
    const given: readonly (readonly [string | undefined, GivenSource])[] = [
      [values['topic.field'], 'topic'],
      [values['partition.field'], 'partition'],
      [values['offset.field'], 'offset'],
      [values['timestamp.field'], 'timestamp'],
      [values['static.field'], { text: values['static.value'] ?? '' }],
    ]
    this.sources = given.flatMap(([field, source]) =>
      field === undefined ? [] : [[withoutOptionality(field), source] as const],
    )
  }

  apply(record: MappedRecord): boolean {
    if (isNull(record, this.side)) return true
    const fields = fieldsOf(record, this.side)
    for (const [field, source] of this.sources) {
      const value = inserted(source, record)
      if (value !== undefined) fields.set(field, value)
    }
    return true
  }
}

/** undefined where the record has none. */
function inserted(source: GivenSource, { topic, partition, offset, timestampMs }: MappedRecord): Value | undefined {
  if (typeof source === 'object') return 'text' in source ? source.text : source.ofTopic(topic)
  switch (source) {
    case 'topic':
      return topic
    case 'partition':
      return new Digits(String(partition))
    case 'offset':
      return new Digits(String(offset))
    case 'timestamp':
      return timestampMs === undefined ? undefined : new Digits(String(timestampMs))
  }
}

/** `!` and `?` say whether the field of the Connect schema may be null; the collection's schema says that here. */
function withoutOptionality(field: string): string {
  return field.replace(/[!?]$/, '')
}
