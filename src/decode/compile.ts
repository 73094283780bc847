import { type ConverterSettings, isPlain } from '../config/converters.ts'
import type { SinkSettings } from '../config/sink.ts'
import { failure } from '../errors/errors.ts'
import {
  compileJson,
  compileMapped,
  compileTransforms,
  compileWays,
  planLayout,
  type RecordTexts,
} from '../mapping/compile-mapping.ts'
import { looksAtNull } from '../mapping/compiled-chain.ts'
import { isNames } from '../mapping/layout.ts'
import { TopicRouting } from '../mapping/topic-routing.ts'
import type { CollectionSchema } from '../milvus/schema.ts'
import type { RowDecoder } from './decoder.ts'
import type { PlanOptions } from './plan-options.ts'
import { compileRawPlan } from './raw/plan.ts'
import { schemaFormats } from './schemas/lazy.ts'
import type { Warn } from './schemas/schema-cache.ts'
import { openRecordText } from './schemas/text.ts'

/**
 * The decoder that a sink's settings ask for: its converter's, with what its mapping puts around it. For everybody who reads a sink's topics.
 * Throws SCHEMA_UNSUPPORTED for a collection that wants a type redkite cannot write. With `warn` the decoder waits for a
 * registry that is down; without, that is an error.
 */
export function compileDecoder(schema: CollectionSchema, settings: SinkSettings, warn?: Warn): RowDecoder {
  const { valueConverter: converter, rawVectorField: vectorField } = settings
  if (converter.kind === 'json') return compileJson(schema, settings)
  const layout = planLayout(schema, settings)
  const keyElsewhere = settings.keyMode !== 'record_value'
  const openText = () => compileMapped(schema, settings, textsOf(converter, settings.keyConverter, warn))
  if (!isPlain(converter)) {
    const openPlan = (options: PlanOptions) => schemaFormats().openSchemaDecoder(converter, schema, options, warn)
    // Its values are JSON, and JSON plans leave that to those around them.
    const unwraps = converter.kind !== 'json-schema'
    return compileWays(schema, settings, { refusedToo: false, unwraps, openPlan, openText })
  }
  if (vectorField === undefined) return openText()
  const isPlainlyNamed = layout !== undefined && isNames(layout) && !layout.leaveOutOthers
  if (!isPlainlyNamed || settings.transforms.some(looksAtNull)) {
    const both = '`raw.vector.field` takes a value as it is: transforms, paths and change events cannot be had with it'
    throw failure('KEYS_CONFLICT', settings.file, both)
  }
  return compileRawPlan(schema, { vectorField, keyElsewhere, fieldNames: layout.fieldNames })
}

/** Whether whoever reads the sink's topics must read headers and times too: for the decoder, or to know the schemas of keys. */
export function readsDetails({ keyConverter }: SinkSettings, decoder: RowDecoder): boolean {
  const schemas = keyConverter !== undefined && 'schemas' in keyConverter ? keyConverter.schemas : undefined
  return decoder.wantsDetails === true || (schemas?.from === 'registry' && schemas.registry.idsInHeaders)
}

/** Which topics records count as coming from; undefined where no transform changes that. */
export function compileTopicRouting(
  settings: SinkSettings,
  warn: (text: string) => void = () => {},
): TopicRouting | undefined {
  const { valueConverter: converter, transforms, keyConverter } = settings
  return TopicRouting.compile(transforms, () =>
    compileTransforms(settings, converter.kind === 'json' ? {} : textsOf(converter, keyConverter, warn)),
  )
}

/** Values, and keys of the same kinds, as JSON text, which transforms and change events take. */
function textsOf(value: ConverterSettings, key: ConverterSettings | undefined, warn: Warn | undefined): RecordTexts {
  const valueText = openRecordText(value, 'record value', warn)
  const hasKeyText = key !== undefined && key.kind !== 'json' && !isPlain(key)
  const keyText = hasKeyText ? openRecordText(key, 'record key', warn) : undefined
  return {
    value: valueText,
    ...(keyText === undefined ? {} : { key: keyText }),
    waiting: async () => {
      await Promise.all([valueText.waiting?.(), keyText?.waiting?.()])
    },
  }
}
