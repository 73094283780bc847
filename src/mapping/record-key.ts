import type { JsonConverterSettings } from '../config/converters.ts'
import type { SinkSettings } from '../config/sink.ts'
import { RecordKey } from '../decode/key.ts'
import type { Warn } from '../decode/schemas/schema-cache.ts'
import type { CollectionSchema } from '../milvus/schema.ts'
import { mapsKeys } from './compile-mapping.ts'

/** What reads the primary key from record keys, as they are behind the transforms; undefined where nothing can. */
export function openRecordKey(
  schema: CollectionSchema,
  { keyConverter, transforms, fieldMapping }: Pick<SinkSettings, 'keyConverter' | 'transforms' | 'fieldMapping'>,
  warn?: Warn,
): RecordKey | undefined {
  const converter = mapsKeys(transforms) ? plainJson : keyConverter
  const path = fieldMapping.get(schema.primaryKey.name)
  return converter && new RecordKey(schema, converter, warn, path?.length === 1 ? path[0] : undefined)
}

const plainJson: JsonConverterSettings = { kind: 'json', schemasEnable: false, replaceNullWithDefault: true }
