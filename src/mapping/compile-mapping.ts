/** Puts around a sink's decoder what its mapping asks for: other names, transforms, change events, paths. */

import type { JsonConverterSettings } from '../config/converters.ts'
import type { KeyMode, SinkSettings } from '../config/sink.ts'
import type { TransformSettings } from '../config/transforms.ts'
import type { RowDecoder } from '../decode/decoder.ts'
import type { FieldChanges } from '../decode/fields/field-changes.ts'
import { InsertedFields } from '../decode/fields/inserted-fields.ts'
import { RowPlaces } from '../decode/fields/row-places.ts'
import { compileJsonPlan } from '../decode/json/plan.ts'
import type { PlanOptions } from '../decode/plan-options.ts'
import type { RecordText } from '../decode/record-text.ts'
import { failure } from '../errors/errors.ts'
import { type CollectionSchema, DataType, keyAlone, plainField } from '../milvus/schema.ts'
import { Chain } from './chain.ts'
import { ChangedRecord } from './changed-record.ts'
import { ChoosingDecoder } from './choosing-decoder.ts'
import { looksAtNull, type ValueChanges } from './compiled-chain.ts'
import { CompiledDecoder } from './compiled-decoder.ts'
import { Conditions } from './conditions.ts'
import { DebeziumDecoder } from './debezium-decoder.ts'
import { KeyedDecoder } from './keyed-decoder.ts'
import { compileLayout, isNames, type Layout } from './layout.ts'
import { MappedDecoder } from './mapped-decoder.ts'
import { MappedKey } from './mapped-key.ts'
import { PathDecoder } from './path-decoder.ts'
import { mapsKeys, nameInKey, openRecordKey } from './record-key.ts'
import { RecordKeyText } from './record-key-text.ts'

export type MappingSettings = Pick<
  SinkSettings,
  'transforms' | 'fieldMapping' | 'valueEnvelope' | 'keyMode' | 'keyConverter' | 'valueConverter' | 'collection'
>

/**
 * What a plan of any format takes in; undefined when records have to go over JSON text, through `compileMapped`.
 */
export function planLayout(schema: CollectionSchema, settings: MappingSettings): Layout | undefined {
  const { transforms, fieldMapping, valueEnvelope, keyMode } = settings
  return compileLayout(schema, transforms, fieldMapping, keyMode, valueEnvelope === 'debezium')
}

interface CompiledOptions {
  readonly keyElsewhere: boolean
  readonly refusedToo: boolean
  /** Whether tombstones do something in the transforms. */
  readonly nullsToo?: boolean
  /** undefined: no transform looks at keys. */
  readonly keys?: MappedKey | undefined
  /** What `layout.changes` asks for. */
  readonly changes?: FieldChanges | undefined
  readonly openPlan: (options: PlanOptions) => RowDecoder
  /** Opens the way over JSON text. */
  readonly openText: () => RowDecoder
}

/** A plan with the layout in it, and beside it the way over JSON text, where the layout is such that a record may need it. */
function compileLaidOut(schema: CollectionSchema, layout: Layout, options: CompiledOptions): RowDecoder {
  const { keyElsewhere, refusedToo, nullsToo = false, keys, changes, openPlan, openText } = options
  const { fieldNames, leaveOutOthers, nests, path, event, flat, wantsTime } = layout
  const inserted =
    layout.inserted.size === 0 && changes === undefined ? undefined : new InsertedFields(layout.inserted, changes)
  const plan = openPlan({
    fieldNames,
    leaveOutOthers,
    keyElsewhere,
    ...(nests.size === 0 ? {} : { nests }),
    ...(path.length === 0 ? {} : { path, event }),
    ...(flat === undefined ? {} : { flat }),
    ...(inserted === undefined ? {} : { inserted }),
  })
  if (isNames(layout) && !nullsToo) return plan
  const places = new RowPlaces(schema, keyElsewhere)
  const unplaced = (inserted?.values ?? []).filter(({ field }) => places.isNowhere(field))
  const makesKey = changes?.makesKey === true
  return new CompiledDecoder({ plan, inserted, unplaced, refusedToo, nullsToo, wantsTime, keys, makesKey, openText })
}

