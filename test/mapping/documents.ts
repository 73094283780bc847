/** What random tests of mappings have in common about their collections and records. */
import type { IgnoredNames } from '../../src/decode/ignored-names.ts'
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

/** The names that a record has added to those that are counted, '…' for those beyond them. A plan counts a name as often as it comes, transforms once a record. */
export function namesAdded(before: IgnoredNames, after: IgnoredNames): Set<string> {
  const came = [...after.byName].filter(([name, count]) => count > (before.byName.get(name) ?? 0))
  return new Set([...came.map(([name]) => name), ...(after.others > before.others ? ['…'] : [])])
}
