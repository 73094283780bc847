import type { SinkSettings } from '../config/sink.ts'
import { failure } from '../errors/errors.ts'
import { compileMapped } from '../mapping/compile-mapping.ts'
import type { CollectionSchema } from '../milvus/schema.ts'
import type { RowDecoder } from './decoder.ts'

/**
 * The decoder that a sink's settings ask for: its converter's, with what its mapping puts around it. For everybody who reads a sink's topics.
 * Throws SCHEMA_UNSUPPORTED for a collection that wants a type redkite cannot write.
 */
export function compileDecoder(schema: CollectionSchema, settings: SinkSettings): RowDecoder {
  const { valueConverter: converter, file } = settings
  if (converter.kind !== 'json')
    throw failure('CONVERTER_UNSUPPORTED', file, 'value.converter', converter.kind, 'JsonConverter')
  return compileMapped(schema, settings)
}
