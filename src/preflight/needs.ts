import { recordFields, typeName } from '../columns/create.ts'
import type { KeyMode } from '../config/sink.ts'
import type { CollectionSchema, Field } from '../milvus/schema.ts'

/**
 * What a collection wants of each record, as one line at the start of a run. Records are not looked at for it, which would delay the start:
 * `redkite check` does that.
 */
export function needsOf(schema: CollectionSchema, keyMode: KeyMode): string {
  const fields = recordFields(schema).filter((field) => !(field.primaryKey && keyMode !== 'record_value'))
  const optional = (field: Field) => field.nullable || field.hasDefault
  const needed = fields.filter((field) => !optional(field)).map(shownField)
  const allowed = fields.filter(optional).map(shownField)
  return [
    needed.length === 0 ? 'no field is needed' : `each record needs ${needed.join(', ')}`,
    ...(allowed.length === 0 ? [] : [`may have ${allowed.join(', ')}`]),
    schema.dynamicField ? 'other keys go to the dynamic field' : 'other keys are ignored',
  ].join('; ')
}

/** `title VARCHAR(100)`. */
export function shownField({ name, type, dim, maxLengthBytes }: Field): string {
  const size = dim ?? maxLengthBytes
  return `${name} ${typeName(type)}${size === undefined ? '' : `(${size})`}`
}