/** What writes values and keys as JSON text; undefined where their converter is none with schemas. */
export interface RecordTexts {
  readonly value?: RecordText | undefined
  readonly key?: RecordText | undefined
  /** After a text could not be written yet (`reason.waits`). */
  readonly waiting?: () => Promise<void>
}

/** The ways that records of one format may go. */
interface Ways {
  readonly openPlan: (options: PlanOptions) => RowDecoder
  readonly openText: () => RowDecoder
  /** Whether what a plan refuses goes over text too. */
  readonly refusedToo: boolean
  /** Whether plans take the rows of `value.envelope=debezium`, of events that write them. */
  readonly unwraps: boolean
}

/** The decoder of a sink's records, with as much of the mapping in its plans as plans can do. */
export function compileWays(schema: CollectionSchema, settings: MappingSettings, ways: Ways): RowDecoder {
  const { transforms } = settings
  // Its settings are read here, also where it is opened for few records or none.
  const chain = new Chain(transforms)
  const conditions = Conditions.of(transforms)
  const unwraps = settings.valueEnvelope === 'debezium'
  if (conditions === undefined || (unwraps && !(ways.unwraps && conditions.isEmpty))) return ways.openText()
  if (unwraps) refuseMadeKeys(schema, settings)
  const openPlan = (options: PlanOptions) => ways.openPlan(unwraps ? withoutMarks(schema, options) : options)
  // What an event that writes no row comes to is for those to say who see all of it.
  const nullsToo = unwraps || transforms.some(looksAtNull)
  const compile = (held: readonly TransformSettings[]): RowDecoder => {
    const layout = planLayout(schema, { ...settings, transforms: held })
    if (layout === undefined) return ways.openText()
    const { keySteps, changes } = layout
    const { keyConverter } = settings
    const makesKey = changes?.makesKey === true
    // Who reads keys reads them as they are behind the transforms, also those of records that go through none of these.
    const changesKey = keySteps.length > 0 || (!makesKey && settings.keyMode === 'record_key' && mapsKeys(transforms))
    // A schema of keys would have to be waited for twice.
    if ((changesKey || makesKey) && hasSchema(keyConverter)) return ways.openText()
    const keys = changesKey ? new MappedKey(new Chain(keySteps), new RecordKeyText(keyConverter)) : undefined
    const refusedToo = ways.refusedToo || layout.event !== undefined
    const options = { ...ways, openPlan, refusedToo, keyElsewhere: settings.keyMode !== 'record_value', nullsToo, keys }
    if (changes === undefined) return compileLaidOut(schema, layout, options)
    return compileLaidOut(schema, layout, { ...options, ...openChanges(schema, settings, changes, ways) })
  }
  return conditions.isEmpty ? compile(transforms) : new ChoosingDecoder(conditions, compile, chain.wantsDetails)
}

/** What changes single values of records, and the way over text of a plan that has their keys made. */
function openChanges(
  schema: CollectionSchema,
  settings: MappingSettings,
  { names, steps, makesKey }: ValueChanges,
  { openText }: Ways,
): Pick<CompiledOptions, 'changes' | 'openText'> {
  const chain = new Chain(steps)
  if (!makesKey) return { changes: new ChangedRecord(names, chain, undefined), openText }
  const own = schema.primaryKey.name
  const keyNames = new Set([nameInKey(schema, settings.fieldMapping) ?? own, own])
  const before = new RecordKeyText(settings.keyConverter)
  return {
    changes: new ChangedRecord(names, chain, { before, names: keyNames }),
    openText: () => new KeyedDecoder(openText(), openRecordKey(schema, settings)!),
  }
}

