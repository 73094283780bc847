/**
 * Mappings that are nothing but other names compile into the plan's table of keys, where they cost nothing per record: ReplaceField of values, and
 * `field.mapping` without paths.
 */
import type { TransformSettings } from '../config/transforms.ts'
import type { CollectionSchema, Field } from '../milvus/schema.ts'
import { ReplaceField } from './transforms/replace-field.ts'

export interface RecordNames {
  /** The collection's field by the name in the record, where they differ; '' leaves the record's field out, without a count. */
  readonly fieldNames: ReadonlyMap<string, string>
  /** All names that neither the map nor the collection has are left out without a count. */
  readonly leaveOutOthers: boolean
}

/** undefined when more is asked than other names. */
export function compileNames(
  schema: CollectionSchema,
  transforms: readonly TransformSettings[],
  fieldMapping: ReadonlyMap<string, readonly string[]>,
): RecordNames | undefined {
  const steps: ReplaceField[] = []
  for (const each of transforms) {
    if (each.kind === 'SetSchemaMetadata') continue
    if (each.kind !== 'ReplaceField' || each.side !== 'value' || each.condition !== undefined) return undefined
    steps.push(new ReplaceField(each))
  }
  const sources = new Map<string, string>()
  for (const [field, path] of fieldMapping) {
    if (path.length > 1 || sources.has(path[0]!)) return undefined
    sources.set(path[0]!, field)
  }
  const fields = new Set(schema.fields.map((field: Field) => field.name))
  const mentioned = new Set([...fields, ...sources.keys()])
  for (const step of steps) {
    for (const name of [...step.include, ...step.exclude, ...step.renames.keys()]) mentioned.add(name)
  }
  const fieldNames = new Map<string, string>()
  for (const name of mentioned) {
    let mapped = steps.reduce<string | undefined>((now, step) => now && step.nameOf(now), name) ?? ''
    if (sources.has(mapped)) mapped = sources.get(mapped)!
    else if (fieldMapping.has(mapped)) mapped = ''
    if (mapped === name) continue
    // Under its new name it would go to the dynamic field, which copies names as they stand in the record.
    if (schema.dynamicField && mapped !== '' && !fields.has(mapped)) return undefined
    fieldNames.set(name, mapped)
  }
  return { fieldNames, leaveOutOthers: steps.some((step) => step.include.size > 0) }
}
