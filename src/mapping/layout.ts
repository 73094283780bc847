/**
 * What transforms and `field.mapping` come to, where that can be said of names before the first record: where the row lies, which column each name leads to,
 * objects that are gone into for fields, and fields from elsewhere. A plan takes this in, and does nothing more for a record than without.
 */

import { dynamicFieldName, recordFields } from '../columns/create.ts'
import type { KeyMode } from '../config/sink.ts'
import type { TransformSettings } from '../config/transforms.ts'
import { isVector } from '../decode/fields/fit.ts'
import type { InsertedSource } from '../decode/fields/inserted-value.ts'
import type { EventField, EventOptions, FlatNames, NestedNames } from '../decode/plan-options.ts'
import type { CollectionSchema } from '../milvus/schema.ts'
import { CompiledChain, type ValueChanges } from './compiled-chain.ts'
import { compileNests } from './nests.ts'

export interface Layout {
  /** The collection's field by the name in the record, where they differ; '' leaves the record's field out, without a count. */
  readonly fieldNames: ReadonlyMap<string, string>
  /** All names that neither the map nor the collection has are left out without a count. */
  readonly leaveOutOthers: boolean
  /** Objects of the record of which fields are taken. */
  readonly nests: ReadonlyMap<string, NestedNames>
  /** The fields that lead from the record to the row, and where on this way a change event lies. */
  readonly path: readonly string[]
  readonly event: EventOptions | undefined
  /** Set where the row's fields are those of the objects inside of it, too. */
  readonly flat: FlatNames | undefined
  /** By the field that gets them. */
  readonly inserted: ReadonlyMap<string, InsertedSource>
  /** What transforms do to the values of single fields; what comes of it is inserted. */
  readonly changes: ValueChanges | undefined
  /** What transforms do to record keys. */
  readonly keySteps: readonly TransformSettings[]
  /** Whether records without a time go over JSON text. */
  readonly wantsTime: boolean
}

/** Of events whose rows get nothing else. */
const rowAlone = { fields: [], rewrites: false, routeBy: undefined }

/**
 * undefined when more is asked than a plan can do: records go over JSON text then.
 *
 * @param unwraps whether what the transforms make of records are change events
 */
export function compileLayout(
  schema: CollectionSchema,
  transforms: readonly TransformSettings[],
  fieldMapping: ReadonlyMap<string, readonly string[]>,
  keyMode: KeyMode,
  unwraps = false,
): Layout | undefined {
  const chain = CompiledChain.of(transforms, keyMode === 'record_key')
  if (chain === undefined || (unwraps && !chain.shape.unwrap(rowAlone))) return undefined
  const { shape, names, keySteps, changes, wantsTime } = chain
  const rowMapping = withinRow(fieldMapping, shape.around, schema)
  if (rowMapping === undefined) return undefined
  const keyElsewhere = keyMode !== 'record_value'
  const sources = new Map<string, string>()
  for (const [field, path] of rowMapping) {
    if (path.length > 1) continue
    if (sources.has(path[0]!)) return undefined
    sources.set(path[0]!, field)
  }
  const fields = new Set(schema.fields.map(({ name }) => name))
  const vectors = new Set(schema.fields.filter(({ type }) => isVector(type)).map(({ name }) => name))
  const brought = new Set(
    recordFields(schema)
      .filter((field) => !(keyElsewhere && field === schema.primaryKey))
      .map(({ name }) => name),
  )
  // The row's own names are no fields then: they lie within one.
  const isHoisted = shape.around.length > 0
  const roots = compileNests(rowMapping, brought)
  if (roots === undefined || (roots.size > 0 && shape.flat !== undefined)) return undefined
  for (const root of roots.keys()) {
    // A field that is taken whole and of which fields are taken is wanted twice.
    const whole = sources.has(root) || (!isHoisted && fields.has(root) && !fieldMapping.has(root))
    if (whole || names.inserted.has(root) || changes?.behind.includes(root) === true) return undefined
  }
  const mappedName = (name: string): string => sources.get(name) ?? (isHoisted || fieldMapping.has(name) ? '' : name)
  const fieldNames = new Map<string, string>()
  const nests = new Map<string, NestedNames>()
  const leaveOutOthers = isHoisted || names.includes
  for (const name of new Set([
    ...names.mentioned,
    ...fields,
    ...sources.keys(),
    ...fieldMapping.keys(),
    ...roots.keys(),
  ])) {
    if (changes?.names.includes(name) === true) continue
    const now = names.nameOf(name)
    const nest = now === undefined ? undefined : roots.get(now)
    if (nest !== undefined) {
      nests.set(name, nest)
      continue
    }
    const mapped = now === undefined ? '' : mappedName(now)
    const placed = mapped === '' || fields.has(mapped)
    if (mapped === name && (placed || !leaveOutOthers)) continue
    // The dynamic field takes names as they stand in the record, and all or none of those that nobody mentions.
    if (schema.dynamicField && !placed) return undefined
    fieldNames.set(name, mapped)
  }
  const inserted = new Map<string, InsertedSource>()
  const ofEvent = new Map<string, EventField>()
  const changed = (changes?.behind ?? []).map((name) => [name, { changed: name }] as const)
  for (const [name, source] of [...names.inserted, ...changed]) {
    const field = mappedName(name)
    if (field === dynamicFieldName && schema.dynamicField) return undefined
    // A vector that is changed is text already, and not small.
    if (changes?.behind.includes(name) === true && vectors.has(field)) return undefined
    if (field === '') continue
    if (typeof source !== 'object' || !('ofEvent' in source)) inserted.set(field, source)
    else if (brought.has(field)) ofEvent.set(field, source.ofEvent)
    else if (schema.dynamicField && !fields.has(field)) return undefined
    // Not looked at, but counted as left out.
    else inserted.set(field, { text: '' })
  }
  const { path, eventAt, flat } = shape
  const event = eventAt === undefined ? undefined : { at: eventAt, fields: ofEvent, written: unwraps }
  return { fieldNames, leaveOutOthers, nests, path, event, flat, inserted, changes, keySteps, wantsTime }
}

/** `field.mapping` as seen from the row, of which its paths begin with what is `around` it; undefined where something else is wanted too. */
function withinRow(
  fieldMapping: ReadonlyMap<string, readonly string[]>,
  around: readonly string[],
  schema: CollectionSchema,
): ReadonlyMap<string, readonly string[]> | undefined {
  if (around.length === 0) return fieldMapping
  const within = new Map<string, readonly string[]>()
  for (const [field, path] of fieldMapping) {
    if (path.length <= around.length || around.some((step, i) => step !== path[i])) return undefined
    within.set(field, path.slice(around.length))
  }
  // The whole is a field by itself, if the collection has one of its name or takes all.
  const isWanted = schema.fields.some(({ name }) => name === around[0] && !fieldMapping.has(name))
  return within.size === 0 || isWanted ? undefined : within
}

/** Whether it is other names and nothing else, so that a plan needs nobody beside it. */
export function isNames(layout: Layout): boolean {
  const { nests, path, flat, inserted, changes, keySteps, wantsTime } = layout
  const isAsItStands = path.length === 0 && flat === undefined && nests.size === 0
  return isAsItStands && inserted.size === 0 && changes === undefined && keySteps.length === 0 && !wantsTime
}