function hasSchema(converter: MappingSettings['keyConverter']): boolean {
  return converter !== undefined && 'schemas' in converter
}

/** The decoder over JSON text, transform by transform; `texts` for values that are no JSON. */
export function compileMapped(
  schema: CollectionSchema,
  settings: MappingSettings,
  texts: RecordTexts = {},
): RowDecoder {
  const { transforms, fieldMapping, valueEnvelope, keyMode } = settings
  const debezium = valueEnvelope === 'debezium'
  // A change event is unwrapped from its envelope together with what is in it.
  const rowEnvelope = hasEnvelope(settings, texts) && !debezium
  const whole = (of: CollectionSchema, mode: KeyMode): RowDecoder => {
    const keyElsewhere = mode !== 'record_value'
    const layout = compileLayout(of, [], fieldMapping, mode)
    const openPlan = (options: PlanOptions) =>
      compileJsonPlan(of, { ...(debezium ? withoutMarks(of, options) : options), envelope: rowEnvelope })
    const openText = () => {
      const fields = new Set(of.fields.map(({ name }) => name))
      return new PathDecoder(fieldMapping, fields, rowEnvelope, openPlan({ keyElsewhere }))
    }
    if (layout === undefined) return openText()
    return compileLaidOut(of, layout, { keyElsewhere, refusedToo: true, openPlan, openText })
  }
  let rows = whole(schema, keyMode)
  if (debezium) {
    refuseMadeKeys(schema, settings)
    rows = new DebeziumDecoder(rows, keyMode === 'record_value' ? whole(keyAlone(schema), 'record_value') : undefined)
  }
  return transforms.length === 0 && texts.value === undefined ? rows : openTransforms(settings, texts, rows)
}

/** The transforms alone, with a collection behind them that has no fields: what they make of a record's topic, headers and key, and why it is none. */
export function compileTransforms(settings: MappingSettings, texts: RecordTexts): MappedDecoder {
  const rows = compileJsonPlan(noFields, { envelope: hasEnvelope(settings, texts) })
  return openTransforms(settings, texts, rows)
}

const noFields: CollectionSchema = {
  collection: '',
  fields: [],
  primaryKey: plainField('', DataType.Int64, { primaryKey: true }),
  dynamicField: false,
}

/** @param rows takes the JSON text that comes out of the transforms */
function openTransforms(settings: MappingSettings, texts: RecordTexts, rows: RowDecoder): MappedDecoder {
  const { transforms, keyConverter } = settings
  return new MappedDecoder({
    chain: new Chain(transforms),
    envelope: hasEnvelope(settings, texts),
    valueText: texts.value,
    waiting: texts.waiting,
    keyText: mapsKeys(transforms) ? new RecordKeyText(keyConverter, texts.key) : undefined,
    rows,
  })
}

/** Whether values are `{"schema": …, "payload": …}`. */
function hasEnvelope({ valueConverter }: MappingSettings, texts: RecordTexts): boolean {
  return texts.value === undefined && (valueConverter as JsonConverterSettings).schemasEnable
}

/** An event's deletion finds its row by the key. */
function refuseMadeKeys(schema: CollectionSchema, { collection }: Pick<MappingSettings, 'collection'>): void {
  const { name, autoId } = schema.primaryKey
  if (!autoId) return
  const made = `Milvus makes the keys "${name}" of collection "${collection}" (autoID)`
  throw failure('KEYS_CONFLICT', 'value.envelope', `${made}, so a change event finds no row; use a collection without`)
}

/** What ExtractNewRecordState adds says what became of the row, and is no part of it unless the collection has such a field. */
function withoutMarks(schema: CollectionSchema, options: PlanOptions): PlanOptions {
  const fieldNames = new Map(options.fieldNames)
  for (const mark of ['__deleted', '__op']) {
    if (!fieldNames.has(mark) && !schema.fields.some(({ name }) => name === mark)) fieldNames.set(mark, '')
  }
  return { ...options, fieldNames }
}
