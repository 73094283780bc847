import type { JsonConverterSettings } from '../config/converters.ts'
import type { SinkSettings } from '../config/sink.ts'
import type { TransformSettings } from '../config/transforms.ts'
import { RecordKey } from '../decode/key.ts'
import type { Warn } from '../decode/schemas/schema-cache.ts'
import type { CollectionSchema } from '../milvus/schema.ts'

/** What reads the primary key from record keys, as they are behind the transforms; undefined where nothing can. */
export function openRecordKey(
  schema: CollectionSchema,
  { keyConverter, transforms, fieldMapping }: Pick<SinkSettings, 'keyConverter' | 'transforms' | 'fieldMapping'>,
  warn?: Warn,
): RecordKey | undefined {
  const converter = mapsKeys(transforms) ? plainJson : keyConverter
  return converter && new RecordKey(schema, converter, warn, nameInKey(schema, fieldMapping))
}

/** What `field.mapping` calls the primary key, in records as in their keys; undefined where that is its own name. */
export function nameInKey(
  schema: CollectionSchema,
  fieldMapping: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  const path = fieldMapping.get(schema.primaryKey.name)
  return path?.length === 1 ? path[0] : undefined
}

/** Whether record keys are, behind the transforms, JSON text without a schema, whatever the key's converter. */
export function mapsKeys(transforms: readonly TransformSettings[]): boolean {
  return transforms.some(({ kind, side }) => side === 'key' || kind === 'ValueToKey')
}

const plainJson: JsonConverterSettings = { kind: 'json', schemasEnable: false, replaceNullWithDefault: true }
