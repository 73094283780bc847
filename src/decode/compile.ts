import { isPlain } from '../config/converters.ts'
import type { SinkSettings } from '../config/sink.ts'
import { failure } from '../errors/errors.ts'
import {
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
import { compileJsonPlan } from './json/plan.ts'
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
  const openText = () => compileMapped(schema, settings, textsOf(settings, warn))
  if (converter.kind === 'json') {
    const openPlan = (options: PlanOptions) =>
      compileJsonPlan(schema, { ...options, envelope: converter.schemasEnable })
    return compileWays(schema, settings, { refusedToo: true, unwraps: false, openPlan, openText })
  }
  if (!isPlain(converter)) {
    const openPlan = (options: PlanOptions) => schemaFormats().openSchemaDecoder(converter, schema, options, warn)
    // Its values are JSON, and JSON plans leave that to those around them.
    const unwraps = converter.kind !== 'json-schema'
    return compileWays(schema, settings, { refusedToo: false, unwraps, openPlan, openText })
  }
  if (vectorField === undefined) return openText()
  const layout = planLayout(schema, settings)
  const isPlainlyNamed = layout !== undefined && isNames(layout) && !layout.leaveOutOthers
  if (!isPlainlyNamed || settings.transforms.some(looksAtNull)) {
    const both = '`raw.vector.field` takes a value as it is: transforms, paths and change events cannot be had with it'
    throw failure('KEYS_CONFLICT', settings.file, both)
  }
  const keyElsewhere = settings.keyMode !== 'record_value'
  return compileRawPlan(schema, { vectorField, keyElsewhere, fieldNames: layout.fieldNames })
}

/** Whether whoever reads the sink's topics must read headers and times too: for the decoder, or to know the schemas of keys. */
export function readsDetails({ keyConverter }: SinkSettings, decoder: RowDecoder): boolean {
  const schemas = keyConverter !== undefined && 'schemas' in keyConverter ? keyConverter.schemas : undefined
  return decoder.wantsDetails === true || (schemas?.from === 'registry' && schemas.registry.idsInHeaders)
}

/** Which topics records count as coming from; undefined where no transform changes that. `warn` is as for `compileDecoder`. */
export function compileTopicRouting(settings: SinkSettings, warn?: Warn): TopicRouting | undefined {
  const { transforms, nullValues } = settings
  const openWhole = () => compileTransforms(settings, textsOf(settings, warn))
  return TopicRouting.compile(transforms, openWhole, nullValues === 'delete')
}

/** What writes values and keys as JSON text, which transforms and change events take, where they have schemas. */
function textsOf({ valueConverter, keyConverter }: SinkSettings, warn: Warn | undefined): RecordTexts {
  const value = valueConverter.kind === 'json' ? undefined : openRecordText(valueConverter, 'record value', warn)
  const hasKeyText = keyConverter !== undefined && keyConverter.kind !== 'json' && !isPlain(keyConverter)
  const key = hasKeyText ? openRecordText(keyConverter, 'record key', warn) : undefined
  return {
    value,
    key,
    waiting: async () => {
      await Promise.all([value?.waiting?.(), key?.waiting?.()])
    },
  }
}
