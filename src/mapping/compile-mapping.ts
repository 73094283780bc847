/** Puts around a sink's decoder what its mapping asks for: other names, transforms, change events, paths. */
import type { JsonConverterSettings } from '../config/converters.ts'
import type { SinkSettings } from '../config/sink.ts'
import type { TransformSettings } from '../config/transforms.ts'
import type { RowDecoder } from '../decode/decoder.ts'
import { nothingIgnored } from '../decode/ignored-names.ts'
import { compileJsonPlan } from '../decode/json/plan.ts'
import { reason } from '../decode/json/reason.ts'
import type { RecordText } from '../decode/record-text.ts'
import { failure } from '../errors/errors.ts'
import { type CollectionSchema, keyAlone } from '../milvus/schema.ts'
import { Chain } from './chain.ts'
import { compileNames, type RecordNames } from './compile-names.ts'
import { DebeziumDecoder } from './debezium-decoder.ts'
import { MappedDecoder } from './mapped-decoder.ts'
import { PathDecoder } from './path-decoder.ts'
import { RecordKeyText } from './record-key-text.ts'

export type MappingSettings = Pick<
  SinkSettings,
  'transforms' | 'fieldMapping' | 'valueEnvelope' | 'keyMode' | 'keyConverter' | 'valueConverter' | 'collection'
>

/**
 * The names that a plan of any format takes in; undefined when records have to go over JSON text, through `compileMapped`.
 */
export function planNames(schema: CollectionSchema, settings: MappingSettings): RecordNames | undefined {
  const { transforms, fieldMapping, valueEnvelope } = settings
  return valueEnvelope === 'none' ? compileNames(schema, transforms, fieldMapping) : undefined
}

/** For converters other than JsonConverter: what writes values and keys as JSON text. */
export interface RecordTexts {
  readonly value?: RecordText
  readonly key?: RecordText
  /** After a text could not be written yet (`reason.waits`). */
  readonly waiting?: () => Promise<void>
}

/** The decoder over JSON text; `texts` for values that are no JSON. */
export function compileMapped(
  schema: CollectionSchema,
  settings: MappingSettings,
  texts: RecordTexts = {},
): RowDecoder {
  const { transforms, fieldMapping, valueEnvelope, keyMode, valueConverter } = settings
  const debezium = valueEnvelope === 'debezium'
  const envelope = texts.value === undefined && (valueConverter as JsonConverterSettings).schemasEnable === true
  // A chain of nothing but names needs no step of its own; before a change event is opened it has to be one.
  const namesOnly = !debezium && compileNames(schema, transforms, fieldMapping) !== undefined
  const chained = namesOnly ? [] : transforms
  // A change event is unwrapped from its envelope together with what is in it.
  const rowEnvelope = envelope && !debezium
  const whole = (of: CollectionSchema, keyElsewhere: boolean): RowDecoder => {
    const rowNames = compileNames(of, namesOnly ? transforms : [], fieldMapping)
    const named = rowNames ?? { fieldNames: new Map<string, string>(), leaveOutOthers: false }
    const plan = compileJsonPlan(of, {
      envelope: rowEnvelope,
      keyElsewhere,
      ...(debezium ? withoutMarks(of, named) : named),
    })
    if (rowNames !== undefined) return plan
    return new PathDecoder(fieldMapping, new Set(of.fields.map(({ name }) => name)), rowEnvelope, plan)
  }
  let rows = whole(schema, keyMode !== 'record_value')
  if (debezium) {
    const { name, autoId } = schema.primaryKey
    if (autoId) {
      const made = `Milvus makes the keys "${name}" of collection "${settings.collection}" (autoID)`
      throw failure(
        'KEYS_CONFLICT',
        'value.envelope',
        `${made}, so a change event finds no row; use a collection without`,
      )
    }
    rows = new DebeziumDecoder(rows, keyMode === 'record_value' ? whole(keyAlone(schema), false) : undefined)
  }
  if (chained.length === 0 && texts.value === undefined) return rows
  return new MappedDecoder({
    chain: new Chain(chained),
    envelope,
    ...(texts.value === undefined ? {} : { valueText: texts.value }),
    ...(texts.waiting === undefined ? {} : { waiting: texts.waiting }),
    keyText: mapsKeys(chained) ? new RecordKeyText(settings.keyConverter, texts.key) : undefined,
    rows,
  })
}

/** The transforms alone: what they make of a record's topic, headers and key. Nothing is decoded by it. */
export function compileTransforms(settings: MappingSettings, texts: RecordTexts = {}): MappedDecoder {
  const { transforms, valueConverter, keyConverter } = settings
  return new MappedDecoder({
    chain: new Chain(transforms),
    envelope: texts.value === undefined && (valueConverter as JsonConverterSettings).schemasEnable === true,
    ...(texts.value === undefined ? {} : { valueText: texts.value }),
    keyText: mapsKeys(transforms) ? new RecordKeyText(keyConverter, texts.key) : undefined,
    rows: { decode: () => reason.dropped, failure: () => failure('RECORD_NULL'), ignoredNames: () => nothingIgnored },
  })
}

/** Whether record keys are, behind the transforms, JSON text without a schema, whatever the key's converter. */
export function mapsKeys(transforms: readonly TransformSettings[]): boolean {
  return transforms.some(({ kind, side }) => side === 'key' || kind === 'ValueToKey')
}

/** What ExtractNewRecordState adds says what became of the row, and is no part of it unless the collection has such a field. */
function withoutMarks(schema: CollectionSchema, names: RecordNames): RecordNames {
  const fieldNames = new Map(names.fieldNames)
  for (const mark of ['__deleted', '__op']) {
    if (!fieldNames.has(mark) && !schema.fields.some(({ name }) => name === mark)) fieldNames.set(mark, '')
  }
  return { ...names, fieldNames }
}
