/** What random tests of mappings have in common about their collections and records. */
import type { CollectionSchema } from '../../src/milvus/schema.ts'

/** So that most records make a row, whatever is left out of them. */
export function mostlyNullable(schema: CollectionSchema): CollectionSchema {
  const fields = schema.fields.map((field) => (field.primaryKey ? field : { ...field, nullable: true }))
  return { ...schema, fields, primaryKey: fields[0]! }
}

export function isObject(bytes: Uint8Array): boolean {
  try {
    return bytes[0] === 123 && JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) !== null
  } catch {
    return false
  }
}
